"""One address for one page: the canonical form in which pages are compared and recorded."""

import posixpath
import re
from urllib.parse import (
    SplitResult,
    parse_qsl,
    quote,
    unquote,
    urldefrag,
    urlencode,
    urljoin,
    urlsplit,
    urlunsplit,
)

_DEFAULT_PORTS = {"http": 80, "https": 443}
# What says where a reader came from or who they are, never which page it is.
_TRACKING = re.compile(
    r"utm_\w+|gclid|fbclid|msclkid|mc_[ce]id|phpsessid|jsessionid|sessionid|sid", re.IGNORECASE
)
_SESSION_IN_PATH = re.compile(r";jsessionid=[^/?#]*", re.IGNORECASE)
_INDEX = re.compile(r"/(?:index|default)\.(?:html?|php|aspx?)\Z", re.IGNORECASE)
_SAFE_PATH = "/:@!$&'()*+,;=-._~"


def canonical_url(url: str, *, base: str = "") -> str:
    """The form of a page's address that all its spellings share; empty for what is no web address.

    Lower-case scheme and host, no default port, fragment, tracking parameter or session, dots resolved,
    quoting made uniform, parameters sorted, and a folder instead of its index page.
    """
    try:
        return _canonical(urlsplit(urldefrag(urljoin(base, url.strip())).url))
    except ValueError:
        return ""


def _canonical(parts: SplitResult) -> str:
    host, port = (parts.hostname or "").lower().removesuffix("."), parts.port
    if parts.scheme not in _DEFAULT_PORTS or not host or "@" in parts.netloc:
        return ""
    host = f"[{host}]" if ":" in host else host
    netloc = host if port in (None, _DEFAULT_PORTS[parts.scheme]) else f"{host}:{port}"
    query = sorted(
        (name, value)
        for name, value in parse_qsl(parts.query, keep_blank_values=True)
        if not _TRACKING.fullmatch(name)
    )
    return urlunsplit((parts.scheme, netloc, _clean_path(parts.path), urlencode(query), ""))


def joined_url(base: str, url: str) -> str:
    """An address as it is meant on the page `base`, otherwise as it is written; empty for what is none."""
    try:
        return urljoin(base, url)
    except ValueError:
        return ""


def _clean_path(path: str) -> str:
    path = _SESSION_IN_PATH.sub("", path)
    segments = [quote(unquote(segment), safe=_SAFE_PATH.replace("/", "")) for segment in path.split("/")]
    path = "/".join(segments)
    ends_with_slash = path.endswith(("/", "/.", "/.."))
    path = posixpath.normpath("/" + path.lstrip("/"))
    if ends_with_slash and path != "/":
        path += "/"
    return _INDEX.sub("/", path)


def is_same_page(one: str, other: str) -> bool:
    """Whether two addresses differ only in what seldom makes another page: query, last slash, `.html`, case."""

    def core(url: str) -> tuple[str, str]:
        parts = urlsplit(url)
        path = re.sub(r"\.html?\Z", "", parts.path.rstrip("/").lower())
        return parts.netloc.removeprefix("www."), path

    return core(one) == core(other)


def page_filename(url: str) -> str:
    """What the text of a page is called in the store: `guides-install.md` for `/guides/install/`."""
    parts = urlsplit(url)
    words = unquote(parts.path) + (f"-{unquote(parts.query)}" if parts.query else "")
    words = re.sub(r"\.(?:html?|php|aspx?|md|txt)\b", "", words)
    name = re.sub(r"[^\w.]+", "-", words).strip("-.").lower()
    return f"{name[:120] or 'start'}.md"
