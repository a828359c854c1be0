"""Answers whose sources have changed: marked for another look, and kept when somebody has looked.

An answer shows its newest mark and keeps those that it covers, because a deletion may be undone: then its
mark goes, and what it covered is shown again. Marks are told apart by their moments.
"""

from collections.abc import Callable, Collection, Iterable, Mapping
from datetime import datetime
from typing import Any, NamedTuple

from django.db import transaction
from django.utils import timezone

from rfp_manager.models import RFP, Answer, Citation, Question
from rfp_manager.services.tidings import tell_outdated
from solution_library.models import Document, LibraryAnswer
from solution_library.services.deletions import deletion_reason

# What the mark is set to once somebody looked, saved or approved.
LOOKED_AT: dict[str, Any] = {
    "outdated_at": None,
    "outdated_reason": "",
    "outdated_url": "",
    "outdated_earlier": [],
}
# So many covered marks are kept: who has not looked for that long sees enough to look at.
_MOST_COVERED = 20
_FIELDS: tuple[tuple[str, type[Document | LibraryAnswer]], ...] = (
    ("document", Document),
    ("library_answer", LibraryAnswer),
)


class _Mark(NamedTuple):
    moment: datetime
    reason: str
    url: str = ""


def mark_answers_citing(
    cited: Document | LibraryAnswer, *, reason: str, url: str = "", moment: datetime | None = None
) -> int:
    """Mark every answer, in whatever RFP and state, that cites this document or library answer; how many."""
    field = "document" if isinstance(cited, Document) else "library_answer"
    citing = Citation.objects.filter(**{field: cited}).order_by().values_list("answer", flat=True).distinct()
    mark = _Mark(moment or timezone.now(), reason[:700], url[:500])
    return _add_marks(dict.fromkeys(citing, mark))


def mark_answer(answer: Answer, *, reason: str) -> None:
    """Mark one answer: what it cites changed before anybody could know that it does."""
    _add_marks({answer.pk: _Mark(timezone.now(), reason[:700])})


def mark_answers_citing_deleted(reasons: Mapping[Document | LibraryAnswer, str], *, moment: datetime) -> int:
    """Mark every answer that cites one of these rows, each with the reason of one that it cites; how many.

    The same few queries for one row and for the thousands of pages of a site.
    """
    marked = 0
    for field, kind in _FIELDS:
        by_id = {row.pk: reason for row, reason in reasons.items() if isinstance(row, kind)}
        cited = Citation.objects.filter(**{f"{field}__in": by_id}).order_by("answer", "-sentence_index")
        # Of several it is the one that the answer cites first.
        found = dict(cited.values_list("answer", field))
        marked += _add_marks({pk: _Mark(moment, by_id[row][:700]) for pk, row in found.items()})
    return marked


def unmark_answers_citing_restored(
    moments: Mapping[Document | LibraryAnswer, datetime], *, reason: str = ""
) -> int:
    """Take the marks away that were set when these rows were deleted or replaced, in those moments; how many answers.

    A mark stays, and says so, where the answer cites something else that was deleted in the same moment and is not
    back. With a `reason`, answers without such a mark get one: they were looked at in between.
    The same few queries however many rows.
    """
    undone: dict[int, set[datetime]] = {}
    for field, kind in _FIELDS:
        by_id = {row.pk: moment for row, moment in moments.items() if isinstance(row, kind)}
        cited = Citation.objects.filter(**{f"{field}__in": by_id})
        if not reason:
            cited = cited.filter(answer__outdated_at__isnull=False)
        for answer, row in cited.order_by().values_list("answer", field):
            undone.setdefault(answer, set()).add(by_id[row])
    left = _still_deleted(undone, set(moments.values()))

    def settle(pk: int, marks: list[_Mark]) -> Iterable[_Mark]:
        for mark in marks:
            if mark.moment not in undone[pk]:
                yield mark
            elif other := left.get((pk, mark.moment)):
                yield mark._replace(reason=other)
        if reason and undone[pk].isdisjoint(mark.moment for mark in marks):
            yield _Mark(timezone.now(), reason[:700])

    return _change_marks(undone, settle)


def keep_answer(question: Question) -> bool:
    """Somebody has looked, and the answer is still right. False when it was not marked."""
    return bool(Answer.objects.filter(question=question, outdated_at__isnull=False).update(**LOOKED_AT))


def _still_deleted(
    answers: Collection[int], moments: Collection[datetime]
) -> dict[tuple[int, datetime], str]:
    """Of these answers and moments: why the mark stays, which is what of that moment the answer cites first."""
    found: dict[tuple[int, datetime], str] = {}
    for field, _kind in _FIELDS:
        cited = Citation.objects.filter(answer__in=answers, **{f"{field}__deleted_at__in": moments})
        for citation in cited.select_related(field).order_by("answer", "-sentence_index"):
            row = citation.document if field == "document" else citation.library_answer
            # A page that was gone from its site before it was deleted set no mark.
            if isinstance(row, Document) and row.retired_at != row.deleted_at:
                continue
            if row and row.deleted_at:
                found[citation.answer_id, row.deleted_at] = deletion_reason(row)[:700]
    return found


def _add_marks(marks: Mapping[int, _Mark]) -> int:
    marked = _change_marks(marks, lambda pk, earlier: [*earlier[-_MOST_COVERED:], marks[pk]])
    if marked:
        rfps = RFP.objects.filter(questions__answer__in=list(marks)).select_related("owner").distinct()
        tell_outdated(rfps)
    return marked


def _change_marks(answers: Collection[int], change: Callable[[int, list[_Mark]], Iterable[_Mark]]) -> int:
    """Give each answer the marks that `change` makes of those that it has, oldest first; how many answers."""
    with transaction.atomic():
        rows = Answer.objects.filter(pk__in=answers).order_by("pk").select_for_update().only(*LOOKED_AT)
        found = list(rows)
        for answer in found:
            _write(answer, list(change(answer.pk, _read(answer))))
        Answer.objects.bulk_update(found, list(LOOKED_AT), batch_size=500)
    return len(found)


def _read(answer: Answer) -> list[_Mark]:
    if answer.outdated_at is None:
        return []
    earlier = [
        _Mark(datetime.fromisoformat(moment), reason, url) for moment, reason, url in answer.outdated_earlier
    ]
    return [*earlier, _Mark(answer.outdated_at, answer.outdated_reason, answer.outdated_url)]


def _write(answer: Answer, marks: list[_Mark]) -> None:
    if not marks:
        for name, value in LOOKED_AT.items():
            setattr(answer, name, value)
        return
    *earlier, newest = marks
    answer.outdated_at, answer.outdated_reason, answer.outdated_url = newest
    answer.outdated_earlier = [[mark.moment.isoformat(), mark.reason, mark.url] for mark in earlier]
