// The page of what is kept on this phone: each entry as waiting, refused with the reason, or sent; and signing out
// while something waits. Also the page that is shown in place of any other without network.
"use strict";

const page = document.getElementById("queue");
const GROUPS = ["refused", "waiting", "sent"];

// The site's own clock and calendar, whatever language: 2020-03-03 14:05.
function clock(moment) {
  return new Date(moment).toLocaleString("sv-SE", { timeZone: "Europe/Stockholm" }).slice(0, 16);
}

// Words that are not broken in two, with dots between.
function inOneLine(words) {
  return words.flatMap((word, index) => {
    const node = Object.assign(document.createElement("span"), { textContent: word, className: "nowrap" });
    return index ? [" · ", node] : [node];
  });
}

function faultsOf(entry) {
  const faults = (entry.faults ?? []).map((one) => (one.label ? `${one.label} – ${one.message}` : one.message));
  return entry.message ? [entry.message, ...faults] : faults;
}

// The item of an entry is made once and brought up to date after that: what is open or has the focus stays so.
const items = new Map();

function itemOf(entry) {
  if (!items.has(entry.key)) items.set(entry.key, made(entry.key));
  const item = items.get(entry.key);
  update(item, entry);
  return item;
}

function made(key) {
  const item = document.getElementById("entry").content.firstElementChild.cloneNode(true);
  item.querySelector("[data-mend]").addEventListener("click", () => mend(key, item));
  item.querySelector("[data-remove]").addEventListener("click", () => Kept.remove(key));
  return item;
}

function update(item, entry) {
  item.querySelector("[data-title]").textContent = entry.title;
  item.querySelector("[data-chosen]").replaceChildren(...inOneLine(entry.words));
  item.querySelector("[data-saved]").textContent = clock(entry.saved_at);
  for (const node of item.querySelectorAll("[data-for]")) {
    const reasons = node.dataset.why?.split(" ");
    const fits = node.dataset.for.split(" ").includes(entry.state);
    node.hidden = !fits || (reasons && !reasons.includes(entry.why ?? "offline"));
  }
  const faults = faultsOf(entry).map((text) => Object.assign(document.createElement("li"), { textContent: text }));
  item.querySelector("[data-faults]").replaceChildren(...faults);
  item.querySelector("[data-unnamed]").hidden = entry.state !== "refused" || faults.length > 0;
  if (entry.row) item.querySelector("[data-row]").href = entry.row;
  const about = ` ${entry.title}, ${clock(entry.saved_at)}`;
  for (const label of item.querySelectorAll("[data-about]")) label.textContent = about;
}

function place(list, entries) {
  const nodes = entries.map(itemOf);
  const same = nodes.length === list.children.length && nodes.every((node, index) => node === list.children[index]);
  if (!same) list.replaceChildren(...nodes);
}

let due = null;

function drawDue() {
  due = null;
  draw().catch(() => {}); // as showDue in waiting.js
}

async function draw() {
  const mine = (await Kept.all()).filter((entry) => entry.user === WRITER);
  mine.sort((one, other) => one.saved_at - other.saved_at);
  for (const state of GROUPS) {
    const group = page.querySelector(`[data-group="${state}"]`);
    const found = mine.filter((entry) => entry.state === state);
    group.hidden = found.length === 0;
    place(group.querySelector("ul"), found);
  }
  page.querySelector("[data-nothing]").hidden = mine.length > 0;
  drawSignOut(mine.filter((entry) => entry.state !== "sent").length);
}

// The site shows the form with what was typed and each fault at its field. It waits again meanwhile: should the site
// take it as it is now, the next sending finds that out.
async function mend(key, item) {
  const entry = await Kept.get(key);
  const note = item.querySelector("[data-no-network]");
  note.hidden = (await Sending.sign()) === "here";
  if (!note.hidden || !entry) return;
  await Kept.change(entry, { state: "waiting", direct: false });
  post(entry.action, [...entry.pairs, ["client_key", entry.key]]);
}

function post(action, pairs) {
  const form = Object.assign(document.createElement("form"), { method: "post", action, hidden: true });
  for (const [name, value] of [...pairs, ["csrfmiddlewaretoken", Sending.token()]]) {
    form.append(Object.assign(document.createElement("input"), { type: "hidden", name, value }));
  }
  document.body.append(form);
  HTMLFormElement.prototype.submit.call(form);
}

// Signing out ---------------------------------------------------------------------------------------------------

const leaving = document.getElementById("logga-ut");

function drawSignOut(left) {
  const asked = location.hash === "#logga-ut";
  const appears = asked && leaving.hidden;
  leaving.hidden = !asked;
  const question = leaving.querySelector("[data-question]");
  question.textContent = question.dataset[left === 1 ? "one" : left ? "many" : "none"].replace("{n}", left);
  leaving.querySelector("[data-send-first]").hidden = left === 0;
  leaving.querySelector("[data-discard-button]").textContent = leaving.dataset[left ? "discard" : "plain"];
  if (appears) leaving.querySelector("h2").focus();
}

async function sendFirst() {
  tellLeaving("sending");
  const outcome = await Sending.all();
  const left = (await Kept.all()).some((entry) => entry.user === WRITER && entry.state !== "sent");
  if (!left) return discard();
  tellLeaving(outcome === "done" ? "refused" : outcome);
}

async function discard() {
  const signed = await Sending.sign();
  if (["offline", "down"].includes(signed)) return tellLeaving(signed);
  const form = leaving.querySelector("form");
  form.elements.csrfmiddlewaretoken.value = Sending.token();
  if (signed === "here") return signOut(form);
  await Kept.empty(WRITER); // the session is over already: only the phone is left to empty
  await Shells.drop();
  location.href = "/";
}

function tellLeaving(what) {
  for (const node of leaving.querySelectorAll("[data-told]")) node.hidden = !node.dataset.told.split(" ").includes(what);
}

leaving.querySelector("[data-send-first]").addEventListener("click", sendFirst);
leaving.querySelector("form").addEventListener("submit", (event) => {
  event.preventDefault();
  discard();
});

page.querySelector("[data-send]").addEventListener("click", send);
addEventListener("keptchange", () => {
  due ??= setTimeout(drawDue, 200); // two hundred entries that are sent one after another are not drawn each time
});
addEventListener("hashchange", draw);
if (location.pathname !== QUEUE_PAGE) {
  for (const node of document.querySelectorAll("[data-elsewhere]")) node.hidden = false;
  for (const node of document.querySelectorAll("[data-here]")) node.hidden = true;
}
draw();
