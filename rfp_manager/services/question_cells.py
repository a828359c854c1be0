"""What of an answer goes into which cell of its question's row, each part of it once; and which cells it leaves."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from rfp_manager.models import Answer, Question
from rfp_manager.models.question import offered_by
from rfp_manager.services.further_cells import OpenCell, further_values, open_cells
from rfp_manager.workbooks.layout import TICK
from rfp_manager.workbooks.writing import CellAnswer

MARK = "X"


class Left(StrEnum):
    """Why an answer leaves a cell of its row as it is; the writer is not asked."""

    FILLED_IN = gettext_noop("already filled in")
    SECOND_CHOICE = gettext_noop("left to you")
    NOT_CHOSEN = gettext_noop("nothing chosen")


@dataclass(frozen=True)
class LeftCell:
    """One such cell, in a report beside those that the writer refused."""

    sheet: str
    cell: str
    status: Left
    detail: str

    def to_dict(self) -> dict[str, Any]:
        return {
            "sheet": self.sheet,
            "cell": self.cell,
            "status": self.status.value,
            "detail": self.detail,
            "written_to": None,
        }


@dataclass(frozen=True)
class RowPlan:
    """What is to be written for one question, and what is not."""

    answers: list[CellAnswer] = field(default_factory=list)
    left: list[LeftCell] = field(default_factory=list)


def plan_row(question: Question, answer: Answer) -> RowPlan:
    plan = RowPlan()
    chosen = _chosen_cell(question, answer)
    written = _text_cell(question, answer, chosen)
    values = further_values(question)
    beside = [place for place in open_cells(question) if place.column in values]
    spoken_for = [cell for place in beside for cell in place.cells]
    for cell in question.answer_cells:
        if cell in spoken_for:
            continue
        value: str = ""
        taken = bool(cell.get("filled"))
        if chosen and cell is chosen:
            value = MARK if cell["kind"] == TICK else answer.choice
            cell = _marked_already(question) or cell
            taken = bool(cell.get("filled"))
        elif cell is written:
            value = answer.text
        elif cell["role"] == "evidence":
            value = "; ".join(dict.fromkeys(str(citation) for citation in answer.citations.all()))
        if value and taken:
            detail = _("has the customer's own words in it: left as it is")
            plan.left.append(LeftCell(question.sheet, cell["cell"], Left.FILLED_IN, detail))
        elif value:
            plan.answers.append(CellAnswer(sheet=question.sheet, cell=cell["cell"], value=value))
    for place in beside:
        _plan_further(plan, question, place, values[place.column])
    plan.left.extend(_second_choices(question, chosen, spoken_for))
    if answer.chooses_nothing:
        cell = question.choice_lists[0][0]["cell"]
        detail = _("the answer chooses none of the customer's values: the cell stays empty")
        plan.left.append(LeftCell(question.sheet, cell, Left.NOT_CHOSEN, detail))
    return plan


def _plan_further(plan: RowPlan, question: Question, place: OpenCell, value: str) -> None:
    """What a person put beside the answer."""
    cell = place.target(value)
    if cell is None:
        detail = _("the customer's list does not offer “%(choice)s”") % {"choice": value}
        plan.left.append(LeftCell(question.sheet, place.cells[0]["cell"], Left.SECOND_CHOICE, detail))
        return
    written = MARK if cell["kind"] == TICK else value
    plan.answers.append(CellAnswer(sheet=question.sheet, cell=cell["cell"], value=written))


def _marked_already(question: Question) -> dict[str, Any] | None:
    """The mark that is there: another one beside it would contradict it."""
    lists = question.choice_lists
    return next((cell for cell in lists[0] if cell.get("filled")), None) if lists else None


def _chosen_cell(question: Question, answer: Answer) -> dict[str, Any] | None:
    """The one cell that says the choice: a row may offer several lists, and the answer is to the first."""
    if not answer.choice:
        return None
    if lists := question.choice_lists:
        return next((cell for cell in lists[0] if answer.choice in offered_by(cell)), None)
    return next((cell for cell in question.text_cells if cell["role"] != "narrative"), None)


def _text_cell(question: Question, answer: Answer, chosen: dict[str, Any] | None) -> dict[str, Any] | None:
    """The one cell that says the text: a free one, if there is any."""
    cells = [cell for cell in question.text_cells if cell is not chosen] if answer.text else []
    return next((cell for cell in cells if not cell.get("filled")), cells[0] if cells else None)


def _second_choices(
    question: Question, chosen: dict[str, Any] | None, spoken_for: Sequence[dict[str, Any]]
) -> Iterator[LeftCell]:
    """The other lists that are still open: one answer does not say what is right there."""
    if chosen is None or chosen.get("filled"):
        return
    for cells in question.choice_lists[1:]:
        if not any(cell.get("filled") or cell in spoken_for for cell in cells):
            detail = _("a second choice beside %(cell)s: choose it below the answer to its question")
            yield LeftCell(
                question.sheet, cells[0]["cell"], Left.SECOND_CHOICE, detail % {"cell": chosen["cell"]}
            )
