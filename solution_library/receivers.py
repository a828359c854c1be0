"""What happens when a source is not what it was: other programs hear of it, and library answers are marked."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from solution_library.models import Document, LibraryAnswer
from solution_library.services.answer_sources import mark_entries_based_on, unmark_entries_based_on
from solution_library.signals import source_content_changed, sources_deleted, sources_restored
from themis.services.webhook_events import EventData, publish_event, publish_events

EVENT = "source.changed"


def connect() -> None:
    source_content_changed.connect(publish_changed_source, dispatch_uid="webhook_source_changed")
    sources_deleted.connect(publish_deleted_sources, dispatch_uid="webhook_sources_deleted")
    sources_restored.connect(publish_restored_sources, dispatch_uid="webhook_sources_restored")
    source_content_changed.connect(mark_entries, dispatch_uid="library_source_changed")
    sources_deleted.connect(mark_entries_left, dispatch_uid="library_sources_deleted")
    sources_restored.connect(unmark_entries, dispatch_uid="library_sources_restored")


def mark_entries(
    *, instance: Document | LibraryAnswer, reason: str, url: str, moment: datetime | None = None, **_: Any
) -> None:
    mark_entries_based_on({instance: reason}, moment=moment, url=url)


def mark_entries_left(*, reasons: Mapping[Document | LibraryAnswer, str], moment: datetime, **_: Any) -> None:
    mark_entries_based_on(reasons, moment=moment)


def unmark_entries(*, moments: Mapping[Document | LibraryAnswer, datetime], **_: Any) -> None:
    unmark_entries_based_on(moments)


def publish_changed_source(*, instance: Document | LibraryAnswer, url: str, **_: Any) -> None:
    """Without the signal's reason, which may quote a title."""
    publish_event(EVENT, data=_data(instance, url))


def publish_deleted_sources(*, reasons: Iterable[Document | LibraryAnswer], **_: Any) -> None:
    publish_events(EVENT, [_data(row) for row in reasons])


def publish_restored_sources(*, moments: Iterable[Document | LibraryAnswer], **_: Any) -> None:
    """Who heard that they were gone hears that they are back."""
    publish_events(EVENT, [_data(row) for row in moments])


def _data(row: Document | LibraryAnswer, url: str = "") -> EventData:
    return {"kind": row._meta.label_lower, "id": row.pk, "url": url or row.get_absolute_url()}
