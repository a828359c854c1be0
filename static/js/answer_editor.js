// The answer's length while it is typed, and what it looks like. Lengths are counted as Excel counts them, which is
// what `length` of a string does.

const COUNT_PAUSE = 900;
const PREVIEW_PAUSE = 400;
const counter = () => document.querySelector("[data-length]");
const preview = () => document.querySelector("[data-preview]");

let saying = 0;
let drawing = 0;
let said = "";

const lengthOf = (text) => text.replace(/\r\n?/g, "\n").trim().length;

function measure(field) {
  const box = counter();
  if (!box || !field) return;
  const used = lengthOf(field.value);
  const limit = Number(box.dataset.limit);
  const number = new Intl.NumberFormat(document.documentElement.lang || undefined);
  const state = used > limit ? "over" : used >= Number(box.dataset.near) ? "near" : "fine";
  box.dataset.length = state;
  box.querySelector("[data-used]").textContent = number.format(used);
  const words = { over: box.dataset.over, near: box.dataset.left, fine: "" }[state];
  const text = words.replace("#", number.format(Math.abs(limit - used)));
  const warning = box.querySelector("[data-warning]");
  warning.textContent = text;
  warning.hidden = !text;
  warning.classList.toggle("tone-warning", state !== "over");
  warning.classList.toggle("tone-error", state === "over");
  // Read out after a pause, and only when there is something to say that was not said yet.
  clearTimeout(saying);
  saying = setTimeout(() => {
    const status = document.querySelector("[data-length-said]");
    if (!status || said === text) return;
    said = text;
    status.textContent = text;
  }, COUNT_PAUSE);
}

function draw() {
  const box = preview();
  if (!box?.open) return;
  const form = box.closest("form");
  htmx.ajax("POST", box.dataset.preview, { source: box, target: "#answer-preview", swap: "outerHTML", values: Object.fromEntries(new FormData(form)) });
}

document.addEventListener("input", (event) => {
  if (event.target.id !== "id_text") return;
  measure(event.target);
  clearTimeout(drawing);
  drawing = setTimeout(draw, PREVIEW_PAUSE);
});

// `toggle` does not bubble.
document.addEventListener("toggle", (event) => {
  if (event.target === preview()) draw();
}, true);

document.body.addEventListener("htmx:afterSwap", (event) => {
  if (event.detail.target?.id !== "answer") return;
  said = "";
  measure(document.getElementById("id_text"));
  // The pane stays where it was scrolled to; what somebody else wrote meanwhile stands at its top.
  document.querySelector("#answer [role=alert]:has([data-conflict])")?.scrollIntoView({ block: "nearest" });
});
measure(document.getElementById("id_text"));
