// The workspace by keyboard, and what a draft run redraws. Everything here presses what is on the page already.

import { hasUnsavedWords } from "./unsaved_words.js";

const TYPING = "input:not([type=checkbox]):not([type=radio]), textarea, select, [contenteditable]";

const answer = () => document.getElementById("answer");
const rows = () => [...document.querySelectorAll("#question-list li[id^='question-'] a")];

function step(forward) {
  const link = answer()?.querySelector(forward ? "a[rel=next]" : "a[rel=prev]");
  if (link) link.click();
  else if (!answer()?.querySelector("article")) rows().at(forward ? 0 : -1)?.click();
}

function press(...selectors) {
  for (const selector of selectors) {
    const button = answer()?.querySelector(selector);
    if (button) return button.click();
  }
}

const KEYS = {
  j: () => step(true),
  k: () => step(false),
  e: () => (answer()?.querySelector("#id_text") ?? answer()?.querySelector("[data-key=reopen]"))?.focus(),
  a: () => press("button[name=approve]", "[data-key=submit]"),
  r: () => press("[data-key=redraft]"),
  x: () => document.querySelector("#question-list li:has(a[aria-current]) input[type=checkbox]")?.click(),
  "/": () => document.getElementById("question-words")?.select(),
  "?": () => document.getElementById("keys")?.showModal(),
};

document.addEventListener("keydown", (event) => {
  const typing = event.target.matches(TYPING);
  if (typing && event.key === "Escape") return event.target.blur();
  // By itself Enter would press the first button of the form: beside a date that approves.
  const beside = event.key === "Enter" && event.target.closest("input")?.closest("[data-enter-presses]");
  if (beside) {
    event.preventDefault();
    return beside.querySelector("button[formaction]").click();
  }
  if (typing && event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
    event.preventDefault();
    return event.target.form?.requestSubmit(event.target.form.querySelector("button:not([name], [type=button])"));
  }
  if (typing || event.ctrlKey || event.metaKey || event.altKey || document.querySelector("dialog[open]")) return;
  const act = KEYS[event.key];
  if (!act) return;
  event.preventDefault();
  act();
});

// The row of the question that is open is marked, and brought into view.
function markRow() {
  const open = answer()?.querySelector("article")?.dataset.question;
  for (const link of rows()) {
    const current = link.closest("li").id === `question-${open}`;
    link.toggleAttribute("aria-current", current);
    if (current) {
      link.setAttribute("aria-current", "true");
      link.closest("li").scrollIntoView({ block: "nearest" });
    }
  }
}

// A draft run that ends redraws the list where it stands, and the open answer unless somebody is writing in it.
let place = null;

function untouched(field) {
  if (field.tagName === "SELECT") return field.selectedOptions[0] === ([...field.options].find((option) => option.defaultSelected) ?? field.options[0]);
  return field.value === field.defaultValue && (field.checked ?? false) === (field.defaultChecked ?? false);
}

document.body.addEventListener("jobFinished", () => {
  place = document.querySelector("#question-list ol")?.scrollTop ?? null;
  const fields = [...(answer()?.querySelectorAll("textarea, select, input:not([type=hidden])") ?? [])];
  const writing = hasUnsavedWords() || answer()?.contains(document.activeElement) || !fields.every(untouched);
  const open = document.querySelector("#question-list a[aria-current]");
  if (open && !writing) htmx.ajax("GET", open.getAttribute("hx-get"), { target: "#answer", swap: "innerHTML" });
});

document.body.addEventListener("htmx:afterSwap", (event) => {
  const list = document.querySelector("#question-list ol");
  if (place === null || !list || event.detail.target?.id !== "question-list") return;
  list.scrollTop = place;
  place = null;
});

// While it still runs, the rows say what is there already. Only their states change: what is chosen, open or scrolled to
// stays as it is.
const LOOK_AGAIN = 5_000;
let looked = 0;

async function showStates() {
  const list = document.querySelector("#question-list[hx-get]");
  if (!list || document.visibilityState !== "visible" || Date.now() - looked < LOOK_AGAIN) return;
  looked = Date.now();
  const response = await fetch(list.getAttribute("hx-get"), { headers: { "HX-Request": "true" }, redirect: "error" }).catch(() => null);
  if (!response?.ok || !list.isConnected) return;
  const fresh = new DOMParser().parseFromString(await response.text(), "text/html");
  for (const state of list.querySelectorAll("[data-state]")) {
    const now = fresh.querySelector(`#${state.closest("li").id} [data-state]`);
    if (!now) continue;
    const here = state.querySelector("[data-here]"); // who is here is known to this page alone
    now.querySelector("[data-here]").replaceWith(here);
    state.replaceWith(now);
  }
}

document.body.addEventListener("htmx:afterSettle", (event) => event.target.closest("#draft-job") && showStates());
document.body.addEventListener("htmx:afterSettle", markRow);
markRow();
