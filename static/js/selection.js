// Choosing rows of a list: "all of this page", a count, and buttons that need a choice.
function update(form) {
  const rows = [...document.querySelectorAll(`input[type=checkbox][form="${form.id}"]`)];
  const chosen = rows.filter((box) => box.checked).length;
  const all = form.querySelector("[data-select-all]");
  if (all) {
    all.checked = chosen > 0 && chosen === rows.length;
    all.indeterminate = chosen > 0 && chosen < rows.length;
  }
  for (const label of form.querySelectorAll("[data-label]")) label.textContent = chosen ? label.dataset.some : label.dataset.none;
  for (const count of form.querySelectorAll("[data-selection-count]")) count.textContent = chosen ? `${chosen} ${count.dataset.some}` : count.dataset.none;
  for (const button of form.querySelectorAll("[data-needs-selection]")) button.disabled = chosen === 0;
}

document.addEventListener("change", (event) => {
  const box = event.target;
  if (box.matches("[data-select-all]")) {
    for (const row of document.querySelectorAll(`input[type=checkbox][form="${box.form.id}"]`)) row.checked = box.checked;
    update(box.form);
  } else if (box.form && box.form.matches("[data-selection]")) {
    update(box.form);
  }
});

// Rows that are drawn anew (a filter, a draft run that ends, one answer saved) stay chosen.
const chosen = new Set();
const boxes = () => document.querySelectorAll("input[type=checkbox][form]:not([data-select-all])");
const nameOf = (box) => `${box.getAttribute("form")} ${box.name} ${box.value}`;

document.addEventListener("htmx:beforeSwap", () => {
  for (const box of boxes()) if (box.checked) chosen.add(nameOf(box));
});

function restore() {
  for (const box of boxes()) if (chosen.has(nameOf(box))) box.checked = true;
}
document.addEventListener("htmx:afterSwap", restore);

function refresh() {
  restore();
  chosen.clear();
  document.querySelectorAll("form[data-selection]").forEach(update);
}
document.addEventListener("htmx:afterSettle", refresh);
refresh();
