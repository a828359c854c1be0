"""From a stored question workbook to Question rows: detect its layout, then import what was confirmed."""

from collections.abc import Callable, Collection

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from core import jobs
from core.models import User
from rfp_manager.exceptions import GoneMeanwhile, LayoutConflict, RFPError
from rfp_manager.models import Question, RFPQuestionDocument
from rfp_manager.services.grouping import group_questions
from rfp_manager.services.layouts import UNREAD, keep_detected, read_workbook
from rfp_manager.workbooks.layout import WorkbookLayout
from rfp_manager.workbooks.package import WorkbookError

LayoutStatus = RFPQuestionDocument.LayoutStatus
IMPORTED = (LayoutStatus.CONFIRMED, LayoutStatus.REPLACED)


def detect_document_layout(
    document: RFPQuestionDocument, *, fence: Callable[[], None] | None = None
) -> WorkbookLayout | None:
    """Detect the layout of a stored workbook, or recall it, and keep it for a person to confirm.

    Returns None for a workbook that cannot be read, with the reason on the row if it has no layout. One that is
    confirmed or that people corrected is left alone. `fence` is called inside each transaction that writes.
    Raises StorageError when the file cannot be fetched.
    """
    unread = RFPQuestionDocument.objects.filter(pk=document.pk, layout_status__in=UNREAD)
    try:
        read = read_workbook(document)
    except WorkbookError as error:
        with transaction.atomic():
            if fence:
                fence()
            unread.update(layout_status=LayoutStatus.FAILED, layout_error=str(error))
        return None
    keep_detected(document, read, fence=fence)
    return read.layout


def import_questions(
    document: RFPQuestionDocument, *, sheets: Collection[str], user: User | None, version: int | None = None
) -> int:
    """Confirm the layout for `sheets` (by title) and create its questions; returns how many.

    Raises RFPError when the layout is not there, is confirmed already, or holds no question in those sheets;
    LayoutConflict when it is not at `version` any more, which is what the person has seen, GoneMeanwhile when it
    was deleted.
    """
    with transaction.atomic():
        rows = RFPQuestionDocument.objects.select_for_update().select_related("rfp")
        locked = rows.filter(pk=document.pk).first()
        if locked is None:
            raise GoneMeanwhile(_("This workbook was deleted in the meantime. Nothing was imported."))
        document = locked
        if document.layout_status in IMPORTED:
            raise RFPError(_("This workbook's questions were imported already."))
        if document.layout_status != LayoutStatus.DETECTED:
            raise RFPError(
                _("The layout of this workbook is not known yet. Wait until the detection has finished.")
            )
        if version not in (None, document.layout_version):
            raise LayoutConflict(
                _(
                    "Somebody else changed this layout in the meantime. Look at it once more and import it then."
                )
            )
        questions = questions_of(document, sheets=sheets)
        if not questions:
            raise RFPError(
                _("There is no question in the sheets you chose. Choose at least one that asks something.")
            )
        Question.objects.bulk_create(questions, batch_size=1000)
        confirm_document(document, sheets=sheets, user=user)
    group_questions(document.rfp)
    return len(questions)


def confirm_document(document: RFPQuestionDocument, *, sheets: Collection[str], user: User | None) -> None:
    """Note that these sheets' questions are in the RFP now. The caller holds the transaction and the row."""
    for sheet in document.layout["sheets"]:
        sheet["is_question_sheet"] = sheet["sheet"] in sheets and bool(sheet.get("questions"))
    document.layout_status = LayoutStatus.CONFIRMED
    document.confirmed_at = timezone.now()
    document.confirmed_by = user
    document.save(
        update_fields=["layout", "layout_status", "confirmed_at", "confirmed_by", "replaces", "revision"]
    )
    jobs.enqueue(
        "remember_layout",
        title=_("Remembering the layout of %(title)s") % {"title": document.title},
        key=f"remember_layout:{document.pk}",
        target=document,
        owner=user,
    )
    rfp = document.rfp
    if rfp.status == rfp.Status.PREPARING:
        rfp.status = rfp.Status.ANSWERING
        rfp.save(update_fields=["status", "updated_at"])


def questions_of(document: RFPQuestionDocument, *, sheets: Collection[str]) -> list[Question]:
    """The questions that its layout finds on these sheets, in order and not saved."""
    found = [
        (sheet["sheet"], question)
        for sheet in document.layout["sheets"]
        if sheet["sheet"] in sheets
        for question in sheet.get("questions", [])
        if question["text"].strip()
    ]
    return [
        Question(
            rfp_id=document.rfp_id,
            document=document,
            sheet=sheet,
            row=question["row"],
            position=position,
            identifier=(question.get("identifier") or "")[:255],
            section=(question.get("section") or "")[:500],
            text=question["text"],
            answer_cells=question["answers"],
        )
        for position, (sheet, question) in enumerate(found)
    ]
