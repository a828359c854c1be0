"""A customer's workbook through the whole of it, for tests: taken in, answered, and given back."""

from io import BytesIO
from typing import Any

from openpyxl import load_workbook

from core import jobs
from core.models import User
from rfp_manager.models import RFP, Question, RFPExport, RFPQuestionDocument
from rfp_manager.services import answering
from rfp_manager.services.excel_processor import import_questions
from rfp_manager.services.exports import create_export
from rfp_manager.services.uploads import add_question_workbook
from rfp_manager.tests.factories import answered
from rfp_manager.tests.workbook_factory import Sheet, build
from rfp_manager.tests.workbooks import uploaded


def detected(rfp: RFP, book: bytes, user: User) -> RFPQuestionDocument:
    """The workbook with its layout found, and not imported yet."""
    document, job = add_question_workbook(rfp, upload=uploaded(book), user=user)
    jobs.execute(job.pk)
    document.refresh_from_db()
    return document


def imported(rfp: RFP, user: User, *sheets: Sheet) -> list[Question]:
    """The questions of a workbook of these sheets, in its order."""
    document = detected(rfp, build(*sheets).getvalue(), user)
    import_questions(document, sheets=[sheet.name for sheet in sheets], user=user)
    return list(document.questions.order_by("position"))


def approved(question: Question, *, user: User, **fields: Any) -> None:
    answered(question, **fields)
    answering.approve([question.pk], rfp=question.rfp, user=user)


def exported(question: Question, user: User) -> tuple[Any, RFPExport]:
    """The question's sheet in the export of its workbook, and the export."""
    export = create_export(RFPQuestionDocument.objects.get(pk=question.document_id), drafts=False, user=user)
    with export.export_file.open("rb") as file:
        return load_workbook(BytesIO(file.read()))[question.sheet], export


def not_written(export: RFPExport) -> dict[str, str]:
    return {row["cell"]: row["status"] for row in export.report["skipped"]}
