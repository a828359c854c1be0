"""Bringing the library in line with a documentation site: a set difference by hash, page by page."""

import time
from collections.abc import Callable, Sequence
from uuid import UUID

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from core.exceptions import SpelunkerError
from core.storage import validate_s3_connectivity
from solution_library.exceptions import LibraryError, StoreUnavailable
from solution_library.models import Document, DocumentationSource, ScrapedPage, SourceSync
from solution_library.scraping.crawl import Crawl
from solution_library.scraping.fetching import Fetcher
from solution_library.scraping.policy import configured_policy
from solution_library.scraping.urls import page_filename
from solution_library.scraping.visits import CrawlPlan, KnownPage, Outcome, Visit
from solution_library.services.scraped_pages import (
    Fence,
    PageText,
    record_unread_page,
    retire_page,
    store_scraped_page,
)
from solution_library.services.sync_reports import close_report, fail_report, open_report, prune_reports

Progress = Callable[[int, int, str], None]
# A page that is not there any more, and why we think so.
Missing = tuple[Document, str]

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
        known = _Known(source)
        with Fetcher(policy.addresses, policy.limits, user_agent=policy.user_agent) as fetcher:
            walk = Crawl(_plan(source), fetcher, policy, known=known.conditions)
            taker = _Taker(report, known, fence)
            tell = _throttled(progress)
            for visit in walk.visits():
                taker.take(visit)
                tell(walk, visit)
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
    prune_reports(source)
    return report


class _Known:
    """The pages of a source as the library has them, by address."""

    def __init__(self, source: DocumentationSource) -> None:
        self.documents = {document.url: document for document in source.documents.in_use()}
        answers = ScrapedPage.objects.filter(document__in=[d.pk for d in self.documents.values()])
        by_document = {page.document_id: page for page in answers}
        self.conditions = {
            url: KnownPage(page.etag, page.last_modified, page.links)
            for url, document in self.documents.items()
            if (page := by_document.get(document.pk))
        }


class _Taker:
    """Takes pages over as they come, and afterwards retires those that did not come."""

    def __init__(self, report: SourceSync, known: _Known, fence: Fence | None) -> None:
        self._report, self._known, self._fence = report, known, fence
        self._urls_by_digest = {d.content_hash: url for url, d in known.documents.items()}
        self._gone: set[str] = set()
        self._unread: set[str] = set()
        self.seen: set[str] = set()
        self.not_modified = self.duplicates = self.without_text = 0

    def take(self, visit: Visit) -> None:
        document = self._known.documents.get(visit.url)
        match visit.outcome:
            case Outcome.PAGE:
                self._store(visit)
            case Outcome.NOT_MODIFIED:
                self.seen.add(visit.url)
                self.not_modified += 1
            case Outcome.GONE:
                self._gone.add(visit.url)
            case Outcome.EMPTY if document is None:
                self.without_text += 1
            case Outcome.EMPTY:
                self._not_read(
                    visit.url, document, _("The page has no text of its own now; the earlier text is kept.")
                )
            case Outcome.FAILED:
                self._not_read(visit.url, document, visit.reason)

    def missing(self, *, everything_was_seen: bool) -> list[Missing]:
        """The pages that are not there any more, each with why; of a broken walk, only what the site calls gone."""
        gone = _("The site says that it is gone.")
        unlinked = _("Nothing on the site leads to it any more, or it is out of the source's scope.")
        return [
            (document, gone if url in self._gone else unlinked)
            for url, document in self._known.documents.items()
            if url not in self.seen and url not in self._unread and (url in self._gone or everything_was_seen)
        ]

    def retire(self, missing: Sequence[Missing]) -> None:
        for document, note in missing:
            retire_page(document, sync=self._report, note=note, fence=self._fence)

    def _store(self, visit: Visit) -> None:
        content = visit.content
        page = PageText(
            url=visit.url,
            filename=page_filename(visit.url),
            title=content.title,
            text=content.markdown,
            etag=visit.etag,
            last_modified=visit.last_modified,
            links=visit.links,
        )
        twin = self._urls_by_digest.setdefault(page.digest, page.url)
        if twin != page.url and twin in self.seen:
            self.duplicates += 1
            return
        self._urls_by_digest[page.digest] = page.url
        store_scraped_page(self._report.source, page, sync=self._report, fence=self._fence)
        self.seen.add(page.url)

    def _not_read(self, url: str, document: Document | None, reason: str) -> None:
        self._unread.add(url)
        record_unread_page(self._report, url=url, document=document, reason=reason)


def _suspiciously_many(missing: Sequence[Missing], known: _Known, walk: Crawl) -> list[Missing]:
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


def _check_store() -> None:
    try:
        validate_s3_connectivity()
    except ValidationError as error:
        raise StoreUnavailable(" ".join(error.messages)) from error


def _plan(source: DocumentationSource) -> CrawlPlan:
    return CrawlPlan(
        source.base_url, source.include_patterns, source.exclude_patterns, source.max_pages, source.max_depth
    )


def _throttled(progress: Progress | None) -> Callable[[Crawl, Visit], None]:
    """Report a few times a second at most: each report is a round trip to the database."""
    last = 0.0

    def tell(walk: Crawl, visit: Visit) -> None:
        nonlocal last
        now = time.monotonic()
        if progress is not None and now - last >= _REPORT_EVERY_SECONDS:
            last = now
            progress(
                walk.pages, max(walk.expected, walk.pages), (_("Reading %(url)s") % {"url": visit.url})[:300]
            )

    return tell
