// Small conveniences of the frame. Every page works without this file.

const toasts = document.getElementById("toasts");
const GOES_AWAY = new Set(["success", "info"]);

function settle(toast) {
  if (!GOES_AWAY.has(toast.dataset.toast) || toast.dataset.timed) return;
  toast.dataset.timed = "1";
  const leave = () => {
    // Somebody who reads or tabs through it keeps it.
    if (toast.matches(":hover, :focus-within")) setTimeout(leave, 2000);
    else toast.remove();
  };
  setTimeout(leave, 7000);
}

export function say(text, tone = "error", link = null) {
  const template = document.getElementById("toast-template");
  const already = [...toasts.children].some((toast) => toast.textContent.includes(text));
  if (!template || already) return;
  const toast = template.content.firstElementChild.cloneNode(true);
  toast.classList.replace("tone-error", `tone-${tone}`);
  toast.dataset.toast = tone;
  const words = toast.querySelector("[data-text]");
  words.textContent = text;
  if (link) {
    const anchor = Object.assign(document.createElement("a"), { className: "text-link", href: link.href, target: "_blank", textContent: link.label });
    words.append(" ", anchor);
  }
  toasts.append(toast);
  settle(toast);
}

if (toasts) {
  toasts.querySelectorAll("[data-toast]").forEach(settle);
  new MutationObserver(() => toasts.querySelectorAll("[data-toast]").forEach(settle)).observe(toasts, { childList: true });
}

// Tabs that are wider than a phone begin where one is, not at the first.
for (const current of document.querySelectorAll("nav.overflow-x-auto [aria-current]")) {
  const nav = current.closest("nav");
  const [tab, frame] = [current.getBoundingClientRect(), nav.getBoundingClientRect()];
  nav.scrollLeft += tab.left + tab.width / 2 - frame.left - frame.width / 2;
}

// A form that came back begins at what needs another look: it may be far below, and its error is read with it.
addEventListener("load", () => {
  if (document.activeElement !== document.body) return;
  [...document.querySelectorAll('main [aria-invalid="true"]')].find((control) => control.checkVisibility())?.focus();
});

document.addEventListener("click", (event) => {
  const dismiss = event.target.closest("[data-dismiss]");
  if (dismiss) dismiss.closest("[data-toast]")?.remove();

  // Browsers that know `command` open the dialog themselves.
  const opener = event.target.closest("[data-dialog-open]");
  if (opener && !("commandForElement" in HTMLButtonElement.prototype)) {
    document.getElementById(opener.dataset.dialogOpen)?.showModal();
  }
  if (event.target instanceof HTMLDialogElement && event.target.matches(".confirm")) event.target.close();

  const copy = event.target.closest("[data-copy]");
  if (copy) {
    const source = document.getElementById(copy.dataset.copy);
    navigator.clipboard?.writeText(source.value ?? source.textContent.trim()).then(() => say(copy.dataset.copied, "success"));
  }

  for (const open of document.querySelectorAll("details.dropdown[open]")) {
    if (!open.contains(event.target)) open.open = false;
  }
});

// Who dictates, or hits letters by accident, switches shortcuts of a single key off; before any page hears of them.
const TYPING = "input:not([type=checkbox]):not([type=radio]), textarea, select, [contenteditable]";
const singleKeys = document.querySelector("[data-single-keys]");
if (singleKeys) {
  singleKeys.checked = localStorage.getItem("single-keys") !== "off";
  singleKeys.addEventListener("change", () => localStorage.setItem("single-keys", singleKeys.checked ? "on" : "off"));
}

document.addEventListener("keydown", (event) => {
  const single = event.key.length === 1 && event.key !== " " && !event.ctrlKey && !event.metaKey && !event.altKey;
  if (!single || event.target.matches(TYPING)) return;
  if (singleKeys && !singleKeys.checked) return event.stopImmediatePropagation();
  // A page with more of them has a help of its own.
  if (event.key !== "?" || document.getElementById("keys") || document.querySelector("dialog[open]")) return;
  event.preventDefault();
  document.getElementById("shortcuts")?.showModal();
}, true);

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  const open = document.querySelector("details.dropdown[open]");
  if (open) {
    open.open = false;
    open.querySelector("summary").focus();
  }
});

// The server offers the device's time zone to whoever sees another; they confirm it or not.
const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
if (zone) document.cookie = `time_zone=${zone}; path=/; max-age=31536000; samesite=lax${location.protocol === "https:" ? "; secure" : ""}`;

// The theme changes at once; the form's own request records it.
document.addEventListener("submit", (event) => {
  const form = event.target.closest("[data-theme-form]");
  if (form && event.submitter) {
    event.preventDefault();
    const theme = event.submitter.value;
    if (theme === "system") document.documentElement.removeAttribute("data-theme");
    else document.documentElement.dataset.theme = theme;
    form.querySelectorAll("button").forEach((button) => button.setAttribute("aria-pressed", String(button === event.submitter)));
    const body = new FormData(form, event.submitter);
    fetch(form.action, { method: "POST", body, redirect: "manual" }).catch(() => say(document.body.dataset.lostConnection));
    return;
  }
  // A button that starts something costly is pressed once. Disabled after the submission has been read.
  if (event.target.matches("[data-once]")) {
    const button = event.submitter;
    setTimeout(() => button?.setAttribute("disabled", ""), 0);
  }
});
// An address names what was chosen, not the boxes that were left alone; htmx collects its values the same way.
document.addEventListener("formdata", ({ target, formData }) => {
  if (target.getAttribute("method") !== "get") return;
  for (const name of new Set(formData.keys())) {
    if (formData.getAll(name).every((value) => value === "")) formData.delete(name);
  }
});
addEventListener("pageshow", () => document.querySelectorAll("[data-once] [disabled]").forEach((button) => button.removeAttribute("disabled")));

// What htmx cannot show in its target is said in a toast. A poll that fails is tried again anyway.
const text = document.body.dataset;
document.body.addEventListener("htmx:sendError", () => say(text.lostConnection, "warning"));
document.body.addEventListener("htmx:responseError", (event) => {
  const status = event.detail.xhr.status;
  if (status === 401) return; // session.js
  say(status === 403 || status === 404 ? text.notAllowed : text.serverError);
});

// A fragment that is cut out of a whole page brings that page's title along: only where one goes does it become ours.
document.body.addEventListener("htmx:beforeSwap", ({ detail }) => {
  const { elt } = detail.requestConfig;
  detail.ignoreTitle = !elt.closest("[hx-push-url]:not([hx-push-url=false])");
});
