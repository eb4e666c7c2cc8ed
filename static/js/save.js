// Saving a form that may be kept: first onto the phone, then to the site. Whether the site answers or not, what was
// typed is somewhere. Faults are shown by the site itself, on the page that it shows without scripts.
"use strict";

const form = document.querySelector("form[data-keep]");
const WAIT_FOR_ANSWER = 10_000; // longer, and whoever stands there with the phone is told that it is kept

// What the site must know for itself does not belong to the entry.
const NOT_KEPT = ["csrfmiddlewaretoken", "client_key", "new_key", "saved_at", "sent_at"];

function entryOf(data) {
  const [taken, given] = [data.get("new_key"), data.get("client_key")];
  return {
    key: taken || given || crypto.randomUUID(),
    user: WRITER,
    action: form.getAttribute("action"),
    pairs: [...data].filter(([name]) => !NOT_KEPT.includes(name)),
    title: form.dataset.keep,
    words: words(),
    saved_at: Date.now(),
    state: "waiting",
    direct: true, // whoever saved it is still here and is told what comes of it
  };
}

// What an entry is called in the list of what waits: what was chosen, where, when.
function words() {
  const fields = ["kind", "areas", "classes", "quantity", "occurred_on"].map((name) => form.elements[name]);
  return fields.flatMap((field) => (field ? chosen(field) : []));
}

function chosen(field) {
  const nodes = field instanceof RadioNodeList ? [...field] : [field];
  return nodes.flatMap((node) => {
    if (["radio", "checkbox"].includes(node.type)) return node.checked ? [node.labels[0].textContent.trim()] : [];
    if (node instanceof HTMLSelectElement) return node.value ? [node.selectedOptions[0].textContent.trim()] : [];
    return node.name === "quantity" && node.value === "1" ? [] : [node.value].filter(Boolean);
  });
}

// A plan under secrecy is never kept on a phone: its form says so, and is sent as it always was.
function mayBeKept(data) {
  const file = [...data.values()].some((value) => value instanceof File && value.size > 0);
  const secret = "secretPlans" in form.dataset && data.get("state") !== "done";
  return !file && !secret;
}

function hidden(name, value) {
  const field = form.elements[name] ?? form.appendChild(Object.assign(document.createElement("input"), { type: "hidden", name }));
  field.value = value;
}

// The page that the site gives for a form it refuses shows each fault at its field, with all that was typed. Where
// another tab or the service worker sent the entry, this page has no token yet.
async function showFaults(entry, submitter) {
  if (!Sending.token()) await Sending.sign();
  hidden("csrfmiddlewaretoken", Sending.token());
  hidden("client_key", entry.key);
  form.dataset.plain = "";
  form.requestSubmit(submitter);
}

async function tellKept(entry, outcome) {
  await Kept.change(entry, { direct: false });
  const told = document.getElementById("kept-here").content.cloneNode(true);
  for (const node of told.querySelectorAll("[data-when]")) {
    node.hidden = !node.dataset.when.split(" ").includes(outcome);
  }
  document.body.classList.remove("form-page");
  form.closest("main").firstElementChild.replaceChildren(told);
  document.querySelector("main h1").focus();
  scrollTo(0, 0);
  const worker = await navigator.serviceWorker?.getRegistration();
  await worker?.sync?.register("send").catch(() => {}); // the browser may send it with no page open
}

async function save(data, submitter) {
  const entry = entryOf(data);
  await Kept.put(entry);
  if (data.get("new_key")) await Kept.remove(data.get("client_key"));
  const outcome = navigator.onLine ? await Sending.one(entry.key, WAIT_FOR_ANSWER) : "offline";
  const now = await Kept.get(entry.key);
  if (outcome === "sent" && now?.url) {
    await Kept.remove(entry.key);
    location.assign(now.url);
  } else if (outcome === "refused") {
    await showFaults(entry, submitter);
  } else {
    await tellKept(entry, outcome);
  }
}

function busy(is) {
  form.toggleAttribute("data-busy", is);
  form.querySelector("[data-saving]").hidden = !is;
}

function onSubmit(event) {
  if ("plain" in form.dataset) return;
  const data = new FormData(form);
  if (event.submitter?.name) data.append(event.submitter.name, event.submitter.value);
  if (!mayBeKept(data)) return;
  event.preventDefault();
  if ("busy" in form.dataset) return; // pressed twice
  busy(true);
  save(data, event.submitter).catch(() => {
    form.dataset.plain = ""; // there is no place to keep it: as without scripts
    form.requestSubmit(event.submitter);
  });
}

// The page with its faults has it now, and whoever leaves that page has thrown it away.
async function takeOver() {
  const entry = await Kept.get(form.elements.client_key?.value || "-");
  if (entry?.direct && entry.state === "refused") await Kept.remove(entry.key);
}

// A form kept on the phone was made on an earlier day: today is filled in by the phone, its clock put right as far as
// the site has told how wrong it goes.
async function fillInToday() {
  const ahead = (await Kept.note("clock_ahead")) ?? 0;
  const today = new Date(Date.now() - ahead).toLocaleDateString("sv-SE", { timeZone: "Europe/Stockholm" });
  for (const field of form.querySelectorAll('input[type="date"]')) {
    if (field.max === form.dataset.day) field.max = today;
    if (field.value === form.dataset.day && field.min <= today && today <= field.max) field.value = today;
  }
  const planned = new URLSearchParams(location.search).get("planerad") === "1";
  const plan = form.querySelector('input[name="state"][value="planned"]');
  if (planned && plan) plan.checked = true;
}

if (form) {
  form.addEventListener("submit", onSubmit);
  addEventListener("pageshow", () => {
    delete form.dataset.plain; // come back to with Back
    busy(false);
  });
  if ("day" in form.dataset) fillInToday().catch(() => {});
  takeOver().catch(() => {});
}
