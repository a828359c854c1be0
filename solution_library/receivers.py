"""What other programs hear of the library: that a source is not what it was."""

from typing import Any

from solution_library.models import Document, LibraryAnswer
from solution_library.signals import source_content_changed
from themis.services.webhook_events import publish_event


def connect() -> None:
    source_content_changed.connect(publish_changed_source, dispatch_uid="webhook_source_changed")


def publish_changed_source(*, instance: Document | LibraryAnswer, url: str, **_: Any) -> None:
    """Without the signal's reason, which may quote a title."""
    kind = instance._meta.label_lower
    publish_event(
        "source.changed",
        data={"kind": kind, "id": instance.pk, "url": url or instance.get_absolute_url()},
    )
