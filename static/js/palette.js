// The command palette: Ctrl+K or Cmd+K opens it, arrows choose, Enter goes there. The search page needs none of this.
const dialog = document.getElementById("palette");
const words = document.getElementById("palette-words");
const list = document.getElementById("palette-list");
const status = document.getElementById("palette-status");
const options = () => [...list.querySelectorAll("[role=option]")];

function choose(option) {
  for (const other of options()) other.setAttribute("aria-selected", String(other === option));
  if (option) words.setAttribute("aria-activedescendant", option.id);
  else words.removeAttribute("aria-activedescendant");
  option?.scrollIntoView({ block: "nearest" });
}

function step(by) {
  const all = options();
  const at = all.findIndex((option) => option.getAttribute("aria-selected") === "true");
  choose(all[(at + by + all.length) % all.length]);
}

function open() {
  if (dialog.open) return;
  if (document.querySelector("dialog[open]")) return; // a question is being asked: it is answered first
  dialog.showModal();
  words.focus();
  words.select();
  words.dispatchEvent(new CustomEvent("palette:open"));
}

const KEYS = {
  ArrowDown: () => step(1),
  ArrowUp: () => step(-1),
  Enter: (event) => {
    const chosen = list.querySelector("[aria-selected=true]");
    if (!chosen) return;
    if (event.ctrlKey || event.metaKey) window.open(chosen.href, "_blank", "noopener");
    else chosen.click();
  },
};

if (dialog) {
  document.addEventListener("keydown", (event) => {
    if (event.key.toLowerCase() !== "k" || !(event.ctrlKey || event.metaKey) || event.altKey || event.shiftKey) return;
    event.preventDefault();
    if (dialog.open) dialog.close();
    else open();
  });
  document.addEventListener("click", (event) => {
    const opener = event.target.closest("[data-palette-open]");
    // Whoever asks for another tab gets the search page there.
    if (opener && !event.ctrlKey && !event.metaKey && !event.shiftKey) {
      event.preventDefault();
      open();
    }
    if (event.target === dialog) dialog.close();
  });
  words.addEventListener("keydown", (event) => {
    const act = KEYS[event.key];
    if (!act || event.isComposing) return;
    event.preventDefault();
    act(event);
  });

  const ours = (event) => event.detail.target === list || event.detail.elt === words;
  document.body.addEventListener("htmx:beforeSwap", (event) => {
    // The session is over: the answer is the sign-in page.
    if (ours(event) && !event.detail.xhr.responseURL.includes(words.getAttribute("hx-get"))) location.reload();
  });
  document.body.addEventListener("htmx:afterSwap", (event) => {
    if (!ours(event)) return;
    status.textContent = list.querySelector("[data-palette-said]")?.textContent ?? "";
    list.scrollTop = 0;
    choose(options()[0]);
  });
  for (const name of ["htmx:sendError", "htmx:responseError"]) {
    document.body.addEventListener(name, (event) => ours(event) && (status.textContent = dialog.dataset.failed));
  }
  const mac = /mac|iphone|ipad/i.test(navigator.platform);
  for (const hint of document.querySelectorAll("[data-palette-keys]")) {
    hint.textContent = mac ? "⌘K" : hint.dataset.paletteKeys;
    hint.hidden = false;
  }
}
