// The ask page by keyboard: / to the question, j and k through the passages, Enter opens the one that has the focus.
const TYPING = "input, textarea, select, [contenteditable]";
const found = () => [...document.querySelectorAll("a[data-found]")];

function step(by) {
  const links = found();
  const at = links.indexOf(document.activeElement);
  const next = links[at < 0 ? (by > 0 ? 0 : links.length - 1) : Math.min(Math.max(at + by, 0), links.length - 1)];
  if (!next) return;
  next.focus({ preventScroll: true });
  next.closest("li").scrollIntoView({ block: "nearest" });
}

// Who comes back from a passage goes on where they left.
document.addEventListener("focusin", ({ target }) => {
  if (target.matches("a[data-found]")) history.replaceState({ ...history.state, passage: target.id }, "");
});
addEventListener("pageshow", () => {
  const left = history.state?.passage;
  if (left && document.activeElement === document.body) document.getElementById(left)?.focus({ preventScroll: true });
});

const KEYS = {
  j: () => step(1),
  k: () => step(-1),
  "/": () => document.getElementById("ask-question")?.select(),
};

document.addEventListener("keydown", (event) => {
  if (event.target.matches(TYPING)) {
    if (event.key === "Escape") event.target.blur();
    return;
  }
  if (event.ctrlKey || event.metaKey || event.altKey || document.querySelector("dialog[open]")) return;
  const act = KEYS[event.key];
  if (!act) return;
  event.preventDefault();
  act();
});

// A status is read aloud when its words change, so they come and go with the request.
const said = document.querySelector("[data-asking]");
const asked = (event) => event.detail.elt?.id === "ask";
document.body.addEventListener("htmx:beforeRequest", (event) => asked(event) && (said.textContent = said.dataset.text));
document.body.addEventListener("htmx:afterRequest", (event) => asked(event) && (said.textContent = ""));
// The question is asked: the keys j, k and / belong to the passages now. An answer that was waited for takes nobody's
// place away: that it is there, or why not, is only said.
document.body.addEventListener("htmx:afterSettle", (event) => {
  if (event.detail.requestConfig?.elt?.id === "writing") {
    const title = document.getElementById("reply-title");
    said.textContent = title?.dataset.said || title?.textContent || "";
    return;
  }
  if (event.detail.target?.id === "reply" || event.detail.elt?.id === "reply") document.getElementById("reply-title")?.focus({ preventScroll: true });
});
