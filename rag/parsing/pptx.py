"""Presentations: one heading per slide, its text by reading position, its tables, its notes."""

from typing import Any

from core.words import gettext_noop
from rag.parsing.document import ParsedDocument
from rag.parsing.errors import ParsingError
from rag.parsing.outline import Outline
from rag.parsing.package_xml import Package
from rag.parsing.tables import markdown_table

_A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
_P = "{http://schemas.openxmlformats.org/presentationml/2006/main}"
_R_ID = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_LEFT_OUT = {"ftr", "dt", "sldNum", "hdr", "sldImg"}
_EMPTY = gettext_noop(
    "This presentation holds no text. If its slides are pictures, upload a version with real text."
)


def parse_pptx(content: bytes) -> ParsedDocument:
    """The visible slides in order. `page` is the slide's number as the presentation counts it."""
    package = Package(content)
    main = package.main_part()
    root = package.xml(main)
    relationships = package.relationships(main)
    outline = Outline()
    slide_ids = [] if root is None else list(root.iter(f"{_P}sldId"))
    for number, slide_id in enumerate(slide_ids, start=1):
        _, part = relationships.get(slide_id.get(_R_ID, ""), ("", ""))
        slide = package.xml(part) if part else None
        if slide is None or slide.get("show") == "0":
            continue
        outline.page = number
        _slide(slide, outline)
        notes_part = package.related(part, "notesSlide")
        notes = package.xml(notes_part) if notes_part else None
        if notes is not None:
            for shape in notes.iter(f"{_P}sp"):
                if _placeholder(shape) == "body":
                    _paragraphs(shape, outline)
    blocks = outline.finish()
    if not blocks:
        raise ParsingError(_EMPTY)
    return ParsedDocument(package.core_title() or None, blocks, len(slide_ids))


def _slide(slide: Any, outline: Outline) -> None:
    tree = slide.find(f"{_P}cSld/{_P}spTree")
    if tree is None:
        return
    shapes = list(tree.iter(f"{_P}sp", f"{_P}graphicFrame"))
    titles = [shape for shape in shapes if _placeholder(shape) in ("title", "ctrTitle")]
    title = " ".join(_shape_text(shape) for shape in titles).strip()
    outline.heading(1, title or f"Slide {outline.page}", made_up=not title)
    rest = [shape for shape in shapes if shape not in titles and _placeholder(shape) not in _LEFT_OUT]
    # Stable: shapes that inherit their place from the layout keep their order, before the placed ones.
    for shape in sorted(rest, key=_place):
        if shape.tag == f"{_P}sp":
            _paragraphs(shape, outline)
        for table in shape.iter(f"{_A}tbl"):
            rows = [[_text(cell) for cell in row.iter(f"{_A}tc")] for row in table.iter(f"{_A}tr")]
            outline.add("table", markdown_table(rows))


def _placeholder(shape: Any) -> str | None:
    found = next(shape.iter(f"{_P}ph"), None)
    return None if found is None else found.get("type", "body")


def _place(shape: Any) -> tuple[int, int]:
    offset = next(shape.iter(f"{_A}off"), None)
    if offset is None:
        return (0, 0)
    # Rows of about a centimetre: shapes side by side are read from left to right.
    return (int(offset.get("y", "0")) // 360_000, int(offset.get("x", "0")))


def _paragraphs(shape: Any, outline: Outline) -> None:
    paragraphs = [_text(paragraph) for paragraph in shape.iter(f"{_A}p")]
    kind = "list_item" if sum(bool(text.strip()) for text in paragraphs) > 1 else "paragraph"
    for text in paragraphs:
        outline.add(kind, text)  # type: ignore[arg-type]


def _shape_text(shape: Any) -> str:
    return " ".join(_text(paragraph) for paragraph in shape.iter(f"{_A}p"))


def _text(element: Any) -> str:
    pieces = element.iter(f"{_A}t", f"{_A}br", f"{_A}tab", f"{_A}p")
    return "".join((piece.text or "") if piece.tag == f"{_A}t" else " " for piece in pieces)
