// Whom a comment may name: after an @ the people of the team are offered, by keyboard or by click. What is typed out
// by hand names them as well.

const BEGUN = /(^|[\s(])@([\p{L}\p{N}_.+-]*)$/u;
const plain = (text) => text.normalize("NFD").replace(/\p{Diacritic}/gu, "").toLowerCase();

const list = Object.assign(document.createElement("ul"), { id: "mentions", className: "picker-list", popover: "manual" });
list.setAttribute("role", "listbox");
document.body.append(list);

let box = null; // the text that is written, while somebody is offered for it
let at = 0;

function close() {
  if (!box) return;
  list.hidePopover();
  box.removeAttribute("aria-activedescendant");
  box = null;
}

function go(index) {
  const rows = [...list.children];
  at = (index + rows.length) % rows.length;
  rows.forEach((row, number) => {
    row.classList.toggle("is-at", number === at);
    row.setAttribute("aria-selected", "false");
  });
  rows[at].scrollIntoView({ block: "nearest" });
  box.setAttribute("aria-activedescendant", rows[at].id);
}

function place() {
  const frame = box.getBoundingClientRect();
  const below = innerHeight - frame.bottom;
  Object.assign(list.style, { left: `${frame.left}px`, width: `${Math.min(frame.width, 320)}px` });
  list.style.top = `${list.offsetHeight + 8 < below ? frame.bottom + 4 : frame.top - list.offsetHeight - 4}px`;
}

function offer(field) {
  const begun = field.value.slice(0, field.selectionStart).match(BEGUN);
  const wanted = begun && plain(begun[2]);
  const found = begun ? JSON.parse(field.dataset.mentions).filter(({ handle, name }) => [handle, ...name.split(" ")].some((word) => plain(word).startsWith(wanted))) : [];
  if (!found.length) return close();
  box = field;
  list.setAttribute("aria-label", field.dataset.mentionsLabel);
  field.setAttribute("aria-controls", list.id);
  field.setAttribute("aria-autocomplete", "list");
  list.replaceChildren(...found.slice(0, 6).map(({ handle, name }, index) => {
    const row = Object.assign(document.createElement("li"), { id: `mentions-${index}`, textContent: `${name} · @${handle}` });
    row.setAttribute("role", "option");
    row.dataset.handle = handle;
    return row;
  }));
  if (!list.matches(":popover-open")) list.showPopover();
  place();
  go(0);
}

function take(row) {
  const field = box;
  const begin = field.value.slice(0, field.selectionStart).lastIndexOf("@");
  field.setRangeText(`@${row.dataset.handle} `, begin, field.selectionStart, "end");
  close();
  field.focus();
}

document.addEventListener("input", (event) => event.target.matches("textarea[data-mentions]") && offer(event.target));
document.addEventListener("focusout", close);
list.addEventListener("pointerdown", (event) => {
  event.preventDefault(); // the text keeps the focus
  const row = event.target.closest("li");
  if (row) take(row);
});

document.addEventListener("keydown", (event) => {
  if (!box || event.ctrlKey || event.metaKey || event.isComposing) return;
  const act = { ArrowDown: () => go(at + 1), ArrowUp: () => go(at - 1), Enter: () => take(list.children[at]), Tab: () => take(list.children[at]), Escape: close }[event.key];
  if (!act) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  act();
}, true);
