"""Answers whose sources have changed: marked for another look, and kept when somebody has looked."""

from collections.abc import Mapping
from typing import Any

from django.utils import timezone

from rfp_manager.models import RFP, Answer, Citation, Question
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


def mark_answers_citing_deleted(reasons: Mapping[Document | LibraryAnswer, str]) -> int:
    """Mark every answer that cites one of these rows, each with the reason of one that it cites; how many.

    The same few queries for one row and for the thousands of pages of a site.
    """
    marked = 0
    for field, kind in (("document", Document), ("library_answer", LibraryAnswer)):
        by_id = {row.pk: reason for row, reason in reasons.items() if isinstance(row, kind)}
        cited = Citation.objects.filter(**{f"{field}__in": by_id}).order_by("answer", "-sentence_index")
        # Of several it is the one that the answer cites first.
        found = dict(cited.values_list("answer", field))
        now = timezone.now()
        Answer.objects.bulk_update(
            [
                Answer(pk=pk, outdated_at=now, outdated_reason=by_id[row][:700], outdated_url="")
                for pk, row in found.items()
            ],
            list(LOOKED_AT),
            batch_size=500,
        )
        marked += len(found)
        if found:
            rfps = RFP.objects.filter(questions__answer__in=found).select_related("owner").distinct()
            tell_outdated(rfps)
    return marked


def keep_answer(question: Question) -> bool:
    """Somebody has looked, and the answer is still right. False when it was not marked."""
    return bool(Answer.objects.filter(question=question, outdated_at__isnull=False).update(**LOOKED_AT))
