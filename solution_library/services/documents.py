"""The life of a library document: taken in, replaced, queued for embedding, deleted."""

import hashlib
from collections.abc import Iterable
from functools import partial
from pathlib import PurePosixPath

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.models import User
from core.storage import STORAGE_ERRORS, delete_objects, validate_s3_connectivity
from core.uploads import check_size, check_upload, clean_filename
from solution_library.exceptions import DuplicateDocument, LibraryError, StoreUnavailable
from solution_library.models import (
    Document,
    DocumentEmbedding,
    EmbeddingStatus,
    Solution,
)
from solution_library.signals import NUDGED_AT_ONCE, document_content_changed, source_content_changed

_STORE_DOWN = gettext_lazy("The file store does not answer. Nothing was stored; try again in a moment.")


def upload_document(
    *, solution: Solution, upload: UploadedFile, owner: User | None, title: str = ""
) -> Document:
    """Check a file, store it and put it in the queue for embedding.

    Raises UploadRefused, DuplicateDocument or LibraryError; neither row nor file is left then.
    """
    filename = _checked_name(upload)
    digest = content_digest(upload)
    if existing := find_duplicate(solution, digest):
        raise DuplicateDocument(existing)
    upload.name = filename
    document = Document(
        solution=solution,
        title=(title or PurePosixPath(filename).stem)[:500],
        file=upload,
        content_hash=digest,
        owner=owner,
    )
    _store(document)
    return document


def replace_document_file(document: Document, *, upload: UploadedFile) -> bool:
    """Give a document a new file and queue it again; the old file goes once that is committed.

    False, and nothing is done, when it is the very same file. Raises UploadRefused,
    DuplicateDocument or LibraryError; the document keeps its old file then.
    """
    if document.source_id:
        raise LibraryError(_("This page comes from a web site. Sync its source instead of uploading a file."))
    filename = _checked_name(upload)
    digest = content_digest(upload)
    if digest == document.content_hash:
        return False
    if existing := find_duplicate(document.solution, digest):
        raise DuplicateDocument(existing)
    try:
        validate_s3_connectivity()
    except ValidationError as error:
        raise StoreUnavailable(" ".join(error.messages)) from error
    old_key = document.s3_key
    upload.name = filename
    document.file = upload
    document.content_hash = digest
    document.page_count = None
    _store(document, replaced_key=old_key)
    return True


def delete_document(document: Document) -> None:
    """Delete the row at once, its file and its chunks' texts when that is committed.

    For good: people delete by `services.deletions.trash`, which can be undone.
    """
    delete_documents(Document.objects.filter(pk=document.pk))


def delete_documents(documents: QuerySet[Document]) -> int:
    """Delete documents with their files and chunk texts; returns how many."""
    with transaction.atomic():
        found = dict(documents.order_by().values_list("pk", "s3_key"))
        chunks = DocumentEmbedding.objects.filter(document__in=found)
        keys = [*found.values(), *chunks.order_by().values_list("chunk_s3_key", flat=True).distinct()]
        Document.objects.filter(pk__in=found).delete()
        transaction.on_commit(partial(delete_objects, keys))
    return len(found)


def request_embedding(documents: Iterable[Document]) -> int:
    """Put documents in the queue for embedding, again or for another try; returns how many.

    Pages that are gone from their site stay out of search.
    """
    wanted = [document for document in documents if document.retired_at is None]
    with transaction.atomic():
        Document.objects.filter(pk__in=[document.pk for document in wanted]).update(
            embedding_status=EmbeddingStatus.PENDING, embedding_error="", updated_at=timezone.now()
        )
        for document in wanted:
            document.embedding_status = EmbeddingStatus.PENDING
            document.embedding_error = ""
        for document in wanted[:NUDGED_AT_ONCE]:
            document_content_changed.send(sender=Document, instance=document)
    return len(wanted)


def find_duplicate(solution: Solution, digest: str) -> Document | None:
    """The uploaded document of this solution with the same content, if there is one."""
    return Document.objects.filter(solution=solution, content_hash=digest, source__isnull=True).first()


def content_digest(upload: UploadedFile) -> str:
    """The SHA-256 of a file, read in blocks; the file is at its start again afterwards."""
    digest = hashlib.sha256()
    upload.seek(0)
    for block in upload.chunks():
        digest.update(block)
    upload.seek(0)
    return digest.hexdigest()


def _checked_name(upload: UploadedFile) -> str:
    filename = clean_filename(upload.name or "")
    check_size(upload.size or 0)
    upload.seek(0)
    check_upload(upload.read(), filename=filename)
    return filename


def _store(document: Document, *, replaced_key: str = "") -> None:
    try:
        # The key is what the storage returns, so there is none to check yet.
        document.full_clean(exclude=["s3_key"])
        document.commit_file()
    except ValidationError as error:
        raise _in_words(document, error) from error
    except STORAGE_ERRORS as error:
        raise StoreUnavailable(_STORE_DOWN) from error
    try:
        _save_pending(document, new_key=document.s3_key, replaced_key=replaced_key)
    except IntegrityError as error:
        # Two people uploaded the same file at the same moment; the other one was faster.
        existing = find_duplicate(document.solution, document.content_hash)
        if existing is None:
            raise
        raise DuplicateDocument(existing) from error


def _in_words(document: Document, error: ValidationError) -> LibraryError:
    """What the model refused: a file that came in twice meanwhile, an unreachable store, or a bad field."""
    if existing := find_duplicate(document.solution, document.content_hash):
        return DuplicateDocument(existing)
    kind = StoreUnavailable if NON_FIELD_ERRORS in error.message_dict else LibraryError
    return kind(" ".join(error.messages))


def _save_pending(document: Document, *, new_key: str, replaced_key: str) -> None:
    document.embedding_status = EmbeddingStatus.PENDING
    document.embedding_error = ""
    try:
        with transaction.atomic():
            document.save()
            document_content_changed.send(sender=Document, instance=document)
            if replaced_key:
                reason = _("“%(title)s” was replaced by a new file.") % {"title": document.title}
                source_content_changed.send(sender=Document, instance=document, reason=reason, url="")
            if replaced_key and replaced_key != new_key:
                transaction.on_commit(partial(delete_objects, [replaced_key]))
    except BaseException:
        # The row did not come to be, so nothing must point at the file: take it back.
        delete_objects([new_key])
        raise
