// Areas that are chosen because they were last time give way to the first other one that is pressed: who was at both
// presses again. Otherwise whoever meant Kroksbäck would often log Holma as well.
"use strict";

const usual = document.querySelector("form[data-usual]");
const asLastTime = [...usual.querySelectorAll('input[type="checkbox"][name="areas"]:checked')];

usual.addEventListener("change", function pressed({ target }) {
  if (target.name !== "areas") return;
  usual.removeEventListener("change", pressed);
  if (target.checked) for (const area of asLastTime) area.checked = false;
});
