// On every page: how many entries wait on this phone, sending them as soon as it can be done, keeping the forms for
// work without network, and leaving nothing on the phone when somebody signs out.
"use strict";

const WRITER = document.body.dataset.writer ?? ""; // of whom the page is; nobody's before sign-in
const SIGNED_IN = "signedIn" in document.body.dataset; // else a page kept for work without network, or nobody's
const QUEUE_PAGE = "/logga/ko/";
const FIRST_PAUSE = 15_000;
const LONGEST_PAUSE = 5 * 60_000;
const SENT_SHOWN = 24 * 3600_000;
let pause = FIRST_PAUSE;
let timer = 0;
let showing = null;

function fill(node, number) {
  node.hidden = number === 0;
  const words = node.dataset[number === 1 ? "one" : "many"] ?? node.dataset.many;
  node.querySelector("[data-words]").textContent = words.replace("{n}", number);
}

// Signing out empties the phone under a page that is about to go: that stays as it was drawn.
function showDue() {
  showing = null;
  show().catch(() => {});
}

async function show() {
  const entries = await Kept.all();
  const mine = entries.filter((entry) => entry.user === WRITER);
  const counts = {
    waiting: mine.filter((entry) => entry.state === "waiting").length,
    refused: mine.filter((entry) => entry.state === "refused").length,
    anybody: WRITER ? 0 : entries.filter((entry) => entry.state === "waiting").length,
  };
  for (const node of document.querySelectorAll("[data-count]")) fill(node, counts[node.dataset.count]);
}

async function forgetOld() {
  const old = (entry) => entry.state === "sent" && !(Date.now() - entry.sent_at < SENT_SHOWN);
  for (const entry of await Kept.all()) if (old(entry)) await Kept.remove(entry.key);
}

async function send() {
  clearTimeout(timer);
  const entries = await Kept.all();
  if (!WRITER || !entries.some((entry) => entry.user === WRITER && entry.state === "waiting")) return;
  const outcome = await Sending.all();
  if (["done", "signed_out"].includes(outcome)) {
    pause = FIRST_PAUSE;
    return;
  }
  timer = setTimeout(send, pause);
  pause = Math.min(2 * pause, LONGEST_PAUSE);
}

async function leave(form) {
  const entries = await Kept.all();
  const unsent = entries.some((entry) => entry.user === WRITER && entry.state !== "sent");
  if (unsent || (await Sending.sign()) === "offline") location.href = `${QUEUE_PAGE}#logga-ut`; // a page that asks
  else await signOut(form);
}

// The site tells the browser to throw away what is left, unless that is somebody else's.
async function signOut(form) {
  await Kept.empty(WRITER);
  await Shells.drop();
  form.elements.tom.value = (await Kept.all()).length ? "" : "1";
  HTMLFormElement.prototype.submit.call(form);
}

document.addEventListener("submit", (event) => {
  if (!event.target.matches("[data-sign-out]") || event.defaultPrevented) return;
  event.preventDefault();
  leave(event.target).catch(() => HTMLFormElement.prototype.submit.call(event.target));
});

addEventListener("keptchange", () => {
  showing ??= setTimeout(showDue, 200);
});
addEventListener("online", send);
document.addEventListener("visibilitychange", () => document.hidden || send());

async function begin() {
  await forgetOld();
  await show();
  send();
  if (!SIGNED_IN || !("serviceWorker" in navigator)) return;
  await navigator.serviceWorker.register("/sw.js");
  await navigator.serviceWorker.ready;
  await Shells.keep(WRITER);
}

// Without a place to keep things (a private window) the site works as it does without scripts.
begin().catch(() => {});
