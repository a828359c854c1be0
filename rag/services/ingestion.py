"""Files from disk into the library, embedded before the call returns: for commands and scripts."""

from collections import deque
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils import timezone

from core import jobs
from core.exceptions import SpelunkerError
from core.jobs import JobError
from core.models import Organization
from rag.services.preparing_ahead import AT_MOST
from rag.services.queueing import enqueue_document_embedding
from solution_library.exceptions import DuplicateDocument, LibraryError, StoreUnavailable
from solution_library.models import Document, EmbeddingStatus, Solution
from solution_library.models.document import DOCUMENT_EXTENSIONS
from solution_library.services.documents import (
    content_digest,
    find_duplicate,
    request_embedding,
    upload_document,
)

Outcome = Literal["added", "unchanged", "failed"]


@dataclass(frozen=True)
class IngestedFile:
    """What became of one file; `message` is the reason when it failed."""

    path: Path
    outcome: Outcome
    message: str = ""
    chunks: int = 0


@dataclass(frozen=True)
class FoundFiles:
    """The files to take in, each once, and how many in the folders are of kinds that nobody reads."""

    files: tuple[Path, ...]
    passed_over: int


def find_files(paths: Sequence[Path]) -> FoundFiles:
    """The files among `paths` as they are, and of folders, at any depth, those that are documents.

    Hidden files and folders are left alone. Raises LibraryError for a path that does not exist.
    """
    files: dict[Path, None] = {}
    passed_over = 0
    for path in paths:
        if not path.exists():
            raise LibraryError(f"There is no file or folder {path}. Check the name.")
        if not path.is_dir():
            files[path] = None
            continue
        for found in sorted(path.rglob("*")):
            if not found.is_file() or any(part.startswith(".") for part in found.relative_to(path).parts):
                continue
            if found.suffix.lower().lstrip(".") in DOCUMENT_EXTENSIONS:
                files[found] = None
            else:
                passed_over += 1
    return FoundFiles(tuple(files), passed_over)


def find_or_create_solution(*, vendor: str, name: str) -> Solution:
    """The vendor's solution, made with its vendor when missing. Raises LibraryError for unusable names."""
    vendor, name = " ".join(vendor.split()), " ".join(name.split())
    ours = Organization.objects.vendors().filter(name__iexact=vendor)
    known = Solution.objects.filter(vendor__in=ours, name__iexact=name).order_by("pk").first()
    if known:
        return known
    try:
        organization = ours.order_by("pk").first() or Organization(name=vendor, kind=Organization.Kind.VENDOR)
        solution = Solution(vendor=organization, name=name)
        organization.full_clean()
        solution.full_clean(exclude=["vendor"])
    except ValidationError as error:
        raise LibraryError(f"Vendor or solution cannot be named so: {' '.join(error.messages)}") from error
    if organization.pk is None:
        organization.save()
    solution.save()
    return solution


@contextmanager
def solution_for(*, vendor: str, name: str) -> Iterator[Solution]:
    """As `find_or_create_solution`; what was made and has got no document by the end goes again."""
    started = timezone.now()
    solution = find_or_create_solution(vendor=vendor, name=name)
    try:
        yield solution
    finally:
        if solution.created_at >= started and not solution.documents.exists():
            organization = solution.vendor
            solution.delete()
            if organization.created_at >= started and not organization.solutions.exists():
                organization.delete()


@dataclass(frozen=True)
class _StoredFile:
    """A file whose document waits to be embedded."""

    path: Path
    document: Document
    outcome: Outcome


def ingest_files(files: Sequence[Path], *, solution: Solution) -> Iterator[IngestedFile]:
    """Take in one file after the other, each embedded when it is yielded.

    While one is embedded the next ones are stored already, so that they can be prepared meanwhile. A file that
    cannot be taken in is yielded with its reason, and the next one follows. Raises StoreUnavailable, since with
    the file store down the others would fail too.
    """
    ahead: deque[_StoredFile | IngestedFile] = deque()
    for path in files:
        try:
            stored = _store_file(path, solution)
        except StoreUnavailable:
            yield from map(_finish, ahead)
            raise
        ahead.append(stored)
        if len(ahead) > AT_MOST:
            yield _finish(ahead.popleft())
    yield from map(_finish, ahead)


def _store_file(path: Path, solution: Solution) -> _StoredFile | IngestedFile:
    """Upload it, unless the solution has it; raises StoreUnavailable, other failures are the file's."""
    try:
        with path.open("rb") as file:
            upload = UploadedFile(file=file, name=path.name, size=path.stat().st_size)
            known = find_duplicate(solution, content_digest(upload)) if upload.size else None
            if known is not None:
                return _StoredFile(path, known, "unchanged")
            try:
                document = upload_document(solution=solution, upload=upload, owner=None)
            except DuplicateDocument as error:
                return _StoredFile(path, error.existing, "unchanged")
            return _StoredFile(path, document, "added")
    except StoreUnavailable:
        raise
    except SpelunkerError as error:
        return IngestedFile(path, "failed", str(error))
    except OSError as error:
        reason = error.strerror or "it cannot be opened"
        return IngestedFile(path, "failed", f"The file cannot be read ({reason}). Check its permissions.")


def _finish(stored: _StoredFile | IngestedFile) -> IngestedFile:
    """Embed it, unless it failed before."""
    if isinstance(stored, IngestedFile):
        return stored
    outcome = stored.outcome
    try:
        if _embed_now(stored.document):
            # What an earlier attempt could not embed is new to search.
            outcome = "added"
    except StoreUnavailable:
        raise
    except SpelunkerError as error:
        return IngestedFile(stored.path, "failed", str(error))
    return IngestedFile(stored.path, outcome, chunks=stored.document.chunk_count)


def _embed_now(document: Document) -> bool:
    """Have the document embedded on return; False when it was already. Raises JobError with the reason if not."""
    document.refresh_from_db()
    if document.embedding_status == EmbeddingStatus.EMBEDDED:
        return False
    if document.embedding_status == EmbeddingStatus.FAILED:
        request_embedding([document])
    jobs.finish_now(enqueue_document_embedding(document))
    document.refresh_from_db()
    if document.embedding_status != EmbeddingStatus.EMBEDDED:
        raise JobError("The document was changed while it was being embedded. Run the command again.")
    return True
