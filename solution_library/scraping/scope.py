"""Which pages of a site belong to a source, and which links are a trap without end."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from urllib.parse import urlsplit

# Files that a documentation page links to and that are no page.
_NOT_A_PAGE = re.compile(
    r"\.(?:png|jpe?g|gif|svg|webp|ico|css|js|mjs|json|xml|rss|atom|zip|gz|tgz|tar|7z|exe|dmg|msi|deb|rpm|jar|whl|"
    r"mp[34]|m4a|webm|ogg|wav|avi|mov|woff2?|ttf|eot|pdf|docx?|xlsx?|pptx?|csv)\Z",
    re.IGNORECASE,
)
_DATE = re.compile(r"(?:19|20|21)\d\d[-/]?(?:0?[1-9]|1[0-2])(?!\d)|\b(?:month|year|day|date|week)=")
MAX_URL = 1000
_MAX_REPEATS = 3
_MAX_OF_A_SHAPE = 50


@dataclass(frozen=True)
class Scope:
    """The pages of one host below the folder of the start page.

    Patterns are shell globs over path and query (`/docs/*`, `*print=1*`). With include patterns a page has to
    match one; with exclude patterns none. The start page itself always belongs.
    """

    start_url: str
    include: Sequence[str] = ()
    exclude: Sequence[str] = ()

    def aligned(self, url: str) -> str:
        """The address with the start page's scheme: sites that moved to https still link to http."""
        start, parts = urlsplit(self.start_url), urlsplit(url)
        return parts._replace(scheme=start.scheme).geturl() if parts.netloc == start.netloc else url

    def admits(self, url: str) -> bool:
        if url == self.start_url:
            return True
        start, parts = urlsplit(self.start_url), urlsplit(url)
        if (parts.scheme, parts.netloc) != (start.scheme, start.netloc) or len(url) > MAX_URL:
            return False
        folder = start.path[: start.path.rfind("/") + 1] or "/"
        if not parts.path.startswith(folder) or _NOT_A_PAGE.search(parts.path):
            return False
        address = f"{parts.path}?{parts.query}" if parts.query else parts.path
        if any(fnmatchcase(address, pattern) for pattern in self.exclude):
            return False
        return not self.include or any(fnmatchcase(address, pattern) for pattern in self.include)


class TrapDetector:
    """Notices links that a site makes up as one goes: calendars, endless filters, folders inside themselves."""

    def __init__(self) -> None:
        self._shapes: Counter[str] = Counter()

    def is_trap(self, url: str) -> bool:
        """Whether to leave this link alone; counts it otherwise. Ask once for each new link."""
        parts = urlsplit(url)
        segments = [segment for segment in parts.path.split("/") if segment]
        if segments and max(Counter(segments).values()) > _MAX_REPEATS:
            return True
        if not parts.query and not _DATE.search(parts.path):
            return False
        shape = re.sub(r"\d+", "0", parts.path)
        if parts.query:
            shape += "?" + re.sub(r"=[^&]*", "=", parts.query)
        self._shapes[shape] += 1
        return self._shapes[shape] > _MAX_OF_A_SHAPE
