"""Finding the rows that head a table, wherever they are, repeated or not, over one row or several."""

from dataclasses import dataclass
from itertools import islice

from rfp_manager.workbooks.detection.group_titles import ends_of_groups, names_groups
from rfp_manager.workbooks.detection.series import engagements
from rfp_manager.workbooks.detection.text_shape import (
    asks,
    is_date,
    is_identifier,
    is_mark,
    is_number,
    is_url,
    normalised,
    word_count,
)
from rfp_manager.workbooks.detection.vocabulary import is_option, mentions
from rfp_manager.workbooks.reading.grid import Grid

SCAN_LIMIT = 4_000
LOOK_AHEAD = 12
HEADING_SCORE, DOUBTFUL_SCORE = 4.0, 2.0
SCALE_STEPS, LAST_STEP = 3, 10
_CONCEPTS = (
    "question",
    "answer",
    "comment",
    "identifier",
    "guidance",
    "section",
    "customer",
    "evidence_link",
)


@dataclass(frozen=True, slots=True)
class Heading:
    """The rows of one heading. `titles` joins, by column, what stands above one another."""

    rows: tuple[int, ...]
    titles: dict[int, str]
    open_titles: frozenset[str]
    score: float

    @property
    def last_row(self) -> int:
        return self.rows[-1]


def find_headings(grid: Grid) -> list[Heading]:
    """All headings from top to bottom. Those of legends and of other tables are among them."""
    scored: dict[int, tuple[float, frozenset[str]]] = {}
    limit = min(grid.height, SCAN_LIMIT)
    doubtful: list[int] = []
    for row in range(1, limit + 1):
        found = _score(grid, row)
        if found is not None and found[0] >= HEADING_SCORE:
            scored[row] = found
        elif found is not None and found[0] >= DOUBTFUL_SCORE:
            doubtful.append(row)
    if scored and doubtful:
        # What says word for word the same as a heading is one too, whatever has been written below it already.
        told = {tuple(grid.row_texts(row)): verdict for row, verdict in scored.items()}
        scored |= {row: told[same] for row in doubtful if (same := tuple(grid.row_texts(row))) in told}
    headings: list[Heading] = []
    for row in sorted(scored):
        if row + 1 in scored and _continues(grid, row, row + 1):
            continue
        rows = _with_rows_above(grid, row)
        if row + 1 not in scored and _reaches_down(grid, row):
            rows = _with_rows_above(grid, row + 1)
        headings.append(Heading(rows, heading_titles(grid, rows), scored[row][1], scored[row][0]))
    return headings


def _score(grid: Grid, row: int) -> tuple[float, frozenset[str]] | None:
    """How much the row looks like a heading, and its titles that stand over blank cells or dropdowns."""
    cells = grid.row_texts(row)
    if len(cells) < 2:
        return None
    texts = [text for _, text in cells]
    below: list[int] = []
    lengths = sorted(word_count(text) for text in texts)
    if lengths[-1] > 45 or lengths[len(lengths) // 2] > 8 or _are_long_questions(texts):
        # Titles over blank cells may say at length what is wanted there.
        below = _content_rows_below(grid, row)
        texts = [text for column, text in cells if not _is_open(grid, column, below)]
        lengths = sorted(word_count(text) for text in texts)
        if len(texts) < 2 or lengths[-1] > 8 or _are_long_questions(texts):
            return None
        texts = [text for _, text in cells]
    odd = _odd_ones(cells)
    if odd * 4 > len(texts) or len({normalised(text) for text in texts}) * 2 < len(texts):
        return None
    below = below or _content_rows_below(grid, row)
    if not below:
        return None
    score = 0.0
    formulas = grid.facts.formula_columns(row)
    if sum(column in formulas for column, _ in cells) * 2 > len(cells):
        score -= 2.0
    counted = engagements(texts)
    if is_identifier(texts[0]) and not mentions(texts[0], "identifier") and texts[0] not in counted:
        score -= 3.0
    open_titles = set()
    starts = 0
    values = _values_below(grid, cells, below)
    for column, text in cells:
        if is_option(text) and grid.has_list(row, column):
            score -= 4.0  # the last answer that has been chosen, over those that are still open
            continue
        if grid.has_list(row, column) and _is_guarded_alike(grid, row, column):
            # A choice that has been made already, or a rule drawn over the heading as well.
            if not mentions(text, "answer") and not mentions(text, "comment"):
                score -= 1.5
            continue
        if (column, text) in values:
            # What recurs right below is a value, no title.
            score -= 1.5
            continue
        listed = sum(grid.has_list(other, column) for other in below[:4])
        blank = sum(not grid.text(other, column) for other in below)
        if listed:
            starts += 1
            open_titles.add(normalised(text))
        elif blank * 5 >= len(below) * 3:
            open_titles.add(normalised(text))
    score += 3.0 if starts else 0.0
    score += 1.5 if open_titles else 0.0
    score += _contrast(grid, row, below[0], cells)
    score += 2.0 if grid.facts.frozen_rows == row else 0.0
    score += 2.0 if grid.facts.filter_row == row else 0.0
    words = sum(
        text in counted or any(mentions(text, concept) for concept in _CONCEPTS)
        for text in texts
        if word_count(text) <= 8
    )
    score += min(words, 3) * 0.9
    score += 1.5 if _names_both(texts) else 0.0
    score += 1.0 if len(cells) >= 3 else 0.0
    widest = max(len(grid.row_texts(other)) for other in below)
    score += 1.0 if len(cells) >= 0.7 * widest else -1.0
    if lengths[-1] > 20:
        score -= 1.5
    return score, frozenset(open_titles)


def _is_guarded_alike(grid: Grid, row: int, column: int) -> bool:
    rule, below = grid.rule(row, column), grid.rule(row + 1, column)
    if rule is None or below is None:
        return False
    return rule is below or (rule.kind, rule.formula) == (below.kind, below.formula)


def _names_both(texts: list[str]) -> bool:
    """ "Question" and "Answer" in one row of short texts: a heading, however it is drawn."""
    short = [text for text in texts if word_count(text) <= 4]
    asked = [text for text in short if mentions(text, "question")]
    return bool(asked) and any(mentions(text, "answer") for text in short if text not in asked[:1])


def _are_long_questions(texts: list[str]) -> bool:
    return any(asks(text) and word_count(text) > 6 for text in texts)


def _is_open(grid: Grid, column: int, below: list[int]) -> bool:
    """Blank in all rows below, but for a repeated heading, or a dropdown there."""
    if len(below) < 3:
        return False
    filled = (other for other in below if grid.text(other, column))
    return len(list(islice(filled, 2))) < 2 or grid.has_list(below[0], column)


def _odd_ones(cells: list[tuple[int, str]]) -> int:
    """How many texts are no words. The steps of a scale, one in each column, are titles like words."""
    scale = scale_columns(cells)
    return sum(
        is_number(text) or is_date(text) or is_url(text) or is_mark(text)
        for column, text in cells
        if column not in scale
    )


def scale_columns(titles: list[tuple[int, str]]) -> set[int]:
    """The columns, side by side, that number the steps of a scale: 1, 2, 3 or 5, 4, 3, 2, 1, 0."""
    for step in (1, -1):
        run: list[tuple[int, int]] = []
        for column, text in titles:
            follows = (
                bool(run) and text.isdigit() and (column, int(text)) == (run[-1][0] + 1, run[-1][1] + step)
            )
            if not follows and len(run) >= SCALE_STEPS:
                break
            if text.isdigit() and int(text) <= LAST_STEP:
                run = [*run, (column, int(text))] if follows else [(column, int(text))]
            else:
                run = []
        # The numbers of all columns, as some forms have below their headings, are no scale.
        if SCALE_STEPS <= len(run) <= len(titles) - 2:
            return {column for column, _ in run}
    return set()


def _content_rows_below(grid: Grid, row: int) -> list[int]:
    return grid.rows_with_values(row + 1, row + 60)[:LOOK_AHEAD]


def _values_below(grid: Grid, cells: list[tuple[int, str]], below: list[int]) -> set[tuple[int, str]]:
    """What stands in the rows below; rows that repeat the heading are left out."""
    own = set(cells)
    values: set[tuple[int, str]] = set()
    for row in below:
        found = grid.row_texts(row)
        if 2 * sum(cell in own for cell in found) < len(cells):
            values.update(found)
    return values


def _contrast(grid: Grid, row: int, below: int, cells: list[tuple[int, str]]) -> float:
    """Headings are drawn heavier than what they head."""
    differing = heavy = 0
    for column, _ in cells:
        style, other = grid.style(row, column), grid.style(below, column)
        differing += style.look != other.look
        heavy += style.bold or style.filled
    score = 2.0 if differing * 2 > len(cells) else 0.0
    return score + (1.0 if heavy * 2 > len(cells) else 0.0)


def _continues(grid: Grid, upper: int, lower: int) -> bool:
    """True where two neighbouring rows are one heading: the lower one is told on by the upper one."""
    return upper in _with_rows_above(grid, lower)


def _reaches_down(grid: Grid, row: int) -> bool:
    """Some titles are merged over the next row, where others are divided: that row belongs to the heading."""
    areas = [area for column, _ in grid.row_texts(row) if (area := grid.merge(row, column)) is not None]
    divided = [area for area in areas if area.last_column > area.first_column and area.last_row == row]
    under = [column for column, _ in grid.row_texts(row + 1)]
    return any(area.last_row == row + 1 for area in areas) and all(
        any(area.first_column <= column <= area.last_column for area in divided) for column in under
    )


def _with_rows_above(grid: Grid, row: int) -> tuple[int, ...]:
    """The row together with the group titles right above it."""
    rows = [row]
    columns = [column for column, _ in grid.row_texts(row)]
    while rows[0] > 1 and len(rows) < 3:
        upper = rows[0] - 1
        cells = grid.row_texts(upper)
        if not cells:
            break
        reaches_down = spans = 0
        for column, _ in cells:
            area = grid.merge(upper, column)
            if area is None:
                continue
            reaches_down += area.last_row >= rows[0]
            width = area.last_column - area.first_column + 1
            spans += (
                width > 1 and sum(area.first_column <= other <= area.last_column for other in columns) > 1
            )
        whole = len(cells) == 1 and not reaches_down
        if (
            whole
            or not (reaches_down or spans or names_groups(grid, upper, rows[0]))
            or max(word_count(text) for _, text in cells) > 30
        ):
            break
        rows.insert(0, upper)
    return tuple(rows)


def heading_titles(grid: Grid, rows: tuple[int, ...]) -> dict[int, str]:
    """What the rows of a heading say over each column, from top to bottom."""
    titles: dict[int, list[str]] = {}
    for upper, row in enumerate(rows, 1):
        cells = grid.row_texts(row)
        ends = ends_of_groups(grid, cells, rows[upper]) if upper < len(rows) else {}
        for column, text in cells:
            area = grid.merge(row, column)
            last = area.last_column if area and area.last_column - column < 64 else ends.get(column, column)
            for covered in range(column, last + 1):
                titles.setdefault(covered, [])
                if text not in titles[covered]:
                    titles[covered].append(text)
    return {column: " / ".join(parts) for column, parts in titles.items()}
