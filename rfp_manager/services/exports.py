"""Exports: the customer's own workbook with the answers in it, and nothing else changed."""

import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import IO, Any, BinaryIO, cast

from django.utils.translation import gettext as _

from core.models import User
from core.storage import open_stored
from rfp_manager.models import Question, RFPExport, RFPQuestionDocument
from rfp_manager.services.answered_questions import sendable_answer
from rfp_manager.services.export_versions import Generated, keep_export
from rfp_manager.services.question_cells import Left, LeftCell, RowPlan, plan_row
from rfp_manager.workbooks.reading import open_book
from rfp_manager.workbooks.reading.asked_rows import rows_that_changed
from rfp_manager.workbooks.writing import FillReport, fill_workbook
from rfp_manager.workbooks.writing.report import CellOutcome, Status


@dataclass(frozen=True)
class Filled:
    """What became of one workbook. `report` is what the export's row keeps."""

    report: dict[str, Any]
    questions: int
    answered: int


def planned_rows(document: RFPQuestionDocument, *, drafts: bool) -> Iterator[tuple[Question, RowPlan]]:
    """Each question with what is to be written for it; `drafts` takes unapproved answers too."""
    questions = document.questions.select_related("answer").prefetch_related(
        "answer__citations", "further_cells"
    )
    for question in questions.order_by("position"):
        answer = sendable_answer(question, drafts=drafts)
        yield question, plan_row(question, answer) if answer else RowPlan()


def fill_document(
    document: RFPQuestionDocument, source: BinaryIO, destination: IO[bytes], *, drafts: bool
) -> Filled:
    """Write the answers into a copy of the workbook.

    A question that no longer stands in its row is left out and reported: its cells are another question's now.
    Raises WorkbookError when the result could not be proved to differ in the answer cells only.
    """
    rows = list(planned_rows(document, drafts=drafts))
    with open_book(source) as book:
        changed = rows_that_changed(
            book, ((q.sheet, q.row, q.text) for q, plan in rows if plan.answers or plan.left)
        )
    kept = [(q, RowPlan() if (q.sheet, q.row) in changed else plan) for q, plan in rows]
    source.seek(0)
    report = fill_workbook(
        source, [answer for _question, plan in kept for answer in plan.answers], destination
    )
    report.outcomes += [
        CellOutcome(
            cell.sheet, cell.cell, Status.CHANGED, _("another text stands in this row than was imported")
        )
        for question, plan in rows
        if (question.sheet, question.row) in changed
        for cell in plan.answers
    ]
    refused = {(outcome.sheet, outcome.cell) for outcome in report.skipped}
    written = [
        any((cell.sheet, cell.cell) not in refused for cell in plan.answers) for _question, plan in kept
    ]
    unfilled = [question for (question, _plan), ok in zip(kept, written, strict=True) if not ok]
    left = [cell for _question, plan in kept for cell in plan.left]
    return Filled(_report(report, rows, unfilled, left), len(rows), sum(written))


def _report(
    report: FillReport, rows: list[tuple[Question, RowPlan]], unfilled: list[Question], left: list[LeftCell]
) -> dict[str, Any]:
    """The writer's report, with what only the questions know: what was left, stays open, was reworded meanwhile."""
    told = report.to_dict()
    return told | {
        "counts": told["counts"] | {why.value: sum(cell.status is why for cell in left) for why in Left},
        "skipped": told["skipped"] + [cell.to_dict() for cell in left],
        "unfilled": [_named(question) | {"reason": question.get_status_display()} for question in unfilled],
        "reworded": [_named(question) for question, plan in rows if plan.answers and question.previous_text],
    }


def _named(question: Question) -> dict[str, Any]:
    return {
        "sheet": question.sheet,
        "row": question.row,
        "identifier": question.identifier,
        "text": question.text[:200],
    }


def create_export(
    document: RFPQuestionDocument,
    *,
    drafts: bool,
    user: User | None,
    fence: Callable[[], None] | None = None,
    record: Callable[[RFPExport], None] | None = None,
) -> RFPExport:
    """Generate the next version of the export and keep it; `fence` and `record` as in keep_export.

    Raises WorkbookError or StorageError; then there is neither a row nor an object.
    """
    with open_stored(document.s3_key) as stored, tempfile.TemporaryFile() as temporary:
        target = cast(IO[bytes], temporary)
        filled = fill_document(document, stored, target, drafts=drafts)
        generated = Generated(
            content=target,
            name=PurePosixPath(document.title),
            format=RFPExport.Format.WORKBOOK,
            questions=filled.questions,
            answered=filled.answered,
            drafts=drafts,
            report=filled.report,
        )
        return keep_export(
            generated, rfp_id=document.rfp_id, document=document, user=user, fence=fence, record=record
        )
