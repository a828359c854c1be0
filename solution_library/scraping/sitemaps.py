"""The pages that a site lists by itself: sitemaps, their indexes, packed ones too."""

from collections import deque
from collections.abc import Callable, Iterable, Iterator

from lxml import etree

from core.net.errors import FetchFailed, NetworkError
from solution_library.scraping.fetching import Fetcher
from solution_library.scraping.unpacking import gunzip_capped

_MAX_FILES = 50
_MAX_DEPTH = 3
_MAX_BYTES = 20 * 1024 * 1024
_GZIP = b"\x1f\x8b"


def sitemap_pages(
    fetcher: Fetcher, addresses: Iterable[str], *, limit: int, wait: Callable[[], bool], unread: list[str]
) -> Iterator[str]:
    """The addresses of pages, as they are written there, at most `limit`.

    `wait` is called before each request and says whether it may go out. A sitemap that cannot be read is passed
    over, and noted in `unread`: the links of the pages are still there.
    """
    waiting = deque((address, 0) for address in addresses)
    asked = {address for address, _ in waiting}
    files = given = 0
    while waiting and files < _MAX_FILES:
        address, depth = waiting.popleft()
        files += 1
        if not wait():
            unread.append(address)
            return
        try:
            pages, more = _read(fetcher, address)
        except NetworkError:
            unread.append(address)
            continue
        for page in pages:
            if given >= limit:
                unread.append(address)
                return
            given += 1
            yield page
        if depth < _MAX_DEPTH:
            fresh = [entry for entry in dict.fromkeys(more) if entry not in asked]
            asked.update(fresh)
            waiting.extend((entry, depth + 1) for entry in fresh)
    unread.extend(address for address, _ in waiting)


def _read(fetcher: Fetcher, address: str) -> tuple[list[str], list[str]]:
    """The pages and the further sitemaps that one sitemap lists. Raises NetworkError."""
    response = fetcher.get(address, max_bytes=_MAX_BYTES)
    if response.status == 429 or response.status >= 500:
        raise FetchFailed(f"HTTP {response.status}")
    if response.status != 200:
        return [], []
    body = response.body
    if body.startswith(_GZIP):
        body = gunzip_capped(body, limit=_MAX_BYTES)
    return parse_sitemap(body)


def parse_sitemap(body: bytes) -> tuple[list[str], list[str]]:
    """Pages and further sitemaps. What is no sitemap lists nothing; entities are not expanded."""
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, recover=True, huge_tree=False
    )
    try:
        root = etree.fromstring(body, parser)
    except (etree.XMLSyntaxError, ValueError):
        return [], []
    if root is None or not isinstance(root.tag, str):
        return [], []
    found = [
        (etree.QName(entry).localname, (location.text or "").strip())
        for entry in root
        if isinstance(entry.tag, str)
        for location in entry
        if isinstance(location.tag, str) and etree.QName(location).localname == "loc"
    ]
    return (
        [address for kind, address in found if kind == "url" and address],
        [address for kind, address in found if kind == "sitemap" and address],
    )
