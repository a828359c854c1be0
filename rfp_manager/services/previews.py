"""The stored preview of a question workbook: written by the detection, read in small pieces by the grid."""

from functools import lru_cache

from django.core.files.base import ContentFile

from core.storage import read_bytes, write_file
from rfp_manager.models import RFPQuestionDocument
from rfp_manager.workbooks.preview import PreviewPages


def store_preview(document: RFPQuestionDocument, preview: bytes) -> str:
    """Store the preview beside the workbook; returns its key. Raises StorageError."""
    key = f"rfp_question_documents/{document.rfp_id}/previews/{document.pk}.zip"
    return write_file(key, ContentFile(preview))


def preview_pages(document: RFPQuestionDocument) -> PreviewPages:
    """The preview of a document that has one. Raises StorageError.

    The store never overwrites, so what lies under a key stays the same: the last few previews are kept in memory,
    and scrolling through a sheet asks the store once.
    """
    return _pages(document.preview_key, document.content_hash)


@lru_cache(maxsize=8)
def _pages(key: str, content_hash: str) -> PreviewPages:
    return PreviewPages(read_bytes(key))
