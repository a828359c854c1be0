"""What a crawl is asked and what it answers, page by page."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import Enum

from solution_library.scraping.content import PageContent


class Outcome(Enum):
    PAGE = "page"  # read; `content` is what it says
    NOT_MODIFIED = "not modified"  # the site says that it is as we know it
    EMPTY = "empty"  # read, but without text of its own
    GONE = "gone"  # the site says that there is no such page any more
    FAILED = "failed"  # could not be read now; `reason` says why


@dataclass(frozen=True)
class KnownPage:
    """What was kept of a page when it was last read: what makes a request conditional, and its links.

    The links stand in for the page when it is not sent again.
    """

    etag: str = ""
    last_modified: str = ""
    links: Sequence[str] = ()


@dataclass(frozen=True)
class Visit:
    url: str
    outcome: Outcome
    content: PageContent = field(default_factory=lambda: PageContent("", ""))
    etag: str = ""
    last_modified: str = ""
    links: tuple[str, ...] = ()
    reason: str = ""


@dataclass(frozen=True)
class CrawlPlan:
    """A source as the crawl sees it. Patterns: see `scope.Scope`."""

    start_url: str
    include: Sequence[str] = ()
    exclude: Sequence[str] = ()
    max_pages: int = 500
    max_depth: int = 5
