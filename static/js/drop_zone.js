// Drag and drop, the list of chosen files and the upload's progress, for templates/components/drop_zone.html.

import { PartsUpload } from "./upload_parts.js";

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
    this.required = this.input.required;
    // Files that are sent in parts, before the form, by their name and size.
    this.parts = new Map();
    this.input.addEventListener("change", () => this.add([...this.input.files]));
    for (const name of ["dragenter", "dragover"]) this.area.addEventListener(name, (event) => this.hover(event, true));
    for (const name of ["dragleave", "drop"]) this.area.addEventListener(name, (event) => this.hover(event, false));
    this.area.addEventListener("drop", (event) => this.add([...event.dataTransfer.files]));
    const form = this.input.form;
    form?.addEventListener("reset", () => this.empty());
    form?.addEventListener("submit", (event) => this.wait(event), { capture: true });
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
    const large = this.files.filter((file) => this.goesInParts(file));
    const oversize = this.files.filter((file) => this.isOversize(file));
    this.files.filter((file) => !large.includes(file) && !oversize.includes(file)).forEach((file) => transfer.items.add(file));
    this.input.files = transfer.files;
    this.input.required = this.required && !large.length && !oversize.length;
    large.forEach((file) => this.send(file));
    this.show();
    this.settle();
  }

  isOversize(file) {
    const limit = Number(this.root.dataset.limit);
    return Boolean(limit) && file.size > limit;
  }

  // The sentence with which the server would refuse the file.
  refusal(file) {
    const megabytes = (file.size / 1048576).toLocaleString(document.documentElement.lang || undefined, { minimumFractionDigits: 1, maximumFractionDigits: 1 });
    return this.root.dataset.tooLarge.replace("{size}", megabytes);
  }

  goesInParts(file) {
    const from = Number(this.root.dataset.partsFrom);
    return Boolean(from) && file.size > from && !this.isOversize(file) && !this.refused?.has(file);
  }

  send(file) {
    if (this.parts.has(file)) return;
    const upload = new PartsUpload(file, { begin: this.root.dataset.partsUrl, token: this.input.form.elements.csrfmiddlewaretoken.value });
    this.parts.set(file, upload);
    upload.addEventListener("change", () => this.draw(file, upload));
    upload.addEventListener("done", () => this.settle());
    // Whoever may not, or cannot, send parts sends the file with the form as ever.
    upload.addEventListener("refused", () => {
      this.parts.delete(file);
      (this.refused ??= new Set()).add(file);
      this.give();
    });
    upload.start();
  }

  pending() {
    return [...this.parts.values()].some((upload) => !upload.isDone);
  }

  // Says which files are chosen, once those that go in parts are all there.
  settle() {
    if (this.pending()) return;
    this.root.querySelectorAll("[data-part]").forEach((input) => input.remove());
    for (const upload of this.parts.values()) {
      const input = document.createElement("input");
      Object.assign(input, { type: "hidden", name: `${this.input.name}-upload`, value: upload.id });
      input.dataset.part = "";
      this.root.append(input);
    }
    if (this.waiting) {
      const { submitter } = this.waiting;
      this.waiting = null;
      this.input.form.requestSubmit(submitter);
    } else if (this.files.length && !this.files.some((file) => this.isOversize(file))) {
      this.input.dispatchEvent(new CustomEvent("drop-zone:chosen", { bubbles: true, detail: { files: this.files } }));
    }
  }

  wait(event) {
    const oversize = this.files.find((file) => this.isOversize(file));
    if (!oversize && !this.pending()) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    if (oversize) {
      // Nothing is sent while it is in the list: what was said of it would be gone with the page.
      this.rows.get(oversize).querySelector("button").focus();
      this.root.querySelector("[data-status]").textContent = `${oversize.name}: ${this.refusal(oversize)}`;
      return;
    }
    this.waiting = { submitter: event.submitter };
    this.root.querySelector("[data-status]").textContent = this.root.dataset.waiting;
  }

  empty() {
    this.parts.forEach((upload) => upload.isDone || upload.cancel());
    this.parts.clear();
    this.root.querySelectorAll("[data-part]").forEach((input) => input.remove());
    this.input.required = this.required;
    this.show((this.files = []));
  }

  // How far a file in parts is, in its row.
  draw(file, upload) {
    const row = this.rows?.get(file);
    if (!row) return;
    const bar = row.querySelector("progress");
    bar.value = Math.floor((upload.sent / file.size) * 100);
    row.querySelector("[data-sent]").textContent = upload.problem || (upload.isDone ? this.root.dataset.complete : `${size(upload.sent)} / ${size(file.size)}`);
    const button = row.querySelector("[data-pause]");
    button.hidden = upload.isDone;
    button.textContent = upload.isPaused ? this.root.dataset.resume : this.root.dataset.pause;
    button.setAttribute("aria-label", `${button.textContent} ${file.name}`);
    if (upload.isDone || upload.isPaused) this.root.querySelector("[data-status]").textContent = `${file.name}: ${row.querySelector("[data-sent]").textContent}`;
  }

  progressOf(file, upload) {
    const line = document.createElement("div");
    line.className = "flex w-full basis-full items-center gap-3";
    const bar = document.createElement("progress");
    Object.assign(bar, { className: "progress progress-primary min-w-0 grow", max: 100, value: 0 });
    bar.setAttribute("aria-label", file.name);
    const sent = document.createElement("span");
    sent.className = "muted shrink-0 text-xs tabular-nums";
    sent.dataset.sent = "";
    const pause = document.createElement("button");
    Object.assign(pause, { type: "button", className: "btn btn-xs" });
    pause.dataset.pause = "";
    pause.addEventListener("click", () => (upload.isPaused ? upload.start() : upload.pause()));
    line.append(bar, sent, pause);
    return line;
  }

  show() {
    this.rows = new Map();
    this.list.replaceChildren(...this.files.map((file, index) => {
      const row = document.createElement("li");
      this.rows.set(file, row);
      row.className = "flex flex-wrap items-center gap-3 rounded-field border border-base-300 bg-base-100 px-3 py-2 text-sm";
      const name = document.createElement("span");
      name.className = "min-w-0 grow basis-0 truncate";
      name.textContent = file.name;
      const length = document.createElement("span");
      length.className = "muted shrink-0 tabular-nums";
      // Of a file that is too large the sentence below says the size, in the megabytes that limits are set in.
      length.textContent = this.isOversize(file) ? "" : size(file.size);
      const remove = document.createElement("button");
      remove.type = "button";
      remove.className = "btn btn-ghost btn-xs";
      remove.textContent = this.root.dataset.remove;
      remove.setAttribute("aria-label", `${this.root.dataset.remove} ${file.name}`);
      remove.addEventListener("click", () => {
        this.files.splice(index, 1);
        this.parts.get(file)?.cancel();
        this.parts.delete(file);
        this.give();
        this.input.focus();
      });
      row.append(name, length, remove);
      const upload = this.parts.get(file);
      if (upload) row.append(this.progressOf(file, upload));
      if (this.isOversize(file)) {
        const problem = document.createElement("p");
        problem.className = "w-full basis-full text-sm text-error";
        problem.textContent = this.files.length > 1 ? `${this.refusal(file)} ${this.root.dataset.holds}` : this.refusal(file);
        row.append(problem);
      }
      return row;
    }));
    this.parts.forEach((upload, file) => this.draw(file, upload));
    const oversize = this.files.filter((file) => this.isOversize(file));
    this.root.querySelector("[data-status]").textContent = oversize.length
      ? oversize.map((file) => `${file.name}: ${this.refusal(file)}`).join(" ")
      : this.files.length === 1 ? this.root.dataset.chosenOne : `${this.files.length} ${this.root.dataset.chosen}`;
  }

  move({ loaded, total }) {
    if (!total || !this.input.files.length) return;
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
