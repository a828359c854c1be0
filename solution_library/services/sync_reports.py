"""The report of a sync: opened, closed with its counts, told in words, compared, and pruned in time."""

import difflib
from collections import Counter
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from functools import partial
from uuid import UUID

from django.db import transaction
from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core.differences import Piece, compare_words
from core.storage import delete_objects, read_text
from solution_library.models import Document, DocumentationSource, SourceSync, SourceSyncEntry
from solution_library.models.document import LATELY
from solution_library.scraping.crawl import Crawl

Status = DocumentationSource.SyncStatus
REPORTS_KEPT = 20
_CONTEXT_LINES = 3
_MAX_LINES = 4000
# Words are compared in so much changed text of one page: past that the page would be waited for.
_MOST_LETTERS = 60_000


def open_report(source: DocumentationSource, job_id: UUID | None) -> SourceSync:
    """A new report, or the one that an earlier run of the same job began."""
    report = SourceSync.objects.filter(job_id=job_id).first() if job_id else None
    if report is None:
        report = SourceSync.objects.create(source=source, job_id=job_id)
    else:
        report.state, report.error, report.finished_at = SourceSync.State.RUNNING, "", None
        report.save(update_fields=["state", "error", "finished_at"])
    report.source = source
    DocumentationSource.objects.filter(pk=source.pk).update(sync_status=Status.RUNNING, sync_error="")
    return report


def close_report(
    report: SourceSync,
    *,
    seen: Collection[str],
    not_modified: int,
    walk: Crawl,
    duplicates: int,
    without_text: int,
    requests: int,
    received: int,
    withheld: int = 0,
    fence: Callable[[], None] | None = None,
) -> None:
    """Count, write the report, and say on the source how it went."""
    changes = report.entries.order_by().values_list("change").annotate(Count("pk"))
    counts: Counter[str] = Counter(dict(changes))
    now = timezone.now()
    report.state, report.finished_at = SourceSync.State.DONE, now
    report.added, report.changed = counts["added"], counts["changed"]
    report.removed, report.failed = counts["removed"], counts["failed"]
    report.unchanged = max(0, len(seen) - report.added - report.changed)
    report.not_modified, report.withheld = not_modified, withheld
    report.requests, report.received_bytes = requests, received
    report.notes = _notes(walk, duplicates, without_text)
    source = report.source
    with transaction.atomic():
        if fence:
            fence()
        report.save()
        DocumentationSource.objects.filter(pk=source.pk).update(
            sync_status=Status.SYNCED,
            sync_error="",
            last_synced_at=now,
            next_sync_at=source.next_sync_after(now),
            last_report={
                name: getattr(report, name)
                for name in ("added", "changed", "removed", "unchanged", "not_modified", "failed", "withheld")
            },
        )


def fail_report(report: SourceSync, reason: str) -> None:
    """Say on the report and on the source why it did not work out."""
    now = timezone.now()
    SourceSync.objects.filter(pk=report.pk).update(
        state=SourceSync.State.FAILED, error=reason, finished_at=now
    )
    DocumentationSource.objects.filter(pk=report.source_id).update(
        sync_status=Status.FAILED, sync_error=reason, updated_at=now
    )


def end_report_of_job(job_id: UUID, source_id: int, *, cancelled: bool, reason: str) -> None:
    """What is left to say when a job ended without its sync ending by itself: cancelled, or its worker lost."""
    now = timezone.now()
    open_reports = SourceSync.objects.filter(job_id=job_id, state=SourceSync.State.RUNNING)
    source = DocumentationSource.objects.filter(pk=source_id, sync_status=Status.RUNNING)
    if not cancelled:
        open_reports.update(state=SourceSync.State.FAILED, error=reason, finished_at=now)
        source.update(sync_status=Status.FAILED, sync_error=reason, updated_at=now)
        return
    open_reports.update(state=SourceSync.State.CANCELLED, finished_at=now)
    source.filter(last_synced_at=None).update(sync_status=Status.NEVER)
    source.update(sync_status=Status.SYNCED)


def describe_report(report: SourceSync) -> str:
    """The outcome in a sentence."""
    if report.withheld:
        return describe_withheld(report)
    if report.found_nothing_new:
        return ngettext(
            "Nothing changed: %(pages)d page was checked, and nothing is embedded.",
            "Nothing changed: %(pages)d pages were checked, and nothing is embedded.",
            report.pages,
        ) % {"pages": report.pages}
    parts = [
        (report.added, _("added")),
        (report.changed, _("changed")),
        (report.removed, _("removed")),
        (report.unchanged, _("unchanged")),
        (report.failed, _("could not be read")),
    ]
    return ", ".join(f"{count} {word}" for count, word in parts if count) + "."


def describe_withheld(report: SourceSync) -> str:
    """That too many pages were missing to be removed unasked, and what that may mean."""
    return ngettext(
        "%(count)d of the known pages was not found on the site, more than half of them. It is kept: the site may have"
        " been down, or have moved. Sync again later, or say that they may go.",
        "%(count)d of the known pages were not found on the site, more than half of them. They are kept: the site may"
        " have been down, or have moved. Sync again later, or say that they may go.",
        report.withheld,
    ) % {"count": report.withheld}


def prune_reports(source: DocumentationSource) -> None:
    """Drop reports beyond the latest ones, and the texts that only they still pointed at.

    What tells of a page that is new, changed or gone stays as long as it counts as lately: documents are marked
    by it, and answers lead to it.
    """
    latest = list(source.syncs.order_by("-started_at", "-pk").values_list("pk", flat=True)[:REPORTS_KEPT])
    telling = SourceSyncEntry.objects.exclude(change=SourceSyncEntry.Change.FAILED).filter(
        sync=OuterRef("pk")
    )
    beyond = source.syncs.exclude(pk__in=latest)
    old = Q(started_at__lt=timezone.now() - LATELY)
    outdated = list(beyond.filter(old | ~Exists(telling)).values_list("pk", flat=True))
    if outdated:
        with transaction.atomic():
            keys = texts_only_reports_hold(SourceSyncEntry.objects.filter(sync__in=outdated))
            SourceSync.objects.filter(pk__in=outdated).delete()
            transaction.on_commit(partial(delete_objects, keys))


def texts_only_reports_hold(entries: QuerySet[SourceSyncEntry]) -> list[str]:
    """The keys of earlier texts that no document has as its own."""
    keys = set(entries.exclude(old_key="").values_list("old_key", flat=True))
    return sorted(keys - set(Document.objects.filter(s3_key__in=keys).values_list("s3_key", flat=True)))


@dataclass(frozen=True)
class DiffLine:
    """One line of a comparison; kind: same, old, new, or gap for unchanged lines that are left out.

    `pieces` says which words of an old or new line the other one does not have; () where all of it is different.
    """

    kind: str
    text: str = ""
    pieces: tuple[Piece, ...] = ()


def compare_texts(entry: SourceSyncEntry) -> list[DiffLine]:
    """The text of a page before and after, line by line, with some lines around. Raises StorageError."""
    old = read_text(entry.old_key).splitlines() if entry.old_key else []
    new = read_text(entry.new_key).splitlines() if entry.new_key else []
    return list(_diff(old[:_MAX_LINES], new[:_MAX_LINES]))


def _diff(old: list[str], new: list[str]) -> Iterator[DiffLine]:
    matcher = difflib.SequenceMatcher(None, old, new, autojunk=False)
    groups = matcher.get_grouped_opcodes(_CONTEXT_LINES)
    end = letters = 0
    for group in groups:
        if group[0][1] > end:
            yield DiffLine("gap")
        for kind, old_start, old_end, new_start, new_end in group:
            if kind == "equal":
                yield from (DiffLine("same", line) for line in old[old_start:old_end])
            else:
                before, after = old[old_start:old_end], new[new_start:new_end]
                letters += sum(map(len, [*before, *after]))
                yield from _changed(before, after, by_words=letters <= _MOST_LETTERS)
            end = old_end
    if 0 < end < len(old):
        yield DiffLine("gap")


def _changed(old: list[str], new: list[str], *, by_words: bool) -> Iterator[DiffLine]:
    """The lines before, then those after; `by_words` marks the words, where each line stands for another."""
    if by_words and len(old) == len(new):
        pairs = [_pair(*lines) for lines in zip(old, new, strict=True)]
        yield from (before for before, _after in pairs)
        yield from (after for _before, after in pairs)
    else:
        yield from (DiffLine("old", line) for line in old)
        yield from (DiffLine("new", line) for line in new)


def _pair(old: str, new: str) -> tuple[DiffLine, DiffLine]:
    pieces = compare_words(old, new)
    if not any(piece.kind == "same" and not piece.text.isspace() for piece in pieces):
        pieces = []
    return (
        DiffLine("old", old, tuple(piece for piece in pieces if piece.kind != "added")),
        DiffLine("new", new, tuple(piece for piece in pieces if piece.kind != "removed")),
    )


def _notes(walk: Crawl, duplicates: int, without_text: int) -> list[str]:
    notes = walk.limits + walk.notes
    passed_over = Counter(walk.skipped)
    if duplicates:
        passed_over[_("the same text as another page")] = duplicates
    if without_text:
        passed_over[_("no text of its own; pages that scripts fill in cannot be read")] = without_text
    notes += [
        _("Passed over: %(reason)s (%(count)s).") % {"reason": reason, "count": count}
        for reason, count in sorted(passed_over.items())
    ]
    return notes
