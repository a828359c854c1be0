"""The pages of a documentation site as documents: stored, found unchanged, replaced, retired, back again."""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from core.storage import delete_objects, scraped_key, write_text
from core.uploads import clean_filename
from solution_library.models import (
    Document,
    DocumentationSource,
    DocumentEmbedding,
    EmbeddingStatus,
    ScrapedPage,
    SourceSync,
    SourceSyncEntry,
)
from solution_library.signals import document_content_changed, source_content_changed, sources_restored

Fence = Callable[[], None]
Change = SourceSyncEntry.Change
# What a newly read text changes of its row.
_TEXT_FIELDS = [
    "title",
    "s3_key",
    "file_type",
    "file_size",
    "content_hash",
    "retired_at",
    "deleted_at",
    "deleted_hash",
    "embedding_status",
    "embedding_error",
    "updated_at",
]


@dataclass(frozen=True)
class PageText:
    """A page as it was read: its text, and what the site said about it."""

    url: str
    filename: str
    title: str
    text: str
    etag: str = ""
    last_modified: str = ""
    links: Sequence[str] = ()

    @property
    def digest(self) -> str:
        return hashlib.sha256(self.text.encode()).hexdigest()


def store_scraped_page(
    source: DocumentationSource, page: PageText, *, sync: SourceSync | None = None, fence: Fence | None = None
) -> tuple[Document, Change | None]:
    """Keep a page as Markdown under `scraped/{source_id}/`; returns its document and what happened to it.

    None: it is known by its address and unchanged, and nothing is stored or embedded. Otherwise its row, its
    entry in the report and the request for embedding are one transaction, behind the fence. The text
    before a change is kept for the report; without a report it goes. Raises StorageError; what was
    known about the page is kept then.
    """
    document = Document.objects.filter(source=source, url=page.url).first()
    if document and not document.retired_at and document.content_hash == page.digest:
        _remember_answer(document, page)
        return document, None
    change = Change.CHANGED if document and not document.retired_at else Change.ADDED
    old_key = document.s3_key if document else ""
    new_key = write_text(scraped_key(source.pk, clean_filename(page.filename)), page.text)
    document = document or Document(source=source, solution=source.solution, url=page.url)
    try:
        with transaction.atomic():
            if fence:
                fence()
            _save_text(document, page, new_key)
            _remember_answer(document, page)
            if sync:
                entry = _record(sync, document, change, old_key=old_key, new_key=new_key)
                if change is Change.CHANGED:
                    _tell(
                        document,
                        entry,
                        _("“%(title)s” has changed on %(name)s.")
                        % {"title": document.title, "name": source.name},
                    )
            elif old_key:
                transaction.on_commit(partial(delete_objects, [old_key]))
            document_content_changed.send(sender=Document, instance=document)
    except BaseException:
        # The row did not come to be, so nothing must point at the text: take it back.
        delete_objects([new_key])
        raise
    return document, change


def retire_page(document: Document, *, sync: SourceSync, note: str, fence: Fence | None = None) -> None:
    """Take a page that is gone from its site out of search; its text and its row stay for those who cited it."""
    chunks = DocumentEmbedding.objects.filter(document=document)
    with transaction.atomic():
        if fence:
            fence()
        keys = list(chunks.order_by().values_list("chunk_s3_key", flat=True).distinct())
        chunks.delete()
        # No content hash: an embedding of it that is under way finds that it is not wanted any more.
        Document.objects.filter(pk=document.pk).update(
            retired_at=timezone.now(),
            content_hash="",
            embedded_hash="",
            chunk_count=0,
            embedding_status=EmbeddingStatus.EMBEDDED,
            embedding_error="",
            updated_at=timezone.now(),
        )
        entry = _record(sync, document, Change.REMOVED, old_key=document.s3_key, note=note)
        _tell(
            document,
            entry,
            _("“%(title)s” is no longer on %(name)s.") % {"title": document.title, "name": sync.source.name},
        )
        transaction.on_commit(partial(delete_objects, keys))


def record_unread_page(sync: SourceSync, *, url: str, document: Document | None, reason: str) -> None:
    """Note in the report that a page could not be read; what is known of it stays as it was."""
    SourceSyncEntry.objects.get_or_create(
        sync=sync,
        url=url[:1000],
        defaults={
            "document": document,
            "change": Change.FAILED,
            "title": document.title if document else "",
            "note": reason[:500],
        },
    )


def forget_answers(source: DocumentationSource) -> None:
    """Have the next sync read every page anew: which links were kept of them depends on the source's scope."""
    ScrapedPage.objects.filter(document__source=source).update(etag="", last_modified="")


def _save_text(document: Document, page: PageText, key: str) -> None:
    document.title = (page.title or page.filename)[:500]
    document.s3_key = key
    document.file_type, document.file_size = "md", len(page.text.encode())
    document.content_hash = page.digest
    # Also a page that somebody deleted: its site still has it.
    deleted_at, same = document.deleted_at, document.deleted_hash == page.digest
    document.retired_at = document.deleted_at = None
    document.deleted_hash = ""
    document.embedding_status, document.embedding_error = EmbeddingStatus.PENDING, ""
    # Of a page that is known, tags, owner and review date may have been changed since it was read.
    document.save(update_fields=None if document._state.adding else _TEXT_FIELDS)
    if deleted_at and same:
        sources_restored.send(sender=Document, moments={document: deleted_at})


def _remember_answer(document: Document, page: PageText) -> None:
    values = {"etag": page.etag, "last_modified": page.last_modified, "links": list(page.links)}
    known = ScrapedPage.objects.filter(document=document)
    if not known.filter(**values).exists() and not known.update(**values):
        ScrapedPage.objects.create(document=document, **values)


def _record(
    sync: SourceSync,
    document: Document,
    change: Change,
    *,
    old_key: str = "",
    new_key: str = "",
    note: str = "",
) -> SourceSyncEntry:
    """The page's entry in the report; a sync that is run again finds the one of its first run."""
    entry, _ = SourceSyncEntry.objects.update_or_create(
        sync=sync,
        url=document.url,
        defaults={
            "document": document,
            "change": change,
            "title": document.title,
            "note": note,
            "new_key": new_key,
        },
        create_defaults={
            "document": document,
            "change": change,
            "title": document.title,
            "note": note,
            "old_key": old_key,
            "new_key": new_key,
        },
    )
    return entry


def _tell(document: Document, entry: SourceSyncEntry, reason: str) -> None:
    source_content_changed.send(
        sender=Document, instance=document, reason=reason, url=entry.get_absolute_url()
    )
