// Drag and drop, the list of chosen files and the upload's progress, for templates/components/drop_zone.html.

const UNITS = ["B", "KB", "MB", "GB"];

function size(bytes) {
  let unit = 0;
  while (bytes >= 1000 && unit < UNITS.length - 1) {
    bytes /= 1000;
    unit += 1;
  }
  const rounded = unit && bytes < 10 ? Math.round(bytes * 10) / 10 : Math.round(bytes);
  return `${rounded.toLocaleString(document.documentElement.lang || undefined)} ${UNITS[unit]}`;
}

class DropZone {
  constructor(root) {
    this.root = root;
    this.input = root.querySelector('input[type="file"]');
    this.area = root.querySelector("[data-area]");
    this.list = root.querySelector("[data-files]");
    this.progress = root.querySelector("[data-progress]");
    this.area.classList.add("is-ready");
    this.files = [];
    this.input.addEventListener("change", () => this.add([...this.input.files]));
    for (const name of ["dragenter", "dragover"]) this.area.addEventListener(name, (event) => this.hover(event, true));
    for (const name of ["dragleave", "drop"]) this.area.addEventListener(name, (event) => this.hover(event, false));
    this.area.addEventListener("drop", (event) => this.add([...event.dataTransfer.files]));
    const form = this.input.form;
    form?.addEventListener("reset", () => this.show((this.files = [])));
    form?.addEventListener("submit", () => this.input.files.length && (this.progress.hidden = false));
    form?.addEventListener("htmx:xhr:progress", (event) => this.move(event.detail));
    form?.addEventListener("htmx:afterRequest", () => this.rest());
  }

  hover(event, over) {
    event.preventDefault();
    this.area.classList.toggle("is-over", over);
  }

  add(files) {
    const known = new Set(this.input.multiple ? this.files.map((file) => `${file.name}/${file.size}`) : []);
    const fresh = files.filter((file) => !known.has(`${file.name}/${file.size}`));
    this.files = this.input.multiple ? [...this.files, ...fresh] : files.slice(0, 1);
    this.give();
  }

  give() {
    const transfer = new DataTransfer();
    this.files.forEach((file) => transfer.items.add(file));
    this.input.files = transfer.files;
    this.show();
    this.input.dispatchEvent(new CustomEvent("drop-zone:chosen", { bubbles: true, detail: { files: this.files } }));
  }

  show() {
    const limit = Number(this.root.dataset.limit);
    this.list.replaceChildren(...this.files.map((file, index) => {
      const row = document.createElement("li");
      row.className = "flex items-center gap-3 rounded-field border border-base-300 bg-base-100 px-3 py-2 text-sm";
      const name = document.createElement("span");
      name.className = "min-w-0 grow truncate";
      name.textContent = file.name;
      const large = limit && file.size > limit;
      const length = document.createElement("span");
      length.className = large ? "shrink-0 font-medium text-error" : "muted shrink-0 tabular-nums";
      length.textContent = large ? `${size(file.size)}, ${this.root.dataset.tooLarge}` : size(file.size);
      const remove = document.createElement("button");
      remove.type = "button";
      remove.className = "btn btn-ghost btn-xs";
      remove.textContent = this.root.dataset.remove;
      remove.setAttribute("aria-label", `${this.root.dataset.remove} ${file.name}`);
      remove.addEventListener("click", () => {
        this.files.splice(index, 1);
        this.give();
        this.input.focus();
      });
      row.append(name, length, remove);
      return row;
    }));
    this.root.querySelector("[data-status]").textContent = `${this.files.length} ${this.root.dataset.chosen}`;
  }

  move({ loaded, total }) {
    if (!total || !this.files.length) return;
    this.progress.hidden = false;
    this.progress.querySelector("progress").value = Math.floor((loaded / total) * 100);
    this.progress.querySelector("[data-progress-text]").textContent = `${size(loaded)} / ${size(total)}`;
  }

  rest() {
    this.progress.hidden = true;
    this.progress.querySelector("progress").removeAttribute("value");
  }
}

function start(root) {
  root.querySelectorAll("[data-drop-zone]").forEach((zone) => {
    if (zone.dataset.started) return;
    zone.dataset.started = "1";
    new DropZone(zone);
  });
}

start(document);
document.body.addEventListener("htmx:load", (event) => start(event.detail.elt.parentElement ?? document));
