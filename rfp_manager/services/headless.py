"""The whole main job without a browser: a workbook in, the answered workbook out."""

import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from django.core.files.uploadedfile import UploadedFile

from core import jobs
from core.models import Organization, User
from core.models.user import COMMAND_LINE_EMAIL
from core.output_files import whole_file
from core.storage import open_stored
from core.uploads import check_size, clean_filename
from rfp_manager.models import RFP, Answer, RFPExport, RFPQuestionDocument
from rfp_manager.services import exports, question_drafts
from rfp_manager.services.excel_processor import import_questions
from rfp_manager.services.rfps import delete_file, delete_rfp
from rfp_manager.services.uploads import add_question_workbook
from rfp_manager.workbooks.inspection import check_workbook
from solution_library.models import Solution


@dataclass(frozen=True)
class WorkbookAnswered:
    """What came out; `sheets` are the titles of those that ask something."""

    rfp: RFP
    sheets: tuple[str, ...]
    questions: int
    drafted: int
    needs_review: int
    gaps: int
    export: RFPExport | None


def command_line_user() -> User:
    """Who owns what commands create: nobody can sign in as them, administrators see their RFPs."""
    user = User.objects.filter(email=COMMAND_LINE_EMAIL).first()
    return user or User.objects.create_user(COMMAND_LINE_EMAIL, first_name="Command line", is_active=False)


def answer_workbook(path: Path, *, solutions: Sequence[Solution], destination: Path) -> WorkbookAnswered:
    """Import every question of the workbook, draft it from the solutions, and write the drafts into a copy.

    A workbook that asks nothing is copied as it is. Raises SpelunkerError with the reason when the file cannot be taken
    in or read, and leaves no RFP behind then; OSError when `destination` cannot be written.
    """
    user = command_line_user()
    rfp, document = _take_in(path, solutions=solutions, user=user)
    sheets = tuple(sheet["sheet"] for sheet in document.layout["sheets"] if sheet["is_question_sheet"])
    if not sheets:
        with path.open("rb") as source, whole_file(destination) as out:
            shutil.copyfileobj(source, out)
        return WorkbookAnswered(rfp, (), 0, 0, 0, 0, None)
    import_questions(document, sheets=sheets, user=user)
    questions = question_drafts.questions_to_draft(rfp)
    jobs.finish_now(
        jobs.enqueue(
            "draft_answers",
            title=f"Drafting answers for {rfp.title}",
            key=f"draft_answers:{rfp.pk}",
            target=rfp,
            owner=user,
            params={"questions": questions},
            total=len(questions),
        )
    )
    export = exports.create_export(document, drafts=True, user=user)
    with open_stored(export.export_file.name or "") as stored, whole_file(destination) as out:
        shutil.copyfileobj(stored, out)
    answers = Answer.objects.filter(question__rfp=rfp)
    return WorkbookAnswered(
        rfp=rfp,
        sheets=sheets,
        questions=len(questions),
        drafted=answers.exclude(status=Answer.Status.NO_ANSWER).count(),
        needs_review=answers.filter(status=Answer.Status.NEEDS_REVIEW).count(),
        gaps=answers.filter(status=Answer.Status.NO_ANSWER).count(),
        export=export,
    )


def _take_in(path: Path, *, solutions: Sequence[Solution], user: User) -> tuple[RFP, RFPQuestionDocument]:
    """An RFP with the workbook, its layout found; none when it cannot be taken in or read."""
    with path.open("rb") as file:
        upload = UploadedFile(file=file, name=path.name, size=path.stat().st_size)
        check_size(upload.size or 0)
        check_workbook(upload.open(), filename=clean_filename(path.name))
        customer, _ = Organization.objects.get_or_create(
            name="Unnamed customer", kind=Organization.Kind.CUSTOMER
        )
        rfp = RFP.objects.create(title=path.stem[:300], customer=customer, owner=user)
        rfp.solutions.set(solutions)
        try:
            document, job = add_question_workbook(rfp, upload=upload, user=user)
            jobs.finish_now(job)
        except BaseException:
            for left in rfp.question_documents.all():
                delete_file(left)
            delete_rfp(rfp)
            raise
    document.refresh_from_db()
    return rfp, document
