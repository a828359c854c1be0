"""The life of a library document: taken in, queued for embedding, deleted."""

import hashlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import PurePosixPath

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy

from core.models import User
from core.storage import STORAGE_ERRORS, delete_objects
from core.uploads import check_size, check_upload, clean_filename
from solution_library.exceptions import DuplicateDocument, LibraryError, StoreUnavailable
from solution_library.models import (
    Document,
    DocumentEmbedding,
    EmbeddingStatus,
    Solution,
)
from solution_library.models.document import DOCUMENT_EXTENSIONS
from solution_library.signals import NUDGED_AT_ONCE, document_content_changed

_STORE_DOWN = gettext_lazy("The file store does not answer. Nothing was stored; try again in a moment.")


def upload_document(
    *, solution: Solution, upload: UploadedFile, owner: User | None, title: str = ""
) -> Document:
    """Check a file, store it and put it in the queue for embedding.

    Raises UploadRefused, DuplicateDocument or LibraryError; neither row nor file is left then.
    """
    filename = checked_name(upload)
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


def delete_document(document: Document) -> None:
    """Delete the row at once, its file and its chunks' texts when that is committed.

    For good: people delete by `services.deletions.trash`, which can be undone.
    """
    delete_documents(Document.objects.filter(pk=document.pk))


def delete_documents(documents: QuerySet[Document]) -> int:
    """Delete documents with their files and chunk texts; returns how many."""
    with transaction.atomic():
        rows = list(documents.order_by().values_list("pk", "s3_key", "replaced_key"))
        found = [pk for pk, *_keys in rows]
        chunks = DocumentEmbedding.objects.filter(document__in=found)
        files = [key for _pk, *keys in rows for key in keys if key]
        keys = [*files, *chunks.order_by().values_list("chunk_s3_key", flat=True).distinct()]
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


def checked_name(upload: UploadedFile) -> str:
    """The name to keep a file under, once size, kind and content are found good. Raises UploadRefused."""
    filename = clean_filename(upload.name or "")
    check_size(upload.size or 0)
    upload.seek(0)
    check_upload(upload.read(), filename=filename, allowed=DOCUMENT_EXTENSIONS)
    return filename


def commit_upload(document: Document) -> None:
    """Hand the new file of a document that is not saved yet to the store. Raises DuplicateDocument, LibraryError."""
    try:
        # The key is what the storage returns, so there is none to check yet.
        document.full_clean(exclude=["s3_key"])
        document.commit_file()
    except ValidationError as error:
        raise _in_words(document, error) from error
    except STORAGE_ERRORS as error:
        raise StoreUnavailable(_STORE_DOWN) from error


def _store(document: Document) -> None:
    commit_upload(document)
    with naming_duplicates(document), taking_back(document.s3_key), transaction.atomic():
        document.save()
        document_content_changed.send(sender=Document, instance=document)


@contextmanager
def taking_back(key: str) -> Iterator[None]:
    """Delete a stored file when the row that was to have it does not come to be: nothing points at it then."""
    try:
        yield
    except BaseException:
        delete_objects([key])
        raise


@contextmanager
def naming_duplicates(document: Document) -> Iterator[None]:
    """Two people brought the same file at the same moment, and the other one was faster: raises DuplicateDocument."""
    try:
        yield
    except IntegrityError as error:
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
