"""HTML: the page's own content with its headings, without navigation, banners and scripts."""

import re
from collections.abc import Iterator
from typing import Any

from lxml import etree
from lxml import html as lxml_html

from core.words import gettext as _
from rag.parsing.cleaning import one_line
from rag.parsing.decoding import decode_text
from rag.parsing.document import ParsedDocument
from rag.parsing.errors import ParsingError
from rag.parsing.outline import Outline
from rag.parsing.tables import markdown_table
from rag.parsing.titles import settle_title

_DECLARED = re.compile(rb"<meta[^>]+charset=[\"']?([A-Za-z0-9_\-]+)", re.IGNORECASE)
_DROPPED = {
    "script", "style", "noscript", "template", "svg", "canvas", "iframe", "object", "embed", "audio", "video",
    "nav", "aside", "footer", "form", "button", "select", "input", "textarea", "head", "menu", "dialog",
}  # fmt: skip
_DROPPED_ROLES = {"navigation", "banner", "contentinfo", "search", "complementary", "dialog", "alert", "menu"}
_CHROME = re.compile(
    r"(?:^|[-_\s])(?:nav|navbar|navigation|sidebar|breadcrumbs?|cookie|consent|toc|footer|menu|pagination|"
    r"share|social|skip-?link|headerlink|newsletter|related|advert|banner|edit-?page)(?:$|[-_\s])",
    re.IGNORECASE,
)
_HIDDEN = re.compile(
    r"display\s*:\s*none|visibility\s*:\s*hidden|font-size\s*:\s*0(?![.\d])|opacity\s*:\s*0(?![.\d])",
    re.IGNORECASE,
)
_BLOCKS = {
    "address", "article", "blockquote", "body", "center", "dd", "details", "div", "dl", "dt", "fieldset",
    "figcaption", "figure", "header", "hr", "html", "li", "main", "ol", "p", "section", "summary", "ul", "table",
    "pre", "h1", "h2", "h3", "h4", "h5", "h6", "caption",
}  # fmt: skip
_MAX_DEPTH = 200


def parse_html(content: bytes) -> ParsedDocument:
    """The main content of a page. What the page hides from readers is left out."""
    declared = _DECLARED.search(content[:4096])
    text, warnings = decode_text(content, declared=declared[1].decode("ascii") if declared else None)
    # An XML declaration with an encoding is refused by lxml for text that is already decoded.
    text = re.sub(r"^\s*<\?xml[^>]*\?>", "", text.replace("\x00", ""))
    # The usual limits of depth would silently end the page there; the parser's process has limits of its own.
    parser = lxml_html.HTMLParser(remove_comments=True, remove_pis=True, no_network=True, huge_tree=True)
    try:
        root = lxml_html.document_fromstring(text, parser=parser)
    except etree.ParserError as error:
        raise ParsingError(
            _("This page holds no text. Check that it is the right file and upload it again.")
        ) from error
    stated = root.findtext(".//title")
    outline = Outline()
    _Walker(outline).element(_main_content(root), 0)
    blocks = outline.finish()
    if not blocks:
        raise ParsingError(
            _(
                "This page holds no text of its own: it may be filled in by scripts. Open it in a browser, "
                "save it as PDF, and upload that."
            )
        )
    title, blocks = settle_title(blocks, stated, prefer_heading=True)
    return ParsedDocument(title, blocks, None, warnings)


def _main_content(root: Any) -> Any:
    """The element that declares itself as the content, if it holds a fair part of the text; else the body."""
    body = root.find("body")
    body = root if body is None else body
    whole = _text_length(body)
    for path in (".//main", ".//*[@role='main']", ".//article"):
        found = body.findall(path)
        if len(found) == 1 and _text_length(found[0]) >= 0.25 * whole:
            return found[0]
    return body


def _text_length(element: Any) -> int:
    if _is_dropped(element):
        return 0
    length = len((element.text or "").strip())
    for descendant in element.iterdescendants():
        if isinstance(descendant.tag, str) and descendant.tag not in _DROPPED:
            length += len((descendant.text or "").strip()) + len((descendant.tail or "").strip())
    return length


def _is_dropped(element: Any) -> bool:
    if element.tag in _DROPPED or element.get("role") in _DROPPED_ROLES:
        return True
    if element.get("hidden") is not None or element.get("aria-hidden") == "true":
        return True
    if _HIDDEN.search(element.get("style") or ""):
        return True
    if element.tag in ("html", "body", "main", "article"):
        return False
    return bool(_CHROME.search(element.get("class") or "") or _CHROME.search(element.get("id") or ""))


class _Walker:
    def __init__(self, outline: Outline) -> None:
        self.outline = outline
        self.kind: Any = "paragraph"
        self.parts: list[str] = []

    def flush(self) -> None:
        text = "".join(self.parts)
        self.parts = []
        self.outline.add(self.kind, text)

    def element(self, element: Any, depth: int) -> None:
        """Walk one element and what it holds; the text after it belongs to the caller."""
        tag = element.tag
        if not isinstance(tag, str) or _is_dropped(element):
            return
        if depth > _MAX_DEPTH:
            self.parts.append(_visible_text(element))
            return
        if tag == "br":
            self.parts.append(" ")
            return
        if tag not in _BLOCKS:
            self._children(element, depth)
            return
        self.flush()
        if tag in ("h1", "h2", "h3", "h4", "h5", "h6"):
            self.outline.heading(int(tag[1]), _heading_text(element))
        elif tag == "table":
            self._table(element, depth)
        elif tag == "pre":
            self.outline.add("code", _visible_text(element, line_break="\n"))
        else:
            outer = self.kind
            self.kind = "list_item" if tag in ("li", "dd", "dt") else outer
            self._children(element, depth)
            self.flush()
            self.kind = outer

    def _children(self, element: Any, depth: int) -> None:
        self.parts.append(element.text or "")
        for child in element:
            self.element(child, depth + 1)
            self.parts.append(child.tail or "")

    def _table(self, table: Any, depth: int) -> None:
        if table.find(".//table") is not None or _is_layout(table):
            for cell in (cell for row in _own_rows(table) for cell in row if cell.tag in ("td", "th")):
                self._children(cell, depth)
                self.flush()
            return
        caption = table.find("caption")
        if caption is not None:
            self.outline.add("paragraph", _visible_text(caption))
        rows = [[one_line(_visible_text(cell)) for cell in row.iter("td", "th")] for row in _own_rows(table)]
        self.outline.add("table", markdown_table(rows))


def _own_rows(table: Any) -> Iterator[Any]:
    """The rows of a table, without those of tables in its cells."""
    for child in table:
        if child.tag == "tr":
            yield child
        elif child.tag in ("thead", "tbody", "tfoot"):
            yield from child.iterchildren("tr")


def _is_layout(table: Any) -> bool:
    """A table that only places things on the page: it declares so, or its cells hold headings."""
    return (
        table.get("role") in ("presentation", "none")
        or table.find(".//h1") is not None
        or (table.find(".//h2") is not None)
    )


def _heading_text(heading: Any) -> str:
    return re.sub(r"[¶#🔗]\s*$", "", one_line(_visible_text(heading)))


def _visible_text(element: Any, *, line_break: str = " ") -> str:
    """The text inside an element as a reader sees it. Not recursive: pages nest as deep as they like."""
    parts: list[str] = []
    waiting: list[Any] = [element]
    while waiting:
        item = waiting.pop()
        if isinstance(item, str):
            parts.append(item)
        elif item.tag == "br":
            parts.append(line_break)
        else:
            pieces: list[Any] = [item.text or ""]
            for child in item:
                if isinstance(child.tag, str) and not _is_dropped(child):
                    pieces += [" ", child, " "] if child.tag in _BLOCKS else [child]
                pieces.append(child.tail or "")
            waiting.extend(reversed(pieces))
    return "".join(parts)
