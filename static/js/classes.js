// Classes of a meeting: "alla" fills in the register's number, and a number says that the class was there.
// Without this file the same form works: the server reads the ticks.
"use strict";

document.addEventListener("input", (event) => {
  const row = event.target.closest("[data-class]");
  if (!row) {
    return;
  }
  const there = row.querySelector("[data-there]");
  const pupils = row.querySelector("[data-pupils]");
  const all = row.querySelector("[data-all]");
  if (event.target === all) {
    pupils.value = all.checked ? all.dataset.all : "";
    there.checked = all.checked;
  } else if (event.target === pupils) {
    there.checked = there.checked || pupils.value.trim() !== "";
    if (all) {
      all.checked = pupils.value.trim() === all.dataset.all;
    }
  } else if (event.target === there && !there.checked) {
    pupils.value = "";
    if (all) {
      all.checked = false;
    }
  }
});
