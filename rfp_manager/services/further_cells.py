"""The cells of a question's row that its answer does not fill: what a person puts into them.

An answer is one choice and one text. A row may have more: a second list, a date, somebody's name, a link. Each is known
by its column, and goes out together with the answer.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from core.models import User
from rfp_manager.exceptions import AnswerConflict, RFPError, TransitionRefused
from rfp_manager.models import FurtherCell, Question
from rfp_manager.models.question import offered_by
from rfp_manager.services.answering import EDITABLE, locked_question
from rfp_manager.services.column_headings import headings_of
from rfp_manager.workbooks.writing.addresses import column_letters, parse_cell
from rfp_manager.workbooks.writing.values import CELL_UNITS


@dataclass(frozen=True)
class OpenCell:
    """One place for a value: a single cell, or the cells of which one is marked. `options` is empty for words."""

    column: str
    role: str
    cells: Sequence[dict[str, Any]]
    options: Sequence[str] = ()

    def target(self, value: str) -> dict[str, Any] | None:
        """The cell that takes the value; None where the list does not offer it."""
        if not self.options:
            return self.cells[0]
        return next((cell for cell in self.cells if value in offered_by(cell)), None)


def open_cells(question: Question) -> list[OpenCell]:
    """Those that the answer leaves and the customer has not filled in, from left to right."""
    texts = question.text_cells
    main = next((cell for cell in texts if not cell.get("filled")), None)
    evidence = [cell for cell in question.answer_cells if cell["role"] == "evidence"]
    places = [(cells, True) for cells in question.choice_lists[1:]]
    places += [([cell], False) for cell in [*texts, *evidence] if cell is not main]
    found: dict[int, OpenCell] = {}
    for cells, is_list in places:
        address = parse_cell(cells[0]["cell"])
        if address is None or any(cell.get("filled") for cell in cells):
            continue
        options = [value for cell in cells for value in offered_by(cell)] if is_list else []
        column = address[1]
        found.setdefault(column, OpenCell(column_letters(column), cells[0]["role"], cells, options))
    return [found[column] for column in sorted(found)]


def newest(rows: Iterable[FurtherCell]) -> dict[str, FurtherCell]:
    """By column, what holds now; what was taken back is an empty value."""
    return {row.column: row for row in sorted(rows, key=lambda row: row.pk)}


@dataclass(frozen=True)
class Beside:
    """One open cell as people see it: what stands above it, and what holds now ("" for nothing)."""

    place: OpenCell
    heading: str
    value: str


def cells_beside(question: Question) -> tuple[list[Beside], int]:
    """The row's open cells, and the number of the newest entry in them (0: none), which goes back with what is written.

    They have no headings where the workbook's preview cannot be read.
    """
    places = open_cells(question)
    if not places:
        return [], 0
    held = newest(question.further_cells.all())
    headings = headings_of(question, [place.column for place in places])
    cells = [
        Beside(
            place, headings.get(place.column, ""), held[place.column].value if place.column in held else ""
        )
        for place in places
    ]
    return cells, max((row.pk for row in held.values()), default=0)


def further_values(question: Question) -> dict[str, str]:
    """By column, what was put in. Reads `question.further_cells`, which may be prefetched."""
    return {column: row.value for column, row in newest(question.further_cells.all()).items() if row.value}


def save_further_cells(question: Question, values: Mapping[str, str], *, seen: int, user: User) -> int:
    """Keep what a person put into the row's open cells; returns how many changed.

    `seen` is the newest row that they were looking at (0: none). Raises AnswerConflict when somebody saved in
    between, TransitionRefused on an approved answer, GoneMeanwhile when the question is, RFPError on a column that is
    not open or a value that its list does not offer; nothing is saved then.
    """
    places = {place.column: place for place in open_cells(question)}
    told = {column: value.replace("\x00", "").strip() for column, value in values.items()}
    for column, value in told.items():
        _refuse_unfit(places.get(column), column, value)
    with transaction.atomic():
        locked = locked_question(question)
        now = newest(locked.further_cells.all())
        before = {column: row.value for column, row in now.items()}
        changed = [
            FurtherCell(question=locked, column=column, value=value, edited_by=user)
            for column, value in told.items()
            if value != before.get(column, "")
        ]
        if not changed:  # the same, sent twice
            return 0
        if locked.status not in EDITABLE:
            raise TransitionRefused(_("This answer is approved and locked. Reopen it to change it."))
        if max((row.pk for row in now.values()), default=0) != seen:
            raise AnswerConflict(
                _("Somebody else changed these cells in the meantime. Save again to keep yours. Theirs:")
            )
        FurtherCell.objects.bulk_create(changed)
    return len(changed)


def _refuse_unfit(place: OpenCell | None, column: str, value: str) -> None:
    if place is None:
        raise RFPError(
            _("Column %(column)s of this row takes nothing besides the answer.") % {"column": column}
        )
    if value and place.options and value not in place.options:
        raise RFPError(
            _("“%(choice)s” is not one of the customer's choices: %(allowed)s.")
            % {"choice": value, "allowed": ", ".join(place.options)}
        )
    if len(value) > CELL_UNITS:
        raise RFPError(_("This is longer than a cell holds (%(limit)s characters).") % {"limit": CELL_UNITS})


def carry_over(changed: Mapping[Question, Sequence[dict[str, Any]]]) -> list[Question]:
    """Move what was put in to the columns of a newer workbook; `changed` has each question's cells in the one before.

    Where the places are no longer the same, in the same order and offering the same, it is taken back, since it would
    stand for something else. Returns those questions. The caller holds the transaction.
    """
    lost: list[Question] = []
    moved: list[FurtherCell] = []
    rows = FurtherCell.objects.filter(question__in=[question.pk for question in changed])
    by_question: dict[int, list[FurtherCell]] = defaultdict(list)
    for row in rows:
        by_question[row.question_id].append(row)
    for question, cells in changed.items():
        held = {column: row for column, row in newest(by_question[question.pk]).items() if row.value}
        columns = _columns_now(Question(answer_cells=cells), question)
        if columns is None and held:
            lost.append(question)
        now = {columns[column]: row for column, row in held.items() if column in columns} if columns else {}
        moved += [
            FurtherCell(question=question, column=column, value=row.value, edited_by_id=row.edited_by_id)
            for column, row in now.items()
            if column not in held or held[column].value != row.value
        ]
        moved += [FurtherCell(question=question, column=column) for column in held if column not in now]
    FurtherCell.objects.bulk_create(moved, batch_size=1000)
    return lost


def _columns_now(before: Question, after: Question) -> dict[str, str] | None:
    """The columns of its open cells as they were, each with what it is now; None where the places are others."""
    old, new = open_cells(before), open_cells(after)
    if [(place.role, list(place.options)) for place in old] != [(p.role, list(p.options)) for p in new]:
        return None
    return {was.column: now.column for was, now in zip(old, new, strict=True)}
