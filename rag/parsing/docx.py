"""Word documents: paragraphs by their styles, lists, tables with merged cells, text boxes, notes."""

import re
from dataclasses import dataclass
from typing import Any

from core.words import gettext as _
from core.words import gettext_noop
from rag.parsing.document import ParsedDocument
from rag.parsing.errors import ParsingError
from rag.parsing.outline import Outline
from rag.parsing.package_xml import Package
from rag.parsing.tables import markdown_table
from rag.parsing.titles import settle_title

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_STRICT_W = "{http://purl.oclc.org/ooxml/wordprocessingml/main}"
_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
_HEADING_STYLE = re.compile(
    r"^(?:heading|überschrift|titre|título|titolo|kop|rubrik|overskrift)\s*([1-9])$", re.I
)
_TITLE_STYLES = {"title", "titel"}
_SKIPPED_STYLE = re.compile(
    r"^(?:toc|table of figures|table of contents|inhaltsverzeichnis|verzeichnis)\b", re.I
)
_EMPTY = gettext_noop(
    "This document holds no text. If it is a scan or pictures only, upload a version with real text."
)


@dataclass(frozen=True)
class _Style:
    name: str
    level: int | None  # 1 is the outermost heading
    is_list: bool


def parse_docx(content: bytes) -> ParsedDocument:
    """The text as Word would print it: deletions and hidden text are left out, insertions kept."""
    package = Package(content)
    main = package.main_part()
    root = package.xml(main)
    if root is None:
        raise ParsingError(_("This is not a Word document. Save it as .docx in Word and upload it again."))
    _to_transitional(root)
    body = root.find(f"{_W}body")
    styles_part = package.related(main, "styles")
    reader = _Reader(_read_styles(package.xml(styles_part) if styles_part else None))
    if body is not None:
        reader.container(body)
    for kind in ("footnotes", "endnotes"):
        part = package.related(main, kind)
        notes = package.xml(part) if part else None
        if notes is not None:
            _to_transitional(notes)
            reader.notes(notes)
    blocks = reader.outline.finish()
    if not blocks:
        raise ParsingError(_EMPTY)
    title, blocks = settle_title(blocks, reader.title or package.core_title())
    return ParsedDocument(title, blocks, None)


def _to_transitional(root: Any) -> None:
    """Rename the strict namespace, so that one walker reads both dialects."""
    if not root.tag.startswith(_STRICT_W):
        return
    for element in root.iter():
        if isinstance(element.tag, str) and element.tag.startswith(_STRICT_W):
            element.tag = _W + element.tag[len(_STRICT_W) :]
        for name, value in list(element.attrib.items()):
            if name.startswith(_STRICT_W):
                del element.attrib[name]
                element.set(_W + name[len(_STRICT_W) :], value)


def _read_styles(root: Any | None) -> dict[str, _Style]:
    """Paragraph style id -> what it means, with what it inherits from the styles it is based on."""
    if root is None:
        return {}
    _to_transitional(root)
    raw: dict[str, tuple[str, int | None, bool, str | None]] = {}
    for style in root.iter(f"{_W}style"):
        name = _value(style.find(f"{_W}name")) or ""
        named = _HEADING_STYLE.match(name)
        outline = _value(style.find(f"{_W}pPr/{_W}outlineLvl"))
        level = int(named[1]) if named else None
        if level is None and outline is not None and outline.isdigit() and int(outline) < 9:
            level = int(outline) + 1
        is_list = style.find(f"{_W}pPr/{_W}numPr") is not None or name.lower().startswith("list")
        raw[style.get(f"{_W}styleId", "")] = (name, level, is_list, _value(style.find(f"{_W}basedOn")))
    resolved = {}
    for key, (name, own_level, own_list, own_base) in raw.items():
        level, is_list, base = own_level, own_list, own_base
        seen = {key}
        while level is None and base in raw and base not in seen:
            seen.add(base)
            _, level, inherited, base = raw[base]
            is_list = is_list or inherited
        resolved[key] = _Style(name, level, is_list)
    return resolved


def _value(element: Any | None) -> str | None:
    return None if element is None else element.get(f"{_W}val")


class _Reader:
    def __init__(self, styles: dict[str, _Style]) -> None:
        self.outline = Outline()
        self.title: str | None = None
        self._styles = styles

    def container(self, container: Any) -> None:
        """The paragraphs and tables of a body, a content control, a text box or a cell."""
        for child in container:
            if child.tag == f"{_W}p":
                self._paragraph(child)
            elif child.tag == f"{_W}tbl":
                self._table(child)
            elif child.tag == f"{_W}sdt":
                if not _is_table_of_contents(child):
                    self.container(
                        child.find(f"{_W}sdtContent") if child.find(f"{_W}sdtContent") is not None else ()
                    )
            elif child.tag in (f"{_W}ins", f"{_W}moveTo", f"{_W}customXml", f"{_W}smartTag"):
                self.container(child)

    def notes(self, root: Any) -> None:
        """Foot- or endnotes, as paragraphs after the text."""
        for note in root:
            if note.get(f"{_W}type") in (None, "normal"):
                self.container(note)

    def _paragraph(self, paragraph: Any) -> None:
        style = self._styles.get(_value(paragraph.find(f"{_W}pPr/{_W}pStyle")) or "", _Style("", None, False))
        boxes = [box for box in paragraph.iter(f"{_W}txbxContent") if not _inside_fallback(box, paragraph)]
        if not _SKIPPED_STYLE.match(style.name):
            text = _paragraph_text(paragraph)
            level = self._level(paragraph, style)
            if style.name.lower() in _TITLE_STYLES and self.title is None and text.strip():
                self.title = text
            elif level is not None:
                self.outline.heading(level, text)
            else:
                listed = style.is_list or paragraph.find(f"{_W}pPr/{_W}numPr/{_W}numId") is not None
                self.outline.add("list_item" if listed else "paragraph", text)
        for box in boxes:
            self.container(box)

    def _level(self, paragraph: Any, style: _Style) -> int | None:
        direct = _value(paragraph.find(f"{_W}pPr/{_W}outlineLvl"))
        if direct is not None and direct.isdigit():
            return int(direct) + 1 if int(direct) < 9 else None
        return style.level

    def _table(self, table: Any) -> None:
        rows = [row for row in _own(table, "tr") if row.find(f"{_W}trPr/{_W}del") is None]
        cells = [list(_own(row, "tc")) for row in rows]
        if all(len(row) == 1 for row in cells):
            # One column is a frame around text, not a table.
            for row in cells:
                self.container(row[0])
            return
        self.outline.add("table", markdown_table([_row_texts(row) for row in cells]))


def _own(parent: Any, tag: str) -> Any:
    """Rows of a table, or cells of a row, also those inside content controls."""
    for child in parent:
        if child.tag == f"{_W}{tag}":
            yield child
        elif child.tag in (f"{_W}sdt", f"{_W}sdtContent", f"{_W}customXml", f"{_W}ins"):
            yield from _own(child, tag)


def _row_texts(cells: list[Any]) -> list[str]:
    texts = []
    for cell in cells:
        merge = cell.find(f"{_W}tcPr/{_W}vMerge")
        continued = merge is not None and merge.get(f"{_W}val", "continue") == "continue"
        texts.append("" if continued else " ".join(_paragraph_text(item) for item in cell.iter(f"{_W}p")))
        span = _value(cell.find(f"{_W}tcPr/{_W}gridSpan"))
        texts.extend([""] * (min(int(span), 64) - 1 if span and span.isdigit() else 0))
    return texts


def _is_table_of_contents(control: Any) -> bool:
    gallery = control.find(f"{_W}sdtPr/{_W}docPartObj/{_W}docPartGallery")
    return "table of contents" in (_value(gallery) or "").lower()


def _inside_fallback(element: Any, top: Any) -> bool:
    for ancestor in element.iterancestors():
        if ancestor.tag == _FALLBACK:
            return True
        if ancestor is top:
            return False
    return False


_SKIPPED = {
    f"{_W}{name}" for name in ("del", "moveFrom", "instrText", "delText", "pPr", "txbxContent", "rPr")
}
_SKIPPED.add(_FALLBACK)


def _paragraph_text(element: Any) -> str:
    parts: list[str] = []
    _collect(element, parts)
    return "".join(parts)


def _collect(element: Any, parts: list[str]) -> None:
    for child in element:
        tag = child.tag
        if tag in _SKIPPED or not isinstance(tag, str):
            continue
        if tag == f"{_W}t":
            parts.append(child.text or "")
        elif tag in (f"{_W}tab", f"{_W}br", f"{_W}cr", f"{_W}ptab"):
            parts.append(" ")
        elif tag == f"{_W}noBreakHyphen":
            parts.append("-")
        elif tag == f"{_W}r" and _is_hidden(child):
            continue
        else:
            _collect(child, parts)


def _is_hidden(run: Any) -> bool:
    vanish = run.find(f"{_W}rPr/{_W}vanish")
    return vanish is not None and vanish.get(f"{_W}val", "1") not in ("0", "false", "off")
