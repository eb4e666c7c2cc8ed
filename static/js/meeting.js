// The meeting view is plain links and works without this. It adds keys (arrows, Page Up and Down, Home, End, Escape,
// f) and the whole screen. A browser leaves the whole screen when the page changes, so there, and only there, the
// next page is fetched and put in place of this one.
"use strict";

async function show(url) {
  try {
    const answer = await fetch(url, { credentials: "same-origin" });
    const next = new DOMParser().parseFromString(await answer.text(), "text/html");
    if (!answer.ok || next.body.id !== "meeting") throw new Error("another page");
    document.body.replaceChildren(...next.body.children);
    document.title = next.title;
    prepare();
    document.querySelector("h1").focus();
    return true;
  } catch {
    return false;
  }
}

async function go(url) {
  if (document.fullscreenElement && (await show(url))) history.pushState(null, "", url);
  else location.href = url;
}

function toggleFullscreen() {
  if (document.fullscreenElement) document.exitFullscreen();
  else document.documentElement.requestFullscreen();
}

function prepare() {
  const button = document.querySelector("[data-fullscreen]");
  button.hidden = !document.fullscreenEnabled;
  button.addEventListener("click", toggleFullscreen);
}

document.addEventListener("click", (event) => {
  const link = event.target.closest("a[href]");
  const plain = event.button === 0 && !(event.ctrlKey || event.metaKey || event.shiftKey || event.altKey);
  if (!link || !plain || !document.fullscreenElement || !link.closest(".meeting__nav, .meeting__rows")) return;
  event.preventDefault();
  go(link.href);
});

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) return;
  if (event.key === "f") {
    if (document.fullscreenEnabled) toggleFullscreen();
    return;
  }
  const link = [...document.querySelectorAll("[data-key]")].find((one) => one.dataset.key.split(" ").includes(event.key));
  if (!link) return;
  event.preventDefault();
  go(link.href);
});

window.addEventListener("popstate", async () => {
  if (!(await show(location.href))) location.reload();
});

prepare();
