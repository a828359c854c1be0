"""A document's file replaced by another one; for a day the earlier one is kept and can be brought back."""

from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import PurePosixPath

from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from core.storage import delete_objects, validate_s3_connectivity
from solution_library.exceptions import DuplicateDocument, LibraryError, StoreUnavailable
from solution_library.models import Document, EmbeddingStatus
from solution_library.models.deletion import KEPT_AFTER_DELETION
from solution_library.services.documents import (
    checked_name,
    commit_upload,
    content_digest,
    find_duplicate,
    naming_duplicates,
    taking_back,
)
from solution_library.signals import document_content_changed, source_content_changed, sources_restored

_NOTHING_KEPT = {"replaced_key": "", "replaced_hash": "", "replaced_size": None, "replaced_at": None}


@dataclass(frozen=True)
class _Content:
    """What of a row tells which bytes it has."""

    key: str
    digest: str
    size: int | None


def replace_document_file(document: Document, *, upload: UploadedFile, expected_hash: str = "") -> bool:
    """Give a document a new file and queue it again; the file that it had is kept for a day.

    `expected_hash` is the content that the person was looking at, where that may be older than `document`. False, and
    nothing is done, when it is the very same file. Raises UploadRefused, DuplicateDocument or LibraryError; the
    document keeps its file then, and nothing of the new one is left.
    """
    if document.source_id:
        raise LibraryError(_("This page comes from a web site. Sync its source instead of uploading a file."))
    replaced = expected_hash or document.content_hash
    filename = checked_name(upload)
    digest = content_digest(upload)
    if digest == document.content_hash:
        return False
    if existing := find_duplicate(document.solution, digest):
        raise DuplicateDocument(existing)
    try:
        validate_s3_connectivity()
    except ValidationError as error:
        raise StoreUnavailable(" ".join(error.messages)) from error
    upload.name = filename
    document.file = upload
    document.content_hash = digest
    commit_upload(document)
    new = _Content(document.s3_key, digest, document.file_size)
    with naming_duplicates(document), taking_back(new.key), transaction.atomic():
        # As it is by now: it may have been deleted, tagged or replaced while the file was on its way.
        found = _locked(document)
        if found.content_hash != replaced:
            raise LibraryError(
                _("Somebody else replaced this file meanwhile. Look at it before you replace it again.")
            )
        _replace(found, new, now=timezone.now())
    document.refresh_from_db()
    return True


def with_replaced_file(documents: QuerySet[Document]) -> QuerySet[Document]:
    """Those whose earlier file can still be brought back."""
    kept: QuerySet[Document] = documents.filter(replaced_at__gte=timezone.now() - KEPT_AFTER_DELETION)
    return kept


def replaced_name(document: Document) -> str:
    """What the earlier file is called, while it can be brought back; empty otherwise."""
    since = timezone.now() - KEPT_AFTER_DELETION
    kept = document.replaced_at is not None and document.replaced_at >= since
    return PurePosixPath(document.replaced_key).name if kept else ""


def undo_replacement(document: Document) -> Document:
    """Give a document back the file that it had before, and queue it again; the newer file goes on commit.

    Answers lose the mark that the replacement set; those that were written or looked at since are marked. Raises
    LibraryError when there is nothing to bring back, DuplicateDocument when that file came in anew meanwhile.
    """
    with transaction.atomic():
        found = _locked(document)
        moment, newer = found.replaced_at, found.s3_key
        if moment is None or not replaced_name(found):
            raise LibraryError(_("There is nothing to bring back."))
        if existing := find_duplicate(found.solution, found.replaced_hash):
            raise DuplicateDocument(existing)
        earlier = _Content(found.replaced_key, found.replaced_hash, found.replaced_size)
        with naming_duplicates(found), transaction.atomic():
            _write(found, earlier, **_NOTHING_KEPT)
        reason = _("“%(title)s” has the file again that it had before.") % {"title": found.title}
        sources_restored.send(sender=Document, moments={found: moment}, reason=reason)
        transaction.on_commit(partial(delete_objects, [newer]))
    return found


def purge_replaced() -> int:
    """Delete the files that were replaced more than a day ago; returns how many."""
    with transaction.atomic():
        ended = Document.objects.filter(replaced_at__lt=timezone.now() - KEPT_AFTER_DELETION)
        keys = dict(ended.order_by("pk").select_for_update().values_list("pk", "replaced_key"))
        Document.objects.filter(pk__in=keys).update(**_NOTHING_KEPT)
        transaction.on_commit(partial(delete_objects, list(keys.values())))
    return len(keys)


def _replace(found: Document, new: _Content, *, now: datetime) -> None:
    if found.replaced_key:
        transaction.on_commit(partial(delete_objects, [found.replaced_key]))
    _write(
        found,
        new,
        replaced_key=found.s3_key,
        replaced_hash=found.content_hash,
        replaced_size=found.file_size,
        replaced_at=now,
    )
    reason = _("“%(title)s” was replaced by a new file.") % {"title": found.title}
    source_content_changed.send(sender=Document, instance=found, reason=reason, url="", moment=now)


def _write(found: Document, content: _Content, **replaced: object) -> None:
    """Point the row at this content, touching nothing else of it, and have it embedded."""
    found.file.name = found.s3_key = content.key
    found.file_type = PurePosixPath(content.key).suffix.lstrip(".").lower()
    found.file_size, found.content_hash, found.page_count = content.size, content.digest, None
    found.embedding_status, found.embedding_error = EmbeddingStatus.PENDING, ""
    for name, value in replaced.items():
        setattr(found, name, value)
    fields = ["file", "s3_key", "file_type", "file_size", "content_hash", "page_count", "embedding_status"]
    found.save(update_fields=[*fields, "embedding_error", "updated_at", *replaced])
    document_content_changed.send(sender=Document, instance=found)


def _locked(document: Document) -> Document:
    found = Document.objects.select_for_update().filter(pk=document.pk, deleted_at=None).first()
    if found is None:
        raise LibraryError(
            _("This document was deleted meanwhile. Bring it back before you change its file.")
        )
    return found
