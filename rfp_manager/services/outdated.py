"""Answers whose sources have changed: marked for another look, and kept when somebody has looked."""

from typing import Any

from django.utils import timezone

from rfp_manager.models import RFP, Answer, Question
from rfp_manager.services.tidings import tell_outdated
from solution_library.models import Document, LibraryAnswer

# What the mark is set to once somebody looked, saved or approved.
LOOKED_AT: dict[str, Any] = {"outdated_at": None, "outdated_reason": "", "outdated_url": ""}


def mark_answers_citing(cited: Document | LibraryAnswer, *, reason: str, url: str = "") -> int:
    """Mark every answer, in whatever RFP and state, that cites this document or library answer; how many."""
    by = "citations__document" if isinstance(cited, Document) else "citations__library_answer"
    citing = Answer.objects.filter(**{by: cited}).values("pk")
    marked = Answer.objects.filter(pk__in=citing).update(
        outdated_at=timezone.now(), outdated_reason=reason[:700], outdated_url=url[:500]
    )
    if marked:
        rfps = RFP.objects.filter(questions__answer__in=citing).select_related("owner").distinct()
        tell_outdated(rfps)
    return marked


def keep_answer(question: Question) -> bool:
    """Somebody has looked, and the answer is still right. False when it was not marked."""
    return bool(Answer.objects.filter(question=question, outdated_at__isnull=False).update(**LOOKED_AT))
