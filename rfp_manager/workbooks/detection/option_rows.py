"""Options below a question, one in each row, with a cell beside each that is to be marked."""

from collections import Counter

from core.words import gettext as _
from rfp_manager.workbooks.detection.answers import AnswerRole
from rfp_manager.workbooks.detection.findings import Finding
from rfp_manager.workbooks.detection.requests import is_numbered, requests
from rfp_manager.workbooks.detection.tables import Table
from rfp_manager.workbooks.detection.text_shape import is_empty_box, is_identifier, is_mark, is_statement
from rfp_manager.workbooks.detection.vocabulary import is_option, mentions
from rfp_manager.workbooks.layout import CHOICE, OPTION_ROWS, TICK
from rfp_manager.workbooks.reading.grid import Grid
from rfp_manager.workbooks.reading.references import column_letters

SCAN_LIMIT = 4_000
# So many questions of this kind make a form, each with so many options.
QUESTIONS, OPTIONS = 2, 2
MOST_OPTIONS = 20
# A hint, such as "Select one", may stand between a question and its options.
HINTS = 1
# A column that is drawn for nothing but a mark, in characters; left of its text it may be a little wider.
NARROW, NARROW_BEFORE = 8, 14
OPTION_WORDS = 14


def find_option_rows(grid: Grid) -> Finding | None:
    """The questions of a sheet that lists their options below them; None where fewer than QUESTIONS do."""
    found: dict[tuple[int, int], list[int]] = {}
    for row in range(1, min(grid.height, SCAN_LIMIT) + 1):
        if (place := _asked_in(grid, row)) is not None:
            found.setdefault(place, []).append(row)
    if not found:
        return None
    (question, tick), rows = max(found.items(), key=lambda item: len(item[1]))
    if len(rows) < QUESTIONS or not _are_marked(grid, rows, question, tick):
        return None
    names = Counter(
        cells[0][0] for row in rows if len(cells := grid.row_texts(row)) == 2 and is_identifier(cells[0][1])
    )
    identifier, named = names.most_common(1)[0] if names else (None, 0)
    reason = _("it is blank beside each of the options that are listed below a question")
    return Finding(
        Table((), 1, grid.height),
        question,
        identifier if named > 0.8 * len(rows) else None,
        None,
        [AnswerRole(tick, CHOICE, reason, TICK, below=OPTION_ROWS)],
        rows,
        evidence=[
            _("Column %(column)s holds questions, each with its options in the rows below.")
            % {"column": column_letters(question)},
            _("Column %(column)s takes answers (%(role)s): %(reason)s.")
            % {"column": column_letters(tick), "role": _(CHOICE), "reason": reason},
        ],
    )


def options_below(grid: Grid, row: int, question: int, tick: int) -> list[tuple[int, str]]:
    """The options of the question in `row`, each with its own row; none where they are fewer than OPTIONS."""
    options: list[tuple[int, str]] = []
    column = None
    for lower in range(row + 1, min(row + HINTS + MOST_OPTIONS, grid.height) + 1):
        cells = [cell for cell in grid.row_texts(lower) if cell[0] != tick or not _is_tick(cell[1])]
        option = cells[0] if len(cells) == 1 and cells[0][0] != tick else None
        if option and column in (None, option[0]) and _may_be_option(grid, lower, row, tick, option):
            column = option[0]
            options.append((lower, option[1]))
        elif options or not option or lower > row + HINTS or requests(option[1]):
            break
    distinct = len({text for _row, text in options}) == len(options)
    return options if len(options) >= OPTIONS and distinct else []


def option_block(grid: Grid, row: int, question: int, tick: int) -> range:
    """The rows of a question and of its options."""
    return range(
        row, max((below for below, _text in options_below(grid, row, question, tick)), default=row) + 1
    )


def _asked_in(grid: Grid, row: int) -> tuple[int, int] | None:
    """The columns of the question in `row` and of the marks below it; None where no options follow."""
    cells = grid.row_texts(row)
    if not 0 < len(cells) <= 2 or (len(cells) == 2 and not is_identifier(cells[0][1])):
        return None
    question, text = cells[-1]
    if not (
        requests(text)
        or (is_numbered(text) and is_statement(text))
        or (len(cells) == 2 and is_statement(text))
    ):
        return None
    words = [column for column, said in grid.row_texts(row + 1) if not _is_tick(said)]
    if len(words) != 1:
        return None
    for tick in (words[0] - 1, grid.column_after(row + 1, words[0])):
        if tick > 0 and options_below(grid, row, question, tick):
            return question, tick
    return None


def _is_tick(text: str) -> bool:
    return is_empty_box(text) or is_mark(text)


def _may_be_option(grid: Grid, row: int, asked: int, tick: int, option: tuple[int, str]) -> bool:
    """A short text beside a free cell that is drawn as a field, which the question's own row does not have."""
    column, text = option
    if tick not in (column - 1, grid.column_after(row, column)):
        return False
    if len(text.split()) > OPTION_WORDS or requests(text) or (is_identifier(text) and len(text.split()) == 1):
        return False
    if grid.anchor(row, tick) != (row, tick) or not grid.is_writable(row, tick) or grid.is_formula(row, tick):
        return False
    if grid.text(row, tick):
        return True
    cell, above, label = grid.style(row, tick), grid.style(asked, tick), grid.style(row, column)
    drawn = cell.framed or (cell.filled and cell.look[-1:] != label.look[-1:])
    opened = grid.facts.protected and label.locked
    return opened or (drawn and (cell.look, cell.framed) != (above.look, above.framed))


def _are_marked(grid: Grid, rows: list[int], question: int, tick: int) -> bool:
    """The cells are there for a mark, not for words: they show boxes, are narrow, or the sheet says so."""
    blocks = [options_below(grid, row, question, tick) for row in rows]
    options = [option for block in blocks for option in block]
    if any(grid.text(row, tick) for row, _text in options) or all(is_option(text) for _row, text in options):
        return True
    column = Counter(grid.row_texts(row)[-1][0] for row, _text in options).most_common(1)[0][0]
    width = grid.facts.column_widths.get(tick, 0.0)
    if 0 < width <= (NARROW_BEFORE if tick < column else NARROW):
        return True
    told = [text for row in range(1, rows[0] + HINTS + 1) for _column, text in grid.row_texts(row)]
    return any(mentions(text, "tick") for text in told) or sum(
        mentions(grid.text(row, question), "tick") for row in rows
    ) * 2 > len(rows)
