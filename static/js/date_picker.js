// The calendar of a date's text box: templates/components/forms/date_input.html. It follows the date picker dialog
// of the ARIA Authoring Practices. Names, order and first day of the week come from the server, in data-date-picker.

const DAY = 86400000;
const pad = (number, width) => String(number).padStart(width, "0");
// Days are counted in UTC, where each has 24 hours.
const day = (year, month, date) => new Date(Date.UTC(year, month, date));
const same = (one, other) => Boolean(one && other && one.getTime() === other.getTime());
const escape = (text) => text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");

function today() {
  const now = new Date();
  return day(now.getFullYear(), now.getMonth(), now.getDate());
}

function daysOf(year, month) {
  return day(year, month + 1, 0).getUTCDate();
}

function element(name, attributes = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) if (value !== null) made.setAttribute(key, value);
  made.append(...children);
  return made;
}

class Format {
  constructor(data) {
    this.data = data;
  }

  write(tokens, date) {
    const weekday = (date.getUTCDay() + 6) % 7;
    const month = date.getUTCMonth();
    return tokens.map(([letter, value]) => {
      if (!letter) return value;
      if (letter === "d") return pad(date.getUTCDate(), value);
      if (letter === "M") return value < 3 ? pad(month + 1, value) : this.data[value === 3 ? "shortMonths" : "months"][month];
      if (letter === "y") return pad(date.getUTCFullYear(), Math.max(value, 4));
      if (letter === "E") return this.data[value === 4 ? "days" : "shortDays"][weekday];
      return letter === "G" ? this.data.era : "";
    }).join("").replace(/\s+/g, " ").trim();
  }

  read(text) {
    const given = text.trim();
    const iso = /^(\d{4})-(\d{1,2})-(\d{1,2})$/.exec(given);
    if (iso) return this.valid(Number(iso[1]), Number(iso[2]) - 1, Number(iso[3]));
    const order = [];
    const parts = this.data.pattern.map(([letter, value]) => {
      if (!letter) return value.trim() ? `\\s*${escape(value.trim())}?\\s*` : "\\s*";
      if ("EG".includes(letter)) return "\\S*";
      order.push(letter);
      if (letter === "M" && value >= 3) return `(${this.data[value === 3 ? "shortMonths" : "months"].map(escape).join("|")})`;
      return letter === "y" ? "(\\d{4})" : "(\\d{1,2})";
    });
    const found = new RegExp(`^${parts.join("")}$`, "i").exec(given);
    if (!found) return null;
    const named = Object.fromEntries(order.map((letter, index) => [letter, found[index + 1]]));
    const names = [...this.data.shortMonths, ...this.data.months].map((name) => name.toLowerCase());
    const month = /^\d+$/.test(named.M) ? Number(named.M) - 1 : names.indexOf(named.M.toLowerCase()) % 12;
    return this.valid(Number(named.y), month, Number(named.d));
  }

  valid(year, month, date) {
    return month >= 0 && month < 12 && date >= 1 && date <= daysOf(year, month) ? day(year, month, date) : null;
  }
}

class DatePicker {
  constructor(root) {
    this.data = JSON.parse(root.dataset.datePicker);
    this.format = new Format(this.data);
    this.root = root;
    this.input = root.querySelector("[data-date]");
    this.button = root.querySelector("[data-date-open]");
    this.button.hidden = false;
    this.button.setAttribute("aria-haspopup", "dialog");
    this.name();
    this.button.addEventListener("click", () => this.open());
    for (const name of ["input", "change"]) this.input.addEventListener(name, () => this.name());
    this.input.addEventListener("keydown", (event) => {
      if (event.key !== "ArrowDown" || !event.altKey) return;
      event.preventDefault();
      this.open();
    });
  }

  name() {
    const { words, spoken } = this.data;
    const chosen = this.format.read(this.input.value);
    const label = this.input.labels?.[0]?.firstChild?.textContent.trim();
    const said = chosen ? `${words.change}, ${this.format.write(spoken, chosen)}` : words.choose;
    this.button.setAttribute("aria-label", label ? `${said}: ${label}` : said);
  }

  open() {
    if (this.input.disabled || this.input.readOnly) return;
    this.chosen = this.format.read(this.input.value);
    this.at = this.chosen ?? today();
    this.dialog = this.build();
    this.root.append(this.dialog);
    this.draw();
    this.dialog.showModal();
    this.place();
    const again = () => (this.dialog.isConnected ? this.place() : removeEventListener("resize", again));
    addEventListener("resize", again);  // a phone that is turned
    this.focus();
  }

  build() {
    const { words, shortDays, days, firstDay } = this.data;
    const step = (label, sign, unit, amount) => {
      const button = element("button", { type: "button", class: "btn btn-ghost btn-sm btn-square", "aria-label": label }, sign);
      button.addEventListener("click", () => this.move(unit, amount));
      return button;
    };
    const id = `calendar-${Math.random().toString(36).slice(2)}`;
    this.heading = element("h2", { id, class: "grow text-center text-sm font-semibold", "aria-live": "polite" });
    const head = element("div", { class: "flex items-center" },
      step(words.previousYear, "«", "month", -12), step(words.previousMonth, "‹", "month", -1), this.heading,
      step(words.nextMonth, "›", "month", 1), step(words.nextYear, "»", "month", 12));
    const names = element("tr");
    for (let index = 0; index < 7; index += 1) {
      const weekday = (firstDay + index) % 7;
      names.append(element("th", { scope: "col", abbr: days[weekday], "aria-label": days[weekday] }, shortDays[weekday]));
    }
    this.body = element("tbody");
    this.grid = element("table", { class: "calendar-grid", role: "grid", "aria-labelledby": id }, element("thead", {}, names), this.body);
    this.grid.addEventListener("keydown", (event) => this.key(event));
    this.grid.addEventListener("click", (event) => {
      const cell = event.target.closest("[data-day]");
      if (cell) this.choose(new Date(Number(cell.dataset.day)));
    });
    const action = (label, act, style = "btn-ghost") => {
      const button = element("button", { type: "button", class: `btn btn-sm ${style}` }, label);
      button.addEventListener("click", act);
      return button;
    };
    const foot = element("div", { class: "flex items-center justify-end gap-1" },
      action(words.today, () => this.choose(today())), ...(this.input.required ? [] : [action(words.clear, () => this.choose(null))]),
      action(words.close, () => this.dialog.close(), ""));
    const keys = element("p", { id: `${id}-keys`, class: "sr-only" }, words.keys);
    const dialog = element("dialog", { class: "calendar", "aria-modal": "true", "aria-label": this.data.words.choose, "aria-describedby": `${id}-keys` }, head, this.grid, foot, keys);
    dialog.addEventListener("click", (event) => event.target === dialog && dialog.close());
    // A calendar inside another dialog is closed alone.
    dialog.addEventListener("cancel", (event) => event.stopPropagation());
    dialog.addEventListener("close", (event) => {
      event.stopPropagation();
      dialog.remove();
      this.button.focus();
    });
    return dialog;
  }

  draw() {
    const { headings, spoken, firstDay } = this.data;
    const [year, month] = [this.at.getUTCFullYear(), this.at.getUTCMonth()];
    this.heading.textContent = `${headings[month]} ${year}`;
    const first = day(year, month, 1);
    const lead = ((first.getUTCDay() + 6) % 7 - firstDay + 7) % 7;
    const weeks = Math.ceil((lead + daysOf(year, month)) / 7);
    const now = today();
    this.body.replaceChildren(...Array.from({ length: weeks }, (_, week) => element("tr", {}, ...Array.from({ length: 7 }, (__, index) => {
      const date = new Date(first.getTime() + (week * 7 + index - lead) * DAY);
      if (date.getUTCMonth() !== month) return element("td", {});
      return element("td", {
        role: "gridcell",
        tabindex: same(date, this.at) ? "0" : "-1",
        "data-day": date.getTime(),
        "aria-selected": String(same(date, this.chosen)),
        "aria-current": same(date, now) ? "date" : null,
        "aria-label": this.format.write(spoken, date),
      }, String(date.getUTCDate()));
    }))));
  }

  // Under the box where there is room, else where it fits; in the middle of a narrow window.
  place() {
    Object.assign(this.dialog.style, { margin: "", top: "", left: "" });
    const box = this.input.getBoundingClientRect();
    const { width, height } = this.dialog.getBoundingClientRect();
    if (innerWidth < 480) return;
    const top = box.bottom + 4 + height < innerHeight ? box.bottom + 4 : Math.max(4, box.top - height - 4);
    this.dialog.style.margin = "0";
    this.dialog.style.top = `${Math.min(top, Math.max(4, innerHeight - height - 4))}px`;
    this.dialog.style.left = `${Math.max(4, Math.min(box.left, innerWidth - width - 4))}px`;
  }

  focus() {
    this.body.querySelector('[tabindex="0"]').focus();
  }

  move(unit, amount) {
    if (unit === "day") {
      this.at = new Date(this.at.getTime() + amount * DAY);
    } else {
      const month = this.at.getUTCMonth() + amount;
      const target = day(this.at.getUTCFullYear(), month, 1);
      const last = daysOf(target.getUTCFullYear(), target.getUTCMonth());
      this.at = day(target.getUTCFullYear(), target.getUTCMonth(), Math.min(this.at.getUTCDate(), last));
    }
    this.draw();
  }

  key(event) {
    const weekday = ((this.at.getUTCDay() + 6) % 7 - this.data.firstDay + 7) % 7;
    const forward = getComputedStyle(this.grid).direction === "rtl" ? -1 : 1;
    const months = event.shiftKey ? 12 : 1;
    const steps = {
      ArrowLeft: ["day", -forward], ArrowRight: ["day", forward], ArrowUp: ["day", -7], ArrowDown: ["day", 7],
      Home: ["day", -weekday], End: ["day", 6 - weekday], PageUp: ["month", -months], PageDown: ["month", months],
    };
    if (event.key === "Enter" || event.key === " ") this.choose(this.at);
    else if (steps[event.key]) {
      this.move(...steps[event.key]);
      this.focus();
    } else return;
    event.preventDefault();
  }

  choose(date) {
    this.input.value = date ? this.format.write(this.data.pattern, date) : "";
    for (const name of ["input", "change"]) this.input.dispatchEvent(new Event(name, { bubbles: true }));
    this.dialog.close();
  }
}

function start(root) {
  root.querySelectorAll("[data-date-picker]").forEach((picker) => {
    if (picker.dataset.started) return;
    picker.dataset.started = "1";
    new DatePicker(picker);
  });
}

start(document);
document.body.addEventListener("htmx:load", (event) => start(event.detail.elt.parentElement ?? document));
