// One direction of a sheet: where each row (or column) begins on the screen. Rows and columns count from 1.

export function letters(number) {
  let text = "";
  for (; number > 0; number = Math.floor((number - 1) / 26)) text = String.fromCharCode(65 + ((number - 1) % 26)) + text;
  return text;
}

export function numberOf(text) {
  return [...text.toUpperCase()].reduce((number, letter) => number * 26 + letter.charCodeAt(0) - 64, 0);
}

export function within(runs, number) {
  let low = 0;
  let high = runs.length - 1;
  while (low <= high) {
    const middle = (low + high) >> 1;
    if (number < runs[middle][0]) high = middle - 1;
    else if (number > runs[middle][1]) low = middle + 1;
    else return runs[middle];
  }
  return null;
}

export class Axis {
  // `sizes` in pixels; `hidden` are runs of [first, last]; the first `frozen` do not scroll.
  constructor(sizes, hidden, frozen) {
    this.sizes = sizes;
    this.hidden = hidden;
    this.count = sizes.length;
    this.frozen = frozen;
    this.lay(false);
  }

  lay(showHidden) {
    this.showHidden = showHidden;
    this.starts = new Float64Array(this.count + 2);
    for (let at = 1; at <= this.count; at += 1) this.starts[at + 1] = this.starts[at] + (this.isGone(at) ? 0 : this.sizes[at - 1]);
  }

  isHidden(at) {
    return within(this.hidden, at) !== null;
  }

  isGone(at) {
    return !this.showHidden && this.hidden.length > 0 && this.isHidden(at);
  }

  start(at) {
    return this.starts[at];
  }

  span(first, last) {
    return this.starts[last + 1] - this.starts[first];
  }

  get total() {
    return this.starts[this.count + 1];
  }

  get frozenSize() {
    return this.starts[this.frozen + 1];
  }

  // The row or column at a distance from the edge of the sheet.
  at(pixels) {
    let low = 1;
    let high = this.count;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (this.starts[middle] <= pixels) low = middle;
      else high = middle - 1;
    }
    while (low > 1 && this.isGone(low)) low -= 1;
    return low;
  }

  // The next one that is shown, `step` away in its direction; stops at the edges.
  next(from, step) {
    const direction = Math.sign(step);
    let at = from;
    for (let left = Math.abs(step); left > 0; left -= 1) {
      let to = at + direction;
      while (to >= 1 && to <= this.count && this.isGone(to)) to += direction;
      if (to < 1 || to > this.count) break;
      at = to;
    }
    return at;
  }
}
