// Reading in a file works without this. It shows how far the server has come, while the page waits for its answer, and
// looks for the result where somebody else has pressed the button.
"use strict";

const PAUSE = 1000;

async function follow(url, box, onDone) {
  try {
    const answer = await fetch(url, { credentials: "same-origin", headers: { Accept: "application/json" } });
    const now = await answer.json();
    box.querySelector("progress").value = now.progress;
    if (now.running) box.querySelector("p").textContent = now.words;
    if (!now.running && onDone()) return;
  } catch {
    // The next look may succeed; the page itself waits for its own answer.
  }
  setTimeout(follow, PAUSE, url, box, onDone);
}

for (const form of document.querySelectorAll("form[data-waits]")) {
  form.addEventListener("submit", (event) => {
    if (form.dataset.sent) {
      event.preventDefault();
      return;
    }
    form.dataset.sent = "1";
    const box = form.querySelector(".import-progress");
    box.hidden = false;
    if (form.dataset.progress) setTimeout(follow, PAUSE, form.dataset.progress, box, () => false);
  });
}

// A page that the browser kept as it was when it was left: the button works again.
window.addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[data-waits]")) {
    delete form.dataset.sent;
    form.querySelector(".import-progress").hidden = true;
  }
});

for (const box of document.querySelectorAll("div[data-progress]")) {
  follow(box.dataset.progress, box, () => {
    location.reload();
    return true;
  });
}
