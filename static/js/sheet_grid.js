// A sheet's own grid, for templates/rfp_manager/_sheet_grid.html: only what is in sight is drawn, its rows are fetched in
// blocks, and cells, columns or rows are selected by mouse, keyboard or name. What they are is said by the form above it.

import { Axis, letters, numberOf, within } from "./sheet_axis.js";

const HEAD_HEIGHT = 26;
const HEAD_WIDTH = 56;
const SPARE_ROWS = 6;
const MOST_BLOCKS = 60;
const SELECTION = /^\$?([A-Z]{1,3})?\$?(\d{1,7})?(?::\$?([A-Z]{1,3})?\$?(\d{1,7})?)?$/;

function make(name, parent, attributes = {}) {
  const element = document.createElement("div");
  element.className = name;
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  parent?.append(element);
  return element;
}

function plain(text) {
  return text.trim().replaceAll(/\s+/g, " ");
}

class SheetGrid {
  constructor(root, frame) {
    this.root = root;
    this.frame = frame;
    this.names = JSON.parse(root.dataset.names);
    const heights = frame.heights.flatMap(([count, height]) => Array(count).fill(height));
    this.rows = new Axis(heights, frame.hidden_rows, frame.frozen_rows);
    this.columns = new Axis(frame.widths, frame.hidden_columns, frame.frozen_columns);
    this.blocks = new Map();
    this.drawn = new Map();
    this.selection = { kind: "cells", from: [1, 1], to: [1, 1] };
    this.generation = 0;
    this.build();
    this.readMarks();
    this.listen();
    this.draw();
  }

  build() {
    this.root.replaceChildren();
    this.scroller = make("sg-scroll", this.root, {
      role: "grid", tabindex: "0", "aria-label": this.root.dataset.label, "aria-multiselectable": "true",
      "aria-rowcount": this.rows.count, "aria-colcount": this.columns.count, dir: this.frame.right_to_left ? "rtl" : "ltr",
    });
    this.canvas = make("sg-canvas", this.scroller, { role: "presentation" });
    this.top = make("sg-top", this.canvas, { role: "rowgroup" });
    this.body = make("sg-body", this.canvas, { role: "rowgroup" });
    this.foot = this.root.nextElementSibling;
    this.said = this.foot.querySelector("[data-grid-said]");
    this.box = document.querySelector("#correction [data-selection]");
    const toggle = this.foot.querySelector("[data-grid-hidden]");
    toggle.hidden = !this.rows.hidden.length && !this.columns.hidden.length;
    toggle.querySelector("input").addEventListener("change", (event) => {
      this.rows.lay(event.target.checked);
      this.columns.lay(event.target.checked);
      this.size();
      this.redraw();
    });
    this.size();
  }

  size() {
    this.canvas.style.width = `${HEAD_WIDTH + this.columns.total}px`;
    this.canvas.style.height = `${HEAD_HEIGHT + this.rows.total}px`;
    this.scroller.style.maxHeight = `min(72vh, ${HEAD_HEIGHT + this.rows.total + 18}px)`;
  }

  // What the layout says: read again after every correction.
  readMarks() {
    const marks = JSON.parse(document.getElementById("sheet-marks").textContent);
    this.headers = marks.headers ?? [];
    this.sections = marks.sections ?? [];
    this.reasons = marks.reasons ?? {};
    this.meanings = new Map();
    for (const [meaning, column, first, last] of marks.cells ?? []) {
      if (!this.meanings.has(column)) this.meanings.set(column, []);
      this.meanings.get(column).push([first, last, meaning]);
    }
    for (const runs of this.meanings.values()) runs.sort((one, other) => one[0] - other[0]);
    this.redraw();
    this.tell();
  }

  meaningOf(row, column) {
    const runs = this.meanings.get(column);
    const run = runs && within(runs, row);
    if (run) return run[2];
    const text = this.cell(row, column)?.[1];
    if (!text) return "";
    if (within(this.headers, row)) return "header";
    return this.namesSection(row, text) ? "section" : "";
  }

  // A heading between the questions is the cell that says what section they stand under.
  namesSection(row, text) {
    const gap = within(this.sections, row);
    return gap !== null && plain(text) === plain(gap[2]);
  }

  rowMeaning(row) {
    if (within(this.headers, row)) return "header";
    if (!within(this.sections, row)) return "";
    const cells = this.blocks.get(Math.floor((row - 1) / this.frame.block_rows))?.get(row);
    return cells && [...cells.values()].some((cell) => cell[1] && this.namesSection(row, cell[1])) ? "section" : "";
  }

  // Cells

  cell(row, column) {
    return this.blocks.get(Math.floor((row - 1) / this.frame.block_rows))?.get(row)?.get(column);
  }

  async fetchBlock(block) {
    if (this.blocks.has(block)) return;
    this.blocks.set(block, new Map());
    try {
      const address = this.root.dataset.rows.replace(/0\/$/, `${block}/?v=${this.root.dataset.version}`);
      const response = await fetch(address);
      if (!response.ok) throw new Error(String(response.status));
      const rows = new Map();
      for (const [row, cells] of Object.entries(await response.json())) rows.set(Number(row), new Map(cells.map((cell) => [cell[0], cell])));
      this.blocks.set(block, rows);
      if (this.blocks.size > MOST_BLOCKS) this.blocks.delete(this.blocks.keys().next().value);
      this.redraw();
      this.tell();
    } catch {
      this.blocks.delete(block);
      this.said.textContent = this.root.dataset.failed;
    }
  }

  // Drawing

  redraw() {
    this.generation += 1;
    this.schedule();
  }

  schedule() {
    if (this.waiting || !this.canvas) return;
    this.waiting = requestAnimationFrame(() => {
      this.waiting = 0;
      this.draw();
    });
  }

  draw() {
    const { rows, columns, scroller } = this;
    const left = Math.abs(scroller.scrollLeft);
    const above = scroller.scrollTop;
    const firstRow = Math.max(rows.at(above + rows.frozenSize) - SPARE_ROWS, rows.frozen + 1);
    const lastRow = Math.min(rows.at(above + scroller.clientHeight - HEAD_HEIGHT) + SPARE_ROWS, rows.count);
    const firstColumn = Math.max(columns.at(left + columns.frozenSize) - 1, columns.frozen + 1);
    const lastColumn = Math.min(columns.at(left + scroller.clientWidth - HEAD_WIDTH) + 1, columns.count);
    const look = `${firstColumn}-${lastColumn}-${this.generation}`;
    if (look !== this.look) {
      for (const element of this.drawn.values()) element.remove();
      this.drawn.clear();
      this.top.replaceChildren(this.headRow(firstColumn, lastColumn));
      this.merges = this.mergesBetween(1, rows.frozen);
      for (let row = 1; row <= rows.frozen; row += 1) if (!rows.isGone(row)) this.top.append(this.row(row, 1, firstColumn, lastColumn));
      this.look = look;
    }
    for (const [row, element] of this.drawn) {
      if (row < firstRow || row > lastRow) {
        element.remove();
        this.drawn.delete(row);
      }
    }
    this.merges = this.mergesBetween(firstRow, lastRow);
    // A merged area that reaches in from above is drawn with the first row in sight.
    const upper = this.drawn.get(firstRow);
    if (upper && this.firstRow !== firstRow) {
      upper.remove();
      this.drawn.delete(firstRow);
    }
    this.firstRow = firstRow;
    const fresh = document.createDocumentFragment();
    for (let row = firstRow; row <= lastRow; row += 1) {
      if (this.drawn.has(row) || rows.isGone(row)) continue;
      const element = this.row(row, firstRow, firstColumn, lastColumn);
      this.drawn.set(row, element);
      fresh.append(element);
    }
    this.body.append(fresh);
    for (let block = Math.floor((firstRow - 1) / this.frame.block_rows); block <= Math.floor((lastRow - 1) / this.frame.block_rows); block += 1) this.fetchBlock(block);
    if (rows.frozen) this.fetchBlock(0);
    this.nameActive(scroller);
  }

  // A merged area that begins in frozen rows or columns is drawn in them and beside them: one of all has the name.
  nameActive(scroller) {
    const [first, ...others] = scroller.querySelectorAll(".sg-cell.is-active");
    for (const other of others) other.removeAttribute("id");
    if (first) first.id = "sg-active";
    if (first) scroller.setAttribute("aria-activedescendant", "sg-active");
    else scroller.removeAttribute("aria-activedescendant");
  }

  mergesBetween(first, last) {
    return this.frame.merges.filter((merge) => merge[2] >= first && merge[0] <= last);
  }

  headRow(first, last) {
    const row = make("sg-row sg-head", null, { role: "row" });
    row.style.height = `${HEAD_HEIGHT}px`;
    const fixed = make("sg-stick", row, { role: "presentation" });
    const corner = make("sg-corner", fixed, { role: "columnheader" });
    corner.append(Object.assign(document.createElement("span"), { className: "sr-only", textContent: "#" }));
    for (let column = 1; column <= this.columns.frozen; column += 1) this.columnHead(column, fixed);
    for (let column = first; column <= last; column += 1) this.columnHead(column, row);
    return row;
  }

  columnHead(column, parent) {
    if (this.columns.isGone(column)) return;
    const head = make("sg-column-head", parent, { role: "columnheader", "aria-colindex": column });
    head.textContent = letters(column);
    head.style.insetInlineStart = `${HEAD_WIDTH + this.columns.start(column)}px`;
    head.style.width = `${this.columns.span(column, column)}px`;
    this.markHidden(head, this.columns, column, this.root.dataset.hiddenColumn);
    const [, firstColumn, , lastColumn] = this.bounds();
    head.classList.toggle("is-selected", this.selection.kind !== "rows" && column >= firstColumn && column <= lastColumn);
  }

  markHidden(head, axis, at, words) {
    if (!axis.hidden.length) return;
    if (axis.isHidden(at)) head.classList.add("is-hidden");
    else if (axis.isGone(at + 1)) head.classList.add("before-hidden");
    else return;
    head.title = words;
  }

  row(row, firstRow, firstColumn, lastColumn) {
    const element = make("sg-row", null, { role: "row", "aria-rowindex": row });
    element.style.top = `${HEAD_HEIGHT + this.rows.start(row)}px`;
    element.style.height = `${this.rows.span(row, row)}px`;
    const fixed = make("sg-stick", element, { role: "presentation" });
    const head = make("sg-row-head", fixed, { role: "rowheader" });
    head.textContent = row;
    this.markHidden(head, this.rows, row, this.root.dataset.hiddenRow);
    const [top, , bottom] = this.bounds();
    head.classList.toggle("is-selected", this.selection.kind !== "columns" && row >= top && row <= bottom);
    const meaning = this.rowMeaning(row);
    if (meaning) {
      head.classList.add(`mark-${meaning}`);
const name = meaning === "header" ? this.names.header : this.names.sectionRow;
      head.setAttribute("aria-label", `${row}, ${name}`);
      head.title = head.title ? `${name}, ${head.title}` : name;
    }
    const merges = this.merges.filter((merge) => merge[0] <= row && merge[2] >= row);
    const draw = (column, parent) => {
      if (this.columns.isGone(column)) return;
      const merge = merges.find((area) => area[1] <= column && area[3] >= column);
      if (!merge) this.drawCell(row, column, parent);
      else if ((row === merge[0] || row === firstRow) && (column === merge[1] || column === firstColumn)) this.drawCell(row, column, parent, merge);
    };
    for (let column = 1; column <= this.columns.frozen; column += 1) draw(column, fixed);
    for (let column = firstColumn; column <= lastColumn; column += 1) draw(column, element);
    return element;
  }

  drawCell(row, column, parent, merge = null) {
    const [anchorRow, anchorColumn] = merge ?? [row, column];
    const data = this.cell(anchorRow, anchorColumn);
    const meaning = this.meaningOf(anchorRow, anchorColumn);
    const selected = this.isSelected(anchorRow, anchorColumn, merge);
    const [atRow, atColumn] = this.selection.to;
    const [, , endRow, endColumn] = merge ?? [0, 0, anchorRow, anchorColumn];
    const active = anchorRow <= atRow && atRow <= endRow && anchorColumn <= atColumn && atColumn <= endColumn;
    if (!data && !meaning && !selected && !active) return;
    const text = data?.[1] ?? "";
    const look = data ? this.frame.looks[data[2]] ?? {} : {};
    const cell = make("sg-cell", parent, { role: "gridcell", "aria-colindex": anchorColumn, "aria-selected": String(selected) });
    const inner = document.createElement("span");
    inner.textContent = text;
    cell.append(inner);
    this.place(cell, row, column, merge, text, look);
    this.dress(cell, look, data?.[3]);
    if (meaning) {
      cell.classList.add(`mark-${meaning}`);
      cell.append(Object.assign(document.createElement("span"), { className: "sr-only", textContent: `, ${this.names[meaning]}` }));
    }
    cell.classList.toggle("is-selected", selected);
    cell.classList.toggle("is-active", active);
  }

  place(cell, row, column, merge, text, look) {
    const [firstRow, firstColumn, lastRow, lastColumn] = merge ?? [row, column, row, column];
    let width = this.columns.span(firstColumn, lastColumn);
    if (!merge && text && !look.wrap && (look.across ?? "left") === "left") {
      // Text runs on over blank neighbours.
      const wanted = text.length * 7.5;
      for (let next = column + 1; width < wanted && next <= this.columns.count && column > this.columns.frozen; next += 1) {
        if (this.cell(row, next)?.[1] || this.meaningOf(row, next) || look.ground || look.borders) break;
        width += this.columns.span(next, next);
      }
    }
    cell.style.insetInlineStart = `${HEAD_WIDTH + this.columns.start(firstColumn)}px`;
    cell.style.top = `${this.rows.start(firstRow) - this.rows.start(row)}px`;
    cell.style.width = `${width}px`;
    cell.style.height = `${this.rows.span(firstRow, lastRow)}px`;
  }

  dress(cell, look, isNumber) {
    const style = cell.style;
    if (look.ground) style.backgroundColor = look.ground;
    if (look.ink) style.color = look.ink;
    if (look.bold) style.fontWeight = "700";
    if (look.italic) style.fontStyle = "italic";
    if (look.underline || look.strike) style.textDecoration = look.strike ? "line-through" : "underline";
    if (look.size) style.fontSize = `${Math.round(look.size * 1.18)}px`;
    if (look.wrap) cell.classList.add("wraps");
    if (look.indent) style.paddingInlineStart = `${4 + look.indent * 8}px`;
    style.justifyContent = { center: "center", right: "flex-end" }[look.across ?? (isNumber ? "right" : "")] ?? "";
    style.textAlign = look.across ?? (isNumber ? "right" : "");
    style.alignItems = { top: "flex-start", center: "center" }[look.down] ?? "flex-end";
    for (const [bit, side] of [[1, "left"], [2, "right"], [4, "top"], [8, "bottom"]]) {
      if (look.borders & bit) style.setProperty(`border-${side}`, "1px solid #8a8f98");
    }
  }

  // Selecting

  // First row, first column, last row, last column.
  bounds() {
    const { kind, from, to } = this.selection;
    const [top, bottom] = kind === "columns" ? [1, this.rows.count] : [Math.min(from[0], to[0]), Math.max(from[0], to[0])];
    const [left, right] = kind === "rows" ? [1, this.columns.count] : [Math.min(from[1], to[1]), Math.max(from[1], to[1])];
    return [top, left, bottom, right];
  }

  isSelected(row, column, merge) {
    const [top, left, bottom, right] = this.bounds();
    const [, , lastRow, lastColumn] = merge ?? [row, column, row, column];
    return row <= bottom && lastRow >= top && column <= right && lastColumn >= left;
  }

  name() {
    const [top, left, bottom, right] = this.bounds();
    if (this.selection.kind === "columns") return left === right ? letters(left) : `${letters(left)}:${letters(right)}`;
    if (this.selection.kind === "rows") return `${top}:${bottom}`;
    const first = letters(left) + top;
    return top === bottom && left === right ? first : `${first}:${letters(right)}${bottom}`;
  }

  select(kind, from, to, { show = true } = {}) {
    this.selection = { kind, from, to };
    if (this.box) this.box.value = this.name();
    if (show) this.reveal(kind, to);
    this.redraw();
    this.tell();
  }

  // Says where we are, what the cell is and why.
  tell() {
    const [row, column] = this.selection.to;
    const parts = [this.name()];
    if (this.selection.kind === "cells") {
      const meaning = this.meaningOf(row, column);
      if (meaning) parts.push(this.names[meaning]);
    }
    if (this.selection.kind !== "rows") parts.push(...(this.reasons[letters(column)] ?? []));
    this.said.textContent = parts.join(" · ");
  }

  reveal(kind, [row, column]) {
    const { scroller, rows, columns } = this;
    if (kind !== "columns" && row > rows.frozen) {
      const [start, end] = [rows.start(row), rows.start(row) + rows.span(row, row)];
      const [from, to] = [scroller.scrollTop + rows.frozenSize, scroller.scrollTop + scroller.clientHeight - HEAD_HEIGHT];
      if (start < from) scroller.scrollTop = start - rows.frozenSize;
      else if (end > to) scroller.scrollTop = Math.min(start - rows.frozenSize, end - scroller.clientHeight + HEAD_HEIGHT);
    }
    if (kind !== "rows" && column > columns.frozen) {
      const way = this.frame.right_to_left ? -1 : 1;
      const left = Math.abs(scroller.scrollLeft);
      const [start, end] = [columns.start(column), columns.start(column) + columns.span(column, column)];
      if (start < left + columns.frozenSize) scroller.scrollLeft = way * (start - columns.frozenSize);
      else if (end > left + scroller.clientWidth - HEAD_WIDTH) scroller.scrollLeft = way * Math.min(start - columns.frozenSize, end - scroller.clientWidth + HEAD_WIDTH);
    }
  }

  // What lies under the pointer: a cell, or the head of its column or row.
  under(event) {
    const { scroller, rows, columns } = this;
    const box = scroller.getBoundingClientRect();
    const x = (this.frame.right_to_left ? box.right - event.clientX : event.clientX - box.left) - HEAD_WIDTH;
    const y = event.clientY - box.top - HEAD_HEIGHT;
    const column = columns.at(Math.max(0, x) < columns.frozenSize ? Math.max(0, x) : x + Math.abs(scroller.scrollLeft));
    const row = rows.at(Math.max(0, y) < rows.frozenSize ? Math.max(0, y) : y + scroller.scrollTop);
    return { kind: y < 0 ? "columns" : x < 0 ? "rows" : "cells", place: [row, column] };
  }

  listen() {
    const { scroller } = this;
    scroller.addEventListener("scroll", () => this.schedule(), { passive: true });
    new ResizeObserver(() => this.schedule()).observe(scroller);
    scroller.addEventListener("pointerdown", (event) => this.press(event));
    scroller.addEventListener("pointermove", (event) => this.drag(event));
    for (const name of ["pointerup", "pointercancel"]) scroller.addEventListener(name, () => (this.dragging = null));
    // A finger scrolls; a tap selects.
    scroller.addEventListener("click", (event) => {
      if (event.pointerType !== "touch") return;
      const { kind, place } = this.under(event);
      this.select(kind, place, place, { show: false });
    });
    scroller.addEventListener("keydown", (event) => this.key(event));
    this.box?.addEventListener("keydown", (event) => {
      if (event.key !== "Enter") return;
      event.preventDefault();
      this.takeName(this.box.value);
    });
    this.box?.addEventListener("change", () => this.takeName(this.box.value));
    document.body.addEventListener("htmx:afterSwap", () => document.getElementById("sheet-marks") && this.readMarks());
  }

  press(event) {
    if (event.button !== 0 || event.pointerType === "touch") return;
    const box = this.scroller.getBoundingClientRect();
    if (event.clientX - box.left > this.scroller.clientWidth || event.clientY - box.top > this.scroller.clientHeight) return;
    const { kind, place } = this.under(event);
    const from = event.shiftKey && kind === this.selection.kind ? this.selection.from : place;
    this.dragging = kind;
    this.scroller.setPointerCapture(event.pointerId);
    this.select(kind, from, place, { show: false });
  }

  drag(event) {
    if (!this.dragging) return;
    const { place } = this.under(event);
    if (place[0] === this.selection.to[0] && place[1] === this.selection.to[1]) return;
    this.select(this.dragging, this.selection.from, place);
  }

  key(event) {
    const { rows, columns } = this;
    const [row, column] = this.selection.to;
    const page = Math.max(1, Math.floor((this.scroller.clientHeight - HEAD_HEIGHT) / 22) - 2);
    const forward = this.frame.right_to_left ? -1 : 1;
    const wide = event.ctrlKey || event.metaKey;
    const moves = {
      ArrowUp: () => [wide ? 1 : rows.next(row, -1), column],
      ArrowDown: () => [wide ? rows.count : rows.next(row, 1), column],
      ArrowLeft: () => [row, columns.next(column, -forward)],
      ArrowRight: () => [row, columns.next(column, forward)],
      PageUp: () => [rows.next(row, -page), column],
      PageDown: () => [rows.next(row, page), column],
      Home: () => [wide ? 1 : row, 1],
      End: () => [wide ? rows.count : row, columns.count],
    };
    if (moves[event.key]) {
      const to = moves[event.key]();
      const kind = event.shiftKey ? this.selection.kind : "cells";
      this.select(kind, event.shiftKey ? this.selection.from : to, to);
    } else if (event.key === " ") {
      this.select(wide ? "columns" : event.shiftKey ? "rows" : "cells", this.selection.from, this.selection.to);
    } else if (event.key === "Escape") {
      this.select("cells", this.selection.to, this.selection.to);
    } else if (event.key === "Enter") {
      document.querySelector("#correction button[name]")?.focus();
    } else if (wide && event.key.toLowerCase() === "z") {
      document.querySelector("[data-undo]")?.click();
    } else {
      return;
    }
    event.preventDefault();
  }

  takeName(text) {
    const match = SELECTION.exec(text.replaceAll(" ", "").toUpperCase());
    if (!match || (!match[1] && !match[2])) return;
    const within = (number, axis) => Math.min(Math.max(number, 1), axis.count);
    const columns = match[1] ? [numberOf(match[1]), numberOf(match[3] ?? match[1])].map((each) => within(each, this.columns)) : [1, 1];
    const rows = match[2] ? [Number(match[2]), Number(match[4] ?? match[2])].map((each) => within(each, this.rows)) : [1, 1];
    const kind = !match[1] ? "rows" : !match[2] ? "columns" : "cells";
    this.select(kind, [rows[0], columns[0]], [rows[1], columns[1]]);
  }
}

async function start(root) {
  if (root.dataset.started) return;
  root.dataset.started = "1";
  root.textContent = root.dataset.loading;
  try {
    const response = await fetch(`${root.dataset.frame}?v=${root.dataset.version}`);
    if (!response.ok) throw new Error(String(response.status));
    new SheetGrid(root, await response.json());
  } catch (error) {
    root.textContent = root.dataset.failed;
    console.warn(error);
  }
}

function startAll() {
  document.querySelectorAll("[data-sheet-grid]").forEach(start);
}

startAll();
document.body.addEventListener("htmx:afterSwap", startAll);
