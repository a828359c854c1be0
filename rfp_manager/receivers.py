"""What RFPs do when something happens elsewhere.

Team changes go to the audit log: they are made on the team page, over the API and in the admin's
inlines alike, so the log listens to the rows themselves. When a source of the library changes, the
answers that cite it are marked for another look.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db.models.signals import post_delete, post_save

from core.audit import record_event
from rfp_manager.models import RFPMembership
from rfp_manager.services.outdated import (
    mark_answers_citing,
    mark_answers_citing_deleted,
    unmark_answers_citing_restored,
)
from solution_library.models import Document, LibraryAnswer
from solution_library.signals import source_content_changed, sources_deleted, sources_restored


def connect() -> None:
    post_save.connect(record_saved_member, sender=RFPMembership, dispatch_uid="audit_team_saved")
    post_delete.connect(record_removed_member, sender=RFPMembership, dispatch_uid="audit_team_removed")
    source_content_changed.connect(mark_outdated_answers, dispatch_uid="rfp_outdated_answers")
    sources_deleted.connect(mark_answers_left, dispatch_uid="rfp_answers_of_deleted_sources")
    sources_restored.connect(unmark_answers_left, dispatch_uid="rfp_answers_of_restored_sources")


def mark_outdated_answers(
    *,
    instance: Document | LibraryAnswer,
    reason: str,
    url: str,
    moment: datetime | None = None,
    **_: Any,
) -> None:
    mark_answers_citing(instance, reason=reason, url=url, moment=moment)


def mark_answers_left(*, reasons: Mapping[Document | LibraryAnswer, str], moment: datetime, **_: Any) -> None:
    mark_answers_citing_deleted(reasons, moment=moment)


def unmark_answers_left(
    *, moments: Mapping[Document | LibraryAnswer, datetime], reason: str = "", **_: Any
) -> None:
    unmark_answers_citing_restored(moments, reason=reason)


def record_saved_member(instance: RFPMembership, created: bool, **kwargs: Any) -> None:
    _record("team.added" if created else "team.changed", instance)


def record_removed_member(instance: RFPMembership, **kwargs: Any) -> None:
    _record("team.removed", instance)


def _record(action: str, member: RFPMembership) -> None:
    record_event(
        action,
        target=member.user,
        detail={"rfp": member.rfp_id, "title": member.rfp.title, "role": member.role},
    )
