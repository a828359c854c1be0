"""Cells of a new version in which our own earlier answers stand: they are ours to write again."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from typing import Any

from core.storage import load_binary
from rfp_manager.models import AnswerVersion, FurtherCell, Question, RFPQuestionDocument
from rfp_manager.services.question_cells import MARK
from rfp_manager.workbooks.layout import CHOICE, CODE, TICK
from rfp_manager.workbooks.reading import open_book
from rfp_manager.workbooks.writing.addresses import parse_cell
from rfp_manager.workbooks.writing.values import fit_value

Texts = dict[tuple[str, str], str]
Said = tuple[set[str], set[str]]


def filled_cells(document: RFPQuestionDocument) -> Texts:
    """What stands in the answer cells that its layout calls filled, by sheet and cell. Raises StorageError."""
    wanted = [
        (sheet["sheet"], cell["cell"])
        for sheet in document.layout.get("sheets", [])
        for question in sheet.get("questions", [])
        for cell in question["answers"]
        if cell.get("filled")
    ]
    if not wanted:
        return {}
    found: Texts = {}
    with open_book(load_binary(document.s3_key)) as book:
        for name, cell in wanted:
            grid, place = book.grid(name), parse_cell(cell)
            if grid is not None and place is not None:
                found[name, cell] = grid.text(*place)
    return found


def said_before(questions: Collection[int]) -> dict[int, Said]:
    """By question: the texts and the choices of every version of its answer, as a cell shows them.

    What was put into further cells of its row was both.
    """
    said: dict[int, Said] = defaultdict(lambda: (set(), set()))
    versions = AnswerVersion.objects.filter(answer__question__in=questions)
    for question, text, choice in versions.values_list("answer__question", "text", "choice"):
        said[question][0].add(_shown(text))
        said[question][1].add(_shown(choice).casefold())
    beside = FurtherCell.objects.filter(question__in=questions).exclude(value="")
    for question, value in beside.values_list("question", "value"):
        said[question][0].add(_shown(value))
        said[question][1].add(_shown(value).casefold())
    return said


def without_ours(question: Question, texts: Texts, said: Said) -> list[dict[str, Any]]:
    """Its answer cells, of which none counts as filled for what we said in it ourselves."""
    cells: Sequence[dict[str, Any]] = question.answer_cells
    return [
        cell | {"filled": False}
        if cell.get("filled")
        and _is_ours(question, cell, texts.get((question.sheet, cell["cell"]), ""), said)
        else cell
        for cell in cells
    ]


def _is_ours(question: Question, cell: dict[str, Any], text: str, said: Said) -> bool:
    shown, (texts, choices) = _shown(text), said
    if not shown:
        return False
    if cell["kind"] == TICK:
        return shown == MARK and _shown(str(cell.get("option"))).casefold() in choices
    # A "Yes" where words belong is the customer's, unless there is no list that ours could have gone to.
    may_choose = cell["role"] in (CHOICE, CODE) or not question.choice_lists
    return shown in texts or (may_choose and shown.casefold() in choices)


def _shown(text: str) -> str:
    """As the writer writes it, but for white space, which readers and offices treat each in their own way."""
    fitted = fit_value(text)
    return " ".join(str(fitted.value).split()) if fitted else ""
