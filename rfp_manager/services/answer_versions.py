"""The history of an answer: what it said at each version, and what was typed on the way to one."""

from datetime import timedelta

from django.utils import timezone

from rfp_manager.models import Answer, AnswerVersion
from rfp_manager.services.outdated import LOOKED_AT

# What one person's autosaves are one version for.
TYPING = timedelta(hours=1)


def save_version(answer: Answer, *, autosaved: bool = False, typed_on: bool = False) -> None:
    """Count the version up, save the answer and keep what it says in its history; an approval ends with it.

    `typed_on`: it is what the same person typed next, and what was saved by itself before gives way to it.
    """
    if typed_on and answer.pk and answer.edited_by:
        answer.versions.filter(
            version=answer.version,
            autosaved=True,
            edited_by=answer.edited_by,
            created_at__gte=timezone.now() - TYPING,
        ).delete()
    answer.version += 1
    answer.approved_by = answer.approved_at = None
    if not autosaved:
        for name, value in LOOKED_AT.items():
            setattr(answer, name, value)
    answer.save()
    AnswerVersion.objects.create(
        answer=answer,
        version=answer.version,
        text=answer.text,
        choice=answer.choice,
        missing=answer.missing,
        status=answer.status,
        confidence=answer.confidence,
        origin=answer.origin,
        parts=answer.parts,
        edited_by=answer.edited_by,
        autosaved=autosaved,
    )
