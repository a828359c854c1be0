"""Layouts remembered by a form's fingerprint: found for a new upload, kept when one is confirmed."""

from django.utils import timezone

from core.storage import load_binary
from rfp_manager.models import LayoutMemory, RFPQuestionDocument
from rfp_manager.workbooks.fingerprint import Fingerprint, fingerprint_of
from rfp_manager.workbooks.layout import WorkbookLayout
from rfp_manager.workbooks.reading import open_book
from rfp_manager.workbooks.remembering import remember_sheet

# So many of the remembered sheets must be there before a workbook counts as the same form with small differences.
SIMILAR_SHARE = 0.6


def find_memory(fingerprint: Fingerprint) -> LayoutMemory | None:
    """The memory of this very form, else of the form that shares most of its mapped sheets."""
    exact = LayoutMemory.objects.filter(fingerprint=fingerprint.form).first()
    if exact is not None:
        return exact
    present = set(fingerprint.sheets.values())
    similar = [
        (len(present & set(memory.sheet_fingerprints)) / len(memory.sheet_fingerprints), memory)
        for memory in LayoutMemory.objects.filter(sheet_fingerprints__overlap=list(present))[:50]
    ]
    best = max(similar, key=lambda found: (found[0], found[1].confirmed_at), default=None)
    return best[1] if best and best[0] >= SIMILAR_SHARE else None


def remember_layout(document: RFPQuestionDocument) -> LayoutMemory | None:
    """Keep how the confirmed document was mapped, in place of what was known of its form before.

    None for a document that is not confirmed or asks nothing. Doing it twice changes nothing. Raises StorageError.
    """
    if document.layout_status != RFPQuestionDocument.LayoutStatus.CONFIRMED:
        return None
    layout = WorkbookLayout.from_dict(document.layout)
    with open_book(load_binary(document.s3_key)) as book:
        fingerprint = fingerprint_of(book)
        sheets, asking = {}, []
        for grid in book.grids:
            mapped = layout.sheet(grid.name)
            if mapped is None:
                continue
            sheets[fingerprint.sheets[grid.name]] = remember_sheet(grid, mapped)
            if mapped.is_question_sheet:
                asking.append(grid.name)
    if not asking:
        return None
    memory, _ = LayoutMemory.objects.update_or_create(
        fingerprint=fingerprint.form,
        defaults={
            "sheet_fingerprints": sorted({fingerprint.sheets[name] for name in asking}),
            "name": ", ".join(asking)[:300],
            "sheets": sheets,
            "confirmed_by": document.confirmed_by,
            "confirmed_at": document.confirmed_at or timezone.now(),
        },
    )
    return memory
