"""What library answers are based on: kept with them, and a mark when it changes or goes.

A deletion may be undone, and then its mark goes: marks are told apart by their moments, as those of RFP answers are.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import TypeVar

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from solution_library.models import AnswerSource, Document, LibraryAnswer, SourceMark

Source = Document | LibraryAnswer
ValueT = TypeVar("ValueT")


def keep_sources(entry: LibraryAnswer, *, documents: Iterable[int], answers: Iterable[int]) -> None:
    """Note what the entry is based on, by primary keys, instead of what was noted before."""
    wanted = {("document_id", pk) for pk in documents}
    wanted |= {("library_answer_id", pk) for pk in answers if pk != entry.pk}
    with transaction.atomic():
        for source in entry.sources.select_for_update():
            named = (
                ("document_id", source.document_id)
                if source.document_id
                else ("library_answer_id", source.library_answer_id)
            )
            if named in wanted:
                wanted.remove(named)
            else:
                source.delete()
        AnswerSource.objects.bulk_create(
            AnswerSource(entry=entry, **{name: pk}) for name, pk in sorted(wanted)
        )


def mark_entry(entry: LibraryAnswer, *, moment: datetime, reason: str, url: str = "") -> None:
    """Mark one entry whose origin was marked when it was kept: which of the sources it was is not known there."""
    source = entry.sources.order_by("pk").first() or AnswerSource.objects.create(entry=entry)
    SourceMark.objects.create(source=source, moment=moment, reason=reason[:700], url=url[:500])


def mark_entries_based_on(
    reasons: Mapping[Source, str], *, moment: datetime | None = None, url: str = ""
) -> int:
    """Mark every library answer that is based on one of these rows, each with its reason; returns how many marks.

    The same few queries for one row and for the thousands of pages of a site.
    """
    moment = moment or timezone.now()
    marks = []
    for field, by_id in _by_field(reasons).items():
        for source in AnswerSource.objects.filter(**{f"{field}__in": by_id}):
            reason = by_id[getattr(source, field)]
            marks.append(SourceMark(source=source, moment=moment, reason=reason[:700], url=url[:500]))
    return len(SourceMark.objects.bulk_create(marks, batch_size=500))


def unmark_entries_based_on(moments: Mapping[Source, datetime]) -> None:
    """Take the marks away that were set for these rows in those moments: what happened to them then is undone."""
    for field, by_id in _by_field(moments).items():
        marks = SourceMark.objects.filter(moment__in=set(by_id.values()), **{f"source__{field}__in": by_id})
        undone = [
            pk
            for pk, row, moment in marks.values_list("pk", f"source__{field}", "moment")
            if by_id[row] == moment
        ]
        SourceMark.objects.filter(pk__in=undone).delete()


def keep_as_it_is(entry: LibraryAnswer) -> bool:
    """Somebody has looked, and the entry is still right. False when it was not marked."""
    with transaction.atomic():
        deleted, _ = SourceMark.objects.filter(source__entry=entry).delete()
        # Of what is gone for good nothing can be heard any more.
        entry.sources.filter(Q(document=None) & Q(library_answer=None)).delete()
    return bool(deleted)


def with_marks(entries: Sequence[LibraryAnswer]) -> list[LibraryAnswer]:
    """The entries, each with its newest `mark` or None; one query."""
    newest: dict[int, SourceMark] = {}
    marks = SourceMark.objects.filter(source__entry__in=entries).select_related("source")
    for mark in marks.order_by("moment", "pk"):
        newest[mark.source.entry_id] = mark
    for entry in entries:
        entry.mark = newest.get(entry.pk)  # type: ignore[attr-defined]
    return list(entries)


def _by_field(rows: Mapping[Source, ValueT]) -> dict[str, dict[int, ValueT]]:
    return {
        "document_id": {row.pk: value for row, value in rows.items() if isinstance(row, Document)},
        "library_answer_id": {row.pk: value for row, value in rows.items() if isinstance(row, LibraryAnswer)},
    }
