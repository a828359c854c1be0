"""Cards: each question a small block of its own, "Question | text" with "Answer | blank" right below."""

from collections import Counter

from core.words import gettext as _
from rfp_manager.workbooks.detection.answers import AnswerRole
from rfp_manager.workbooks.detection.findings import Finding
from rfp_manager.workbooks.detection.tables import Table
from rfp_manager.workbooks.detection.text_shape import is_identifier, is_placeholder, is_statement, word_count
from rfp_manager.workbooks.detection.vocabulary import mentions
from rfp_manager.workbooks.layout import CHOICE, NARRATIVE
from rfp_manager.workbooks.reading.grid import Grid
from rfp_manager.workbooks.reading.references import column_letters

SCAN_LIMIT = 4_000
CARDS = 3
LABEL_WORDS = 5


def find_cards(grid: Grid) -> Finding | None:
    """The cards of a sheet that is no table; None where fewer than CARDS look alike."""
    found = [
        (row, *field)
        for row in range(1, min(grid.height, SCAN_LIMIT))
        if (field := _blank_field(grid, row + 1)) is not None and _is_card(grid, row, *field)
    ]
    if len(found) < CARDS:
        return None
    label, column = Counter(card[1:] for card in found).most_common(1)[0][0]
    rows = [card[0] for card in found if card[1:] == (label, column)]
    if len(rows) < CARDS or len(rows) * 2 < len(found):
        return None
    named = sum(is_identifier(grid.text(row, label)) for row in rows) > 0.8 * len(rows)
    listed = any(grid.has_list(row + 1, column) for row in rows)
    reason = _("a blank labelled as the answer stands below each question")
    return Finding(
        Table((), 1, grid.height),
        column,
        label if named else None,
        None,
        # Only right below: a layout that is remembered keeps no other distance.
        [AnswerRole(column, CHOICE if listed else NARRATIVE, reason, below=1)],
        rows,
        evidence=[
            _("Column %(column)s holds questions, each with a blank labelled as its answer below.")
            % {"column": column_letters(column)}
        ],
    )


def _blank_field(grid: Grid, row: int) -> tuple[int, int] | None:
    """Where a row is a label with a blank beside it: the columns of both."""
    cells = grid.row_texts(row)
    if not 0 < len(cells) <= 2 or word_count(cells[0][1]) > LABEL_WORDS:
        return None
    column = cells[0][0]
    area = grid.merge(row, column)
    beside = (area.last_column if area else column) + 1
    if (
        grid.is_formula(row, beside)
        or not grid.is_writable(row, beside)
        or grid.anchor(row, beside)[0] != row
    ):
        return None
    said = grid.text(row, beside)
    return None if said and not is_placeholder(said) else (column, beside)


def _is_card(grid: Grid, row: int, label: int, column: int) -> bool:
    name, text = grid.text(row, label), grid.text(row, column)
    if not mentions(grid.text(row + 1, label), "answer") or not is_statement(text):
        return False
    return mentions(name, "question") or is_identifier(name)
