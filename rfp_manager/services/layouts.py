"""The layout of a question workbook until it is confirmed: detected or remembered, then corrected by people."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.models import User
from core.storage import delete_objects, load_binary
from rfp_manager.exceptions import LayoutConflict, RFPError
from rfp_manager.models import LayoutMemory, RFPQuestionDocument
from rfp_manager.services.layout_memories import find_memory
from rfp_manager.services.previews import store_preview
from rfp_manager.workbooks.detection.correcting import correct_sheet
from rfp_manager.workbooks.detection.corrections import Correction
from rfp_manager.workbooks.detection.sheets import find_questions
from rfp_manager.workbooks.fingerprint import Fingerprint, fingerprint_of, sheet_fingerprint
from rfp_manager.workbooks.layout import SheetLayout, WorkbookLayout
from rfp_manager.workbooks.preview import write_preview
from rfp_manager.workbooks.reading import Book, Grid, open_book
from rfp_manager.workbooks.remembering import recall_sheet

LayoutStatus = RFPQuestionDocument.LayoutStatus
UNREAD = (LayoutStatus.PENDING, LayoutStatus.FAILED)
MOST_CORRECTIONS = 500


@dataclass(frozen=True)
class ReadWorkbook:
    """What reading an upload came to."""

    layout: WorkbookLayout
    fingerprint: Fingerprint
    memory: LayoutMemory | None
    preview: bytes


def read_workbook(document: RFPQuestionDocument) -> ReadWorkbook:
    """The layout as its form is remembered, else as it is detected; with the preview.

    Raises WorkbookError for a workbook that cannot be read, StorageError.
    """
    source = load_binary(document.s3_key)
    with open_book(source) as book:
        fingerprint = fingerprint_of(book)
        memory = find_memory(fingerprint)
        return ReadWorkbook(_layout(book, memory, []), fingerprint, memory, write_preview(book, source))


def keep_detected(
    document: RFPQuestionDocument, read: ReadWorkbook, *, fence: Callable[[], None] | None = None
) -> bool:
    """Put what was read on the row, unless somebody corrected its layout or its questions are in the RFP already.

    `fence` is called inside the transaction, so that a job that lost its lease writes nothing. Raises StorageError.
    """
    key = store_preview(document, read.preview)
    try:
        return _keep(document, read, key, fence)
    except BaseException:
        delete_objects([key])
        raise


def _keep(
    document: RFPQuestionDocument, read: ReadWorkbook, key: str, fence: Callable[[], None] | None
) -> bool:
    with transaction.atomic():
        if fence:
            fence()
        row = RFPQuestionDocument.objects.select_for_update().filter(pk=document.pk).first()
        kept = row is not None and (
            row.layout_status in UNREAD
            or (row.layout_status == LayoutStatus.DETECTED and not row.corrections)
        )
        stale = [row.preview_key] if row is not None and kept and row.preview_key else []
        if row is not None and kept:
            if read.memory and row.layout_memory_id != read.memory.pk:
                LayoutMemory.objects.filter(pk=read.memory.pk).update(times_used=F("times_used") + 1)
            row.layout = read.layout.to_dict()
            row.layout_status, row.layout_error = LayoutStatus.DETECTED, ""
            row.layout_version += 1
            row.corrections = []
            row.fingerprint, row.layout_memory = read.fingerprint.form, read.memory
            row.preview_key = key
            row.save(
                update_fields=[
                    "layout",
                    "layout_status",
                    "layout_error",
                    "layout_version",
                    "corrections",
                    "fingerprint",
                    "layout_memory",
                    "preview_key",
                ]
            )
        transaction.on_commit(lambda: delete_objects(stale if kept else [key]))
    return kept


def renew_preview(document: RFPQuestionDocument) -> None:
    """Make the preview of a workbook that has none. Raises WorkbookError, StorageError."""
    source = load_binary(document.s3_key)
    with open_book(source) as book:
        key = store_preview(document, write_preview(book, source))
    if not RFPQuestionDocument.objects.filter(pk=document.pk, preview_key="").update(preview_key=key):
        delete_objects([key])


def correct_layout(
    document: RFPQuestionDocument, *, sheet: str, correction: Correction, version: int, user: User
) -> SheetLayout:
    """Apply one more correction to a sheet and keep it; returns the sheet as it reads now.

    Raises CorrectionRefused for one that makes no sense on this sheet, LayoutConflict when somebody else changed
    the layout since `version`, RFPError when it is confirmed already; nothing is changed then.
    """
    _refuse_unless_open(document, version)
    if len(document.corrections) >= MOST_CORRECTIONS:
        raise RFPError(
            _("There are too many corrections on this workbook. Go back to what was detected and begin anew.")
        )
    steps = [*document.corrections, {"sheet": sheet, "by": user.pk, **correction.to_dict()}]
    return _recompute(document, steps, sheet=sheet, version=version)


def undo_correction(document: RFPQuestionDocument, *, version: int) -> SheetLayout:
    """Take the last correction back; returns its sheet. Raises LayoutConflict, RFPError."""
    _refuse_unless_open(document, version)
    if not document.corrections:
        raise RFPError(_("There is no correction to undo."))
    last = document.corrections[-1]
    return _recompute(document, document.corrections[:-1], sheet=last["sheet"], version=version)


def restart_layout(
    document: RFPQuestionDocument, *, start: Literal["memory", "detection"], version: int
) -> None:
    """Drop every correction and begin with the remembered layout, or with a fresh detection.

    Raises LayoutConflict, RFPError, StorageError.
    """
    _refuse_unless_open(document, version)
    with open_book(load_binary(document.s3_key)) as book:
        memory = find_memory(fingerprint_of(book)) if start == "memory" else None
        layout = _layout(book, memory, [])
    _save(document, layout.to_dict(), [], memory, version=version)


def _refuse_unless_open(document: RFPQuestionDocument, version: int) -> None:
    if document.layout_status != LayoutStatus.DETECTED:
        raise RFPError(
            _("This layout is not open for corrections: its questions were imported, or never found.")
        )
    if document.layout_version != version:
        raise LayoutConflict(_CONFLICT)


_CONFLICT = gettext_lazy(
    "Somebody else changed this layout in the meantime. You see it as it is now; make your correction again."
)


def _recompute(
    document: RFPQuestionDocument, steps: list[dict[str, Any]], *, sheet: str, version: int
) -> SheetLayout:
    with open_book(load_binary(document.s3_key)) as book:
        grid = book.grid(sheet)
        if grid is None:
            raise RFPError(_("The workbook has no such sheet. Reload the page."))
        corrected = _sheet_layout(book, grid, document.layout_memory, steps)
    layout = document.layout
    data = corrected.to_dict()
    layout["sheets"] = [data if each["sheet"] == sheet else each for each in layout["sheets"]]
    _save(document, layout, steps, document.layout_memory, version=version)
    return corrected


def _save(
    document: RFPQuestionDocument,
    layout: dict[str, Any],
    steps: list[dict[str, Any]],
    memory: LayoutMemory | None,
    *,
    version: int,
) -> None:
    """Only where the row is still at `version`: of two people who correct at once, one is told."""
    saved = RFPQuestionDocument.objects.filter(
        pk=document.pk, layout_version=version, layout_status=LayoutStatus.DETECTED
    ).update(layout=layout, corrections=steps, layout_memory=memory, layout_version=version + 1)
    if not saved:
        raise LayoutConflict(_CONFLICT)
    document.layout, document.corrections = layout, steps
    document.layout_memory, document.layout_version = memory, version + 1


def _layout(book: Book, memory: LayoutMemory | None, steps: Sequence[dict[str, Any]]) -> WorkbookLayout:
    return WorkbookLayout(tuple(_sheet_layout(book, grid, memory, steps) for grid in book.grids))


def _sheet_layout(
    book: Book, grid: Grid, memory: LayoutMemory | None, steps: Sequence[dict[str, Any]]
) -> SheetLayout:
    mapped = memory.sheets.get(sheet_fingerprint(grid)) if memory else None
    corrections = [Correction.from_dict(step) for step in steps if step["sheet"] == grid.name]
    return correct_sheet(book, grid, corrections, start=recall_sheet(mapped) if mapped else find_questions)
