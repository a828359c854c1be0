// Choosing by typing: makes a <select> or a box of tags a combobox (ARIA Authoring Practices: list autocomplete).
// themis/pickers.py draws them. The <select> or box stays in the form and holds the value; it works alone without this.

const MOST_SHOWN = 50;
const plain = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
let count = 0;

function element(name, attributes = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) if (value !== null && value !== undefined) made.setAttribute(key, value);
  made.append(...children);
  return made;
}

// What a picker reads from and writes to. A <select>: its options.
class Choices {
  constructor(select) {
    this.select = select;
    this.several = select.multiple;
    this.mayBeNew = false;
  }

  all() {
    return [...this.select.options].filter((option) => option.value).map((option) => ({ value: option.value, label: option.text.trim() }));
  }

  chosen() {
    return [...this.select.selectedOptions].filter((option) => option.value).map((option) => ({ value: option.value, label: option.text.trim() }));
  }

  empty() {
    return [...this.select.options].find((option) => !option.value);
  }

  choose({ value, label }) {
    let option = [...this.select.options].find((one) => one.value === value);
    if (!option) this.select.append((option = new Option(label, value)));
    option.selected = true;
  }

  drop(value) {
    if (this.several) [...this.select.options].forEach((option) => option.value === value && (option.selected = false));
    else if (this.empty()) this.empty().selected = true;
  }
}

// A box of tags with commas between.
class Tags {
  constructor(box) {
    this.box = box;
    this.several = true;
    this.mayBeNew = true;
  }

  all() {
    return [];
  }

  chosen() {
    return this.box.value.split(",").map((tag) => tag.trim()).filter(Boolean).map((tag) => ({ value: tag, label: tag }));
  }

  choose({ value }) {
    const tags = this.chosen().map((tag) => tag.value);
    this.box.value = [...new Set([...tags, ...value.split(",").map((tag) => tag.trim()).filter(Boolean)])].join(", ");
  }

  drop(value) {
    this.box.value = this.chosen().map((tag) => tag.value).filter((tag) => tag !== value).join(", ");
  }
}

class Picker {
  constructor(control) {
    this.control = control;
    this.source = control.dataset.pickerSource;
    this.words = JSON.parse(control.dataset.pickerWords);
    this.model = control.dataset.picker === "tags" ? new Tags(control) : new Choices(control);
    this.required = control.required;
    this.build();
    this.show();
    control.form?.addEventListener("reset", () => setTimeout(() => this.show()));
    control.addEventListener("picker:refresh", () => this.show());
  }

  build() {
    const { control } = this;
    count += 1;
    const id = `picker-${count}`;
    const label = control.labels?.[0];
    const small = control.classList.contains("select-sm") ? " select-sm" : "";
    this.input = element("input", {
      id, type: "text", class: this.model.several ? "picker-text" : `select w-full${small}`, role: "combobox", autocomplete: "off", spellcheck: "false",
      "aria-autocomplete": "list", "aria-expanded": "false", "aria-controls": `${id}-list`,
      "aria-describedby": control.getAttribute("aria-describedby"), "aria-invalid": control.getAttribute("aria-invalid"),
      // Django's own sign for "nothing" says nothing.
      placeholder: this.model.empty?.()?.text.replace(/^-+$/, "").trim(),
    });
    this.input.disabled = control.disabled;
    if (label && label.contains(control)) this.input.setAttribute("aria-label", (label.querySelector("span") ?? label).textContent.trim());
    else if (label) label.htmlFor = id;
    else if (control.getAttribute("aria-label")) this.input.setAttribute("aria-label", control.getAttribute("aria-label"));
    this.name = label ? (label.firstChild.textContent.trim() || label.textContent.trim()) : "";
    this.list = element("ul", { id: `${id}-list`, role: "listbox", class: "picker-list", popover: "manual", "aria-label": this.name || this.words.show });
    if (this.model.several) this.list.setAttribute("aria-multiselectable", "true");
    this.status = element("span", { class: "sr-only", role: "status" });
    this.chips = element("span", { class: "contents" });
    const bad = control.matches(".select-error, .input-error, .border-error");
    this.root = element("div", { class: this.model.several ? `picker picker-several${bad ? " border-error" : ""}` : "picker" }, this.chips, this.input, this.list, this.status);
    if (bad && !this.model.several) this.input.classList.add("select-error");
    control.before(this.root);
    // Hidden, it could not be focused by the browser's own check of required fields.
    control.hidden = true;
    control.required = false;
    this.input.addEventListener("input", () => this.find());
    this.input.addEventListener("keydown", (event) => this.key(event));
    this.input.addEventListener("click", () => this.list.matches(":popover-open") || this.find(true));
    this.input.addEventListener("focus", () => !this.model.several && this.input.select());
    this.input.addEventListener("blur", () => this.leave());
    // Neither the list nor the chips take the focus from the box: leaving it draws both anew, under the mouse.
    for (const part of [this.list, this.chips]) part.addEventListener("mousedown", (event) => event.preventDefault());
    this.list.addEventListener("click", (event) => {
      event.preventDefault();
      const option = event.target.closest('[role="option"]');
      if (option) this.choose(this.found[Number(option.dataset.index)]);
    });
    this.root.addEventListener("click", (event) => event.target === this.root && this.input.focus());
    for (const name of ["scroll", "resize"]) {
      addEventListener(name, (event) => event.target !== this.list && this.list.matches(":popover-open") && this.place(), { capture: true, passive: true });
    }
  }

  show() {
    const chosen = this.model.chosen();
    this.input.required = this.required && !(this.model.several && chosen.length);
    if (!this.model.several) {
      this.input.value = chosen[0]?.label ?? "";
      return;
    }
    this.chips.replaceChildren(...chosen.map(({ value, label }) => {
      const remove = element("button", { type: "button", class: "picker-remove", "aria-label": `${this.words.remove} ${label}` }, "×");
      remove.addEventListener("click", () => {
        this.drop(value);
        this.input.focus();
      });
      return element("span", { class: "picker-chip" }, element("span", { class: "truncate" }, label), remove);
    }));
  }

  changed() {
    this.show();
    for (const name of ["input", "change"]) this.control.dispatchEvent(new Event(name, { bubbles: true }));
  }

  choose(entry) {
    if (!entry) return;
    if (this.model.several && this.model.chosen().some((one) => one.value === entry.value)) this.model.drop(entry.value);
    else this.model.choose(entry);
    if (this.model.several) this.input.value = "";
    this.close();
    this.changed();
  }

  drop(value) {
    this.model.drop(value);
    this.changed();
  }

  leave() {
    this.close();
    const text = this.input.value.trim();
    if (this.model.mayBeNew && text) this.choose({ value: text, label: text });
    else if (!this.model.several && !text && this.model.chosen().length && this.model.empty()) this.drop();
    // Text that was typed and not chosen is no choice.
    if (this.model.several) this.input.value = "";
    this.show();
  }

  async find(all = false) {
    const typed = all && !this.model.several ? "" : this.input.value.trim();
    let entries = this.model.all();
    if (this.source) {
      this.asking?.abort();
      const asking = (this.asking = new AbortController());
      try {
        await new Promise((resolve) => setTimeout(resolve, all ? 0 : 150));
        if (asking.signal.aborted) return;
        const answer = await fetch(`${this.source}?q=${encodeURIComponent(typed)}`, { signal: asking.signal, headers: { Accept: "application/json" } });
        if (!answer.ok) throw new TypeError(String(answer.status));
        entries = (await answer.json()).results;
      } catch (error) {
        if (error.name === "AbortError") return;
        this.draw([], this.words.failed);
        return;
      }
      if (document.activeElement !== this.input) return;
    } else if (typed) {
      const words = plain(typed).split(/\s+/);
      entries = entries.filter(({ label }) => words.every((word) => plain(label).includes(word)));
    }
    entries = entries.slice(0, MOST_SHOWN);
    if (this.model.mayBeNew && typed && !entries.some(({ value }) => plain(value) === plain(typed))) {
      entries.push({ value: typed, label: typed, fresh: true });
    }
    this.draw(entries);
  }

  draw(entries, problem = "") {
    this.found = entries;
    const chosen = new Set(this.model.chosen().map(({ value }) => value));
    const rows = entries.map(({ value, label, fresh }, index) => element("li", {
      id: `${this.input.id}-${index}`, role: "option", "data-index": index, "aria-selected": String(chosen.has(value)),
    }, fresh ? `${this.words.add} “${label}”` : label));
    const text = problem || this.words.none;
    this.list.replaceChildren(...(rows.length ? rows : [element("li", { class: "picker-nothing", role: "option", "aria-disabled": "true", "aria-selected": "false" }, text)]));
    this.status.textContent = rows.length ? `${rows.length} ${this.words.found}` : text;
    if (!this.list.matches(":popover-open")) this.list.showPopover();
    this.place();
    this.input.setAttribute("aria-expanded", "true");
    this.go(this.input.value.trim() && rows.length && document.activeElement === this.input ? Math.max(0, entries.findIndex(({ value }) => chosen.has(value))) : -1);
  }

  place() {
    const box = this.root.getBoundingClientRect();
    const below = innerHeight - box.bottom - 8;
    const height = Math.min(288, Math.max(below, box.top - 8));
    Object.assign(this.list.style, { left: `${box.left}px`, width: `${box.width}px`, maxHeight: `${height}px` });
    const taken = Math.min(height, this.list.scrollHeight + 2);
    this.list.style.top = `${taken <= below || below >= box.top ? box.bottom + 4 : box.top - taken - 4}px`;
  }

  go(index) {
    this.at = index;
    [...this.list.children].forEach((row, number) => row.classList.toggle("is-at", number === index));
    const row = this.list.children[index];
    if (row && index >= 0) {
      this.input.setAttribute("aria-activedescendant", row.id);
      row.scrollIntoView({ block: "nearest" });
    } else this.input.removeAttribute("aria-activedescendant");
  }

  close() {
    this.asking?.abort();
    if (this.list.matches(":popover-open")) this.list.hidePopover();
    this.input.setAttribute("aria-expanded", "false");
    this.input.removeAttribute("aria-activedescendant");
    this.at = -1;
  }

  key(event) {
    const open = this.list.matches(":popover-open");
    const last = (this.found?.length ?? 0) - 1;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      const step = event.key === "ArrowDown" ? 1 : -1;
      if (!open) this.find(true);
      else if (last >= 0) this.go(this.at < 0 ? (step > 0 ? 0 : last) : (this.at + step + last + 1) % (last + 1));
    } else if (event.key === "Enter" && open && this.at >= 0) {
      event.preventDefault();
      this.choose(this.found[this.at]);
    } else if ((event.key === "Enter" || event.key === ",") && this.model.mayBeNew && this.input.value.trim()) {
      event.preventDefault();
      const text = this.input.value.trim();
      this.choose({ value: text, label: text });
    } else if (event.key === "Escape" && open) {
      // Only the list, not the dialog around it.
      event.preventDefault();
      event.stopPropagation();
      this.close();
      this.show();
    } else if (event.key === "Backspace" && this.model.several && !this.input.value) {
      const chosen = this.model.chosen();
      if (chosen.length) this.drop(chosen[chosen.length - 1].value);
    }
  }
}

function start(root) {
  root.querySelectorAll("[data-picker]").forEach((control) => {
    if (control.dataset.started) return;
    control.dataset.started = "1";
    new Picker(control);
  });
}

start(document);
document.body.addEventListener("htmx:load", (event) => start(event.detail.elt.parentElement ?? document));
