"""The pages of one sync: known ones, those that come taken over one by one, and those that did not come."""

from collections.abc import Iterator, Sequence

from django.utils.translation import gettext as _

from solution_library.models import Document, DocumentationSource, ScrapedPage, SourceSync
from solution_library.scraping.urls import page_filename
from solution_library.scraping.visits import KnownPage, Outcome, Visit
from solution_library.services.scraped_pages import (
    Fence,
    PageText,
    record_unread_page,
    retire_page,
    store_scraped_page,
)

# A page that is not there any more, and why we think so.
Missing = tuple[Document, str]


class KnownPages:
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


class PageTaker:
    """Takes pages over as they come, and afterwards retires those that did not come.

    After the last visit `settle` is called once, before `missing`.
    """

    def __init__(self, report: SourceSync, known: KnownPages, fence: Fence | None) -> None:
        self._report, self._known, self._fence = report, known, fence
        # Under which address a text is kept; of a known page as long as it was not read with another text.
        self._urls_by_digest = {d.content_hash: url for url, d in known.documents.items()}
        self._copies: dict[str, str] = {}
        self._waiting: list[PageText] = []
        self._gone: set[str] = set()
        self._unread: set[str] = set()
        self.seen: set[str] = set()
        self.not_modified = self.without_text = 0

    @property
    def duplicates(self) -> int:
        return len(self._copies)

    def take(self, visit: Visit) -> None:
        document = self._known.documents.get(visit.url)
        match visit.outcome:
            case Outcome.PAGE:
                self._read(visit, document)
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

    def settle(self, *, everything_was_seen: bool) -> Iterator[str]:
        """Decide on the pages whose text was a known page's, now that it shows whether that one still has it.

        Yields the address of each that was stored.
        """
        for page in self._waiting:
            twin = self._urls_by_digest.get(page.digest)
            new = page.url not in self._known.documents
            if twin and (twin in self.seen or (new and not self._is_missing(twin, everything_was_seen))):
                self._copies[page.url] = twin
            else:
                self._store(page)
                yield page.url

    def missing(self, *, everything_was_seen: bool) -> list[Missing]:
        """The pages that are not there any more, each with why; of a broken walk, only what the site calls gone."""
        return [
            (document, self._why_missing(url))
            for url, document in self._known.documents.items()
            if self._is_missing(url, everything_was_seen)
        ]

    def retire(self, missing: Sequence[Missing]) -> None:
        for document, note in missing:
            retire_page(document, sync=self._report, note=note[:500], fence=self._fence)

    def _is_missing(self, url: str, everything_was_seen: bool) -> bool:
        if url in self.seen or url in self._unread:
            return False
        return url in self._gone or everything_was_seen

    def _why_missing(self, url: str) -> str:
        if url in self._gone:
            return _("The site says that it is gone.")
        if twin := self._copies.get(url):
            return _("It has the same text as another page now: %(url)s") % {"url": twin}
        return _("Nothing on the site leads to it any more, or it is out of the source's scope.")

    def _read(self, visit: Visit, document: Document | None) -> None:
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
        before = document.content_hash if document else ""
        if before != page.digest and self._urls_by_digest.get(before) == page.url:
            # What it said before may lie under another address now, as that page's own text.
            del self._urls_by_digest[before]
        twin = self._urls_by_digest.get(page.digest, page.url)
        if page.url == twin or before == page.digest:
            self._store(page)
        elif twin in self.seen:
            self._copies[page.url] = twin
        else:
            self._waiting.append(page)

    def _store(self, page: PageText) -> None:
        self._urls_by_digest[page.digest] = page.url
        store_scraped_page(self._report.source, page, sync=self._report, fence=self._fence)
        self.seen.add(page.url)

    def _not_read(self, url: str, document: Document | None, reason: str) -> None:
        self._unread.add(url)
        record_unread_page(self._report, url=url, document=document, reason=reason)
