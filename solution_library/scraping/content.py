"""From a page's bytes to its main content as Markdown, its title and its links."""

import codecs
import re
from configparser import ConfigParser
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

import trafilatura
from lxml import etree
from lxml import html as lxml_html
from trafilatura.settings import use_config

from solution_library.scraping.urls import canonical_url, joined_url

HTML_TYPES = frozenset({"text/html", "application/xhtml+xml", ""})
TEXT_TYPES = frozenset({"text/plain", "text/markdown", "text/x-markdown"})
_MAX_ELEMENTS = 60_000
_MAX_LINKS = 20_000
_SURROUNDINGS = (
    "//nav | //footer[not(ancestor::article)] | //aside | //form | //dialog | //template | //noscript | "
    "//header[not(.//h1) and not(ancestor::main or ancestor::article)] | "
    "//*[@role='navigation' or @role='banner' or @role='contentinfo' or @role='search' or @role='complementary']"
)
_DECLARED = re.compile(rb"<meta[^>]+charset=[\"']?([A-Za-z0-9_\-]+)", re.IGNORECASE)
_CHARSET = re.compile(r"charset=[\"']?([A-Za-z0-9_\-]+)", re.IGNORECASE)
_UNSEEN = re.compile(
    r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff\ud800-\udfff\U000e0000-\U000e007f]"
)
# Ways to write text that Python knows and that no page is written in: they would make up characters, or fail.
_NO_CHARSETS = frozenset({"idna", "punycode", "raw-unicode-escape", "undefined", "unicode-escape", "utf-7"})


@dataclass(frozen=True)
class PageContent:
    """`markdown` is empty for a page without text of its own; `links` are canonical, in their order.

    `more_links`: it has so many that not all of them were looked at.
    """

    title: str
    markdown: str
    links: tuple[str, ...] = ()
    canonical: str = ""
    more_links: bool = False


def read_page(body: bytes, *, url: str, content_type: str = "") -> PageContent:
    """The content of a page of HTML or plain text. Deterministic; follows and fetches nothing."""
    media_type = content_type.partition(";")[0].strip().lower()
    text = _decode(body, content_type)
    if media_type in TEXT_TYPES:
        heading = re.match(r"#\s+(.+)", text)
        return PageContent(_one_line(heading[1])[:500] if heading else "", _tidy(text))
    root = _parse(text)
    if root is None:
        return PageContent("", "")
    base = joined_url(url, next(iter(root.xpath("//base/@href")), "")) or url
    links, canonical, title = _links(root), _canonical(root, base), _title(root)
    page = PageContent(title, "", _addresses(links[:_MAX_LINKS], base), canonical, len(links) > _MAX_LINKS)
    if sum(1 for _ in root.iter()) > _MAX_ELEMENTS:
        return page
    _drop_surroundings(root)
    extracted = trafilatura.extract(
        root,
        url=url,
        output_format="markdown",
        include_comments=False,
        include_tables=True,
        include_formatting=True,
        favor_recall=True,
        # A page is judged by itself: what it shares with others must not depend on which came first.
        deduplicate=False,
        config=_extraction_settings(),
    )
    return replace(page, markdown=_with_title(title, _tidy(extracted or "")))


def _parse(text: str) -> Any:
    text = re.sub(r"^\s*<\?xml[^>]*\?>", "", text)
    if not text.strip():
        return None
    parser = lxml_html.HTMLParser(remove_comments=True, remove_pis=True, no_network=True)
    try:
        return lxml_html.document_fromstring(text, parser=parser)
    except (etree.LxmlError, ValueError):
        return None


@cache
def _extraction_settings() -> ConfigParser:
    """Documentation has short pages: below its own limits the library gives up their structure, or them."""
    config = use_config()
    config.set("DEFAULT", "MIN_EXTRACTED_SIZE", "30")
    config.set("DEFAULT", "MIN_OUTPUT_SIZE", "1")
    return config


def _drop_surroundings(root: Any) -> None:
    """Take out what is the site's and not the page's, which a short page would be read together with."""
    for element in root.xpath(_SURROUNDINGS):
        element.drop_tree()


def _links(root: Any) -> list[str]:
    """What the page links to, each once, as it is written there but without the place in the page."""
    hrefs = ((anchor.get("href") or "").strip().partition("#")[0] for anchor in root.iter("a", "area"))
    return [
        href
        for href in dict.fromkeys(hrefs)
        if href and not href.startswith(("javascript:", "mailto:", "data:", "tel:"))
    ]


def _addresses(links: list[str], base: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(filter(None, (canonical_url(link, base=base) for link in links))))


def _canonical(root: Any, base: str) -> str:
    for link in root.iter("link"):
        if "canonical" in (link.get("rel") or "").lower().split() and link.get("href"):
            return canonical_url(link.get("href"), base=base)
    return ""


def _title(root: Any) -> str:
    """The page's one main heading, or else what its tab says, without the name of the site."""
    headings = [_one_line(heading.text_content()) for heading in root.iter("h1")]
    headings = [heading for heading in headings if heading]
    if len(headings) == 1:
        return headings[0][:500]
    stated = _one_line(root.findtext(".//title") or "")
    return (re.split(r"\s+[|–—·»-]\s+", stated)[0] or stated or next(iter(headings), ""))[:500]


def _with_title(title: str, markdown: str) -> str:
    """The title is part of what a page says: a changed one is a changed page."""
    if not markdown or not title or re.match(r"#\s", markdown):
        return markdown
    markdown = markdown.removeprefix(f"{title}\n")  # of a very short page the heading comes out as text
    return f"# {title}\n\n{markdown}"


def _tidy(text: str) -> str:
    text = _UNSEEN.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))
    text = re.sub(r"[ \t]+$", "", text, flags=re.MULTILINE)
    text = re.sub(r"\n{3,}", "\n\n", text).strip()
    return text + "\n" if text else ""


def _one_line(text: str) -> str:
    return re.sub(r"[¶#]\s*$", "", " ".join(_UNSEEN.sub("", text).split())).strip()


def _decode(body: bytes, content_type: str) -> str:
    stated = _CHARSET.search(content_type)
    declared = _DECLARED.search(body[:4096])
    names = [stated[1] if stated else "", declared[1].decode("ascii") if declared else "", "utf-8", "cp1252"]
    for name in filter(None, names):
        try:
            if codecs.lookup(name).name not in _NO_CHARSETS:
                return body.decode(name).lstrip("\ufeff")
        except (UnicodeError, LookupError):
            continue
    return body.decode("utf-8", errors="replace")
