"""Bringing the library in line with a documentation site: a set difference by hash, page by page."""

import time
from collections.abc import Callable, Sequence
from typing import Protocol
from uuid import UUID

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from core.exceptions import SpelunkerError
from core.storage import validate_s3_connectivity
from solution_library.exceptions import LibraryError, StoreUnavailable
from solution_library.models import DocumentationSource, SourceSync
from solution_library.scraping.crawl import Crawl
from solution_library.scraping.fetching import Fetcher
from solution_library.scraping.policy import configured_policy
from solution_library.scraping.visits import CrawlPlan
from solution_library.services.scraped_pages import Fence, forget_answers
from solution_library.services.sync_pages import KnownPages, Missing, PageTaker
from solution_library.services.sync_reports import close_report, fail_report, open_report, prune_reports

Progress = Callable[[int, int, str], None]

_REPORT_EVERY_SECONDS = 0.4
# Fewer pages may go unasked, whatever their share: they are soon read again.
_MANY_PAGES = 5


def sync_source(
    source: DocumentationSource,
    *,
    job_id: UUID | None = None,
    progress: Progress | None = None,
    fence: Fence | None = None,
    remove_many: bool = False,
) -> SourceSync:
    """Read the site of a source and take over what is new, changed and gone; returns the report.

    Each page is taken over by itself, so what was read before a failure or a cancel stays. Run again
    for the same job it goes on with the same report. `progress` may raise to stop, `fence` is called
    inside each writing transaction. When most of the known pages are missing, none is removed and the
    report says so, unless a person said that they may go (`remove_many`). Raises NetworkError,
    LibraryError or StorageError, after it was written on the source and its report.
    """
    fence = _unless_deleted(source, fence)
    report = open_report(source, job_id)
    try:
        _check_store()
        policy = configured_policy()
        known = KnownPages(source)
        tell = _throttled(progress, source.base_url)
        with Fetcher(policy.addresses, policy.limits, user_agent=policy.user_agent) as fetcher:
            walk = Crawl(_plan(source), fetcher, policy, known=known.conditions, watch=tell)
            taker = PageTaker(report, known, fence)
            for visit in walk.visits():
                taker.take(visit)
                tell(walk, visit.url)
            for url in taker.settle(everything_was_seen=walk.complete):
                tell(walk, url)
            missing = taker.missing(everything_was_seen=walk.complete)
            withheld = [] if remove_many else _suspiciously_many(missing, known, walk)
            taker.retire([each for each in missing if each not in withheld])
            close_report(
                report,
                seen=taker.seen,
                not_modified=taker.not_modified,
                walk=walk,
                duplicates=taker.duplicates,
                without_text=taker.without_text,
                requests=fetcher.requests,
                received=fetcher.received,
                withheld=len(withheld),
                fence=fence,
            )
    except SpelunkerError as error:
        fail_report(report, str(error))
        raise
    finally:
        _forget_if_scope_changed(source)
    prune_reports(source)
    return report


def _suspiciously_many(missing: Sequence[Missing], known: KnownPages, walk: Crawl) -> list[Missing]:
    """The missing pages when they are more than half of a site; none otherwise.

    More likely the site is down, has moved, or links to its pages by a script now. What the source's own settings
    leave out is no surprise.
    """
    expected = sum(walk.admits(url) for url in known.documents)
    surprising = [each for each in missing if walk.admits(each[0].url)]
    return surprising if len(surprising) >= _MANY_PAGES and len(surprising) * 2 > expected else []


def _unless_deleted(source: DocumentationSource, fence: Fence | None) -> Fence:
    """The fence, which also holds the source's row: a page of a site that was deleted meanwhile is not stored."""

    def check() -> None:
        if fence:
            fence()
        if not DocumentationSource.objects.select_for_update(no_key=True).filter(pk=source.pk).exists():
            raise LibraryError(_("The site was deleted while it was being read."))

    return check


def _forget_if_scope_changed(source: DocumentationSource) -> None:
    """What was kept of the pages meanwhile are the links that the earlier patterns let in."""
    now = DocumentationSource.objects.filter(pk=source.pk).first()
    if now and now.scope != source.scope:
        forget_answers(source)


def _check_store() -> None:
    try:
        validate_s3_connectivity()
    except ValidationError as error:
        raise StoreUnavailable(" ".join(error.messages)) from error


def _plan(source: DocumentationSource) -> CrawlPlan:
    return CrawlPlan(
        source.base_url, source.include_patterns, source.exclude_patterns, source.max_pages, source.max_depth
    )


class _Told(Protocol):
    def __call__(self, walk: Crawl, url: str = "") -> None: ...


def _throttled(progress: Progress | None, start_url: str) -> _Told:
    """Report a few times a second at most: each report is a round trip to the database."""
    last, reading = 0.0, start_url

    def tell(walk: Crawl, url: str = "") -> None:
        """How far the walk is; without an address it waits for the next one."""
        nonlocal last, reading
        now, reading = time.monotonic(), url or reading
        if progress is not None and now - last >= _REPORT_EVERY_SECONDS:
            last = now
            total = max(walk.expected, walk.pages, 1)
            progress(walk.pages, total, (_("Reading %(url)s") % {"url": reading})[:300])

    return tell
