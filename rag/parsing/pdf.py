"""PDF: lines to paragraphs, lists and headings, by size, weight and place on the page."""

import re
from typing import Any

import pypdfium2 as pdfium
import pypdfium2.raw as pdfium_c

from core.words import gettext as _
from core.words import gettext_noop
from rag.parsing.cleaning import one_line, strip_invisible
from rag.parsing.document import Block, ParsedDocument, Remark
from rag.parsing.errors import PROTECTED, ParsingError
from rag.parsing.outline import Outline
from rag.parsing.pdf_furniture import without_furniture
from rag.parsing.pdf_headings import HeadingLevels
from rag.parsing.pdf_lines import Line, page_lines
from rag.parsing.pdf_paragraphs import join_paragraphs
from rag.parsing.titles import settle_title

MAX_PAGES = 5_000
# Fewer visible characters a page than this, over the whole file, and the text is not in the file.
_SCAN_CHARS_PER_PAGE = 15
_SCAN = gettext_noop(
    "This PDF is a scan: it holds pictures of pages and no text. Run text recognition (OCR) on it, or "
    "upload the original document."
)
_DAMAGED = gettext_noop(
    "This PDF is damaged and cannot be opened. Save it again from its program and upload the new file."
)
_PARTLY_SCANNED = gettext_noop(
    "%(empty)s of %(pages)s pages hold no text. If they are scans, run text recognition (OCR) and upload the file "
    "again."
)
_LEFT_OUT = gettext_noop("%(damaged)s of %(pages)s pages are damaged and were left out.")
_MEANINGLESS_TITLE = re.compile(
    r"^(?:microsoft (?:word|powerpoint)|untitled|\W*$)|\.(?:docx?|pptx?|xlsx?|indd|pdf)$", re.I
)


def open_pdf(content: bytes) -> Any:
    """The opened document; raises ParsingError when it is damaged or needs a password."""
    try:
        return pdfium.PdfDocument(content)
    except pdfium.PdfiumError as error:
        if getattr(error, "err_code", None) == pdfium_c.FPDF_ERR_PASSWORD:
            raise ParsingError(PROTECTED) from error
        raise ParsingError(_DAMAGED) from error


def parse_pdf(content: bytes) -> ParsedDocument:
    """Text of all pages, without running headers, footers and page numbers. Scans are refused in words."""
    document = open_pdf(content)
    try:
        count = len(document)
        if count > MAX_PAGES:
            raise ParsingError(
                _("This PDF has %(count)s pages; %(most)s is the most that can be read. Split it and retry."),
                count=f"{count:,}",
                most=f"{MAX_PAGES:,}",
            )
        pages, unreadable = _read_pages(document)
        bookmarks = _bookmarks(document)
        stated = document.get_metadata_value("Title")
    finally:
        document.close()
    warnings = []
    if unreadable:
        warnings.append(Remark(_LEFT_OUT, damaged=unreadable, pages=count))
    letters = [sum(len(line.text) for line in lines) for lines in pages]
    if sum(letters) < _SCAN_CHARS_PER_PAGE * max(count, 1):
        raise ParsingError(_SCAN)
    empty = sum(letter_count < _SCAN_CHARS_PER_PAGE for letter_count in letters)
    if empty > max(1, count // 5):
        warnings.append(Remark(_PARTLY_SCANNED, empty=empty, pages=count))
    blocks = _blocks(without_furniture(pages), bookmarks)
    if not blocks:
        raise ParsingError(_SCAN)
    named = one_line(stated or "")
    title, blocks = settle_title(blocks, None if _MEANINGLESS_TITLE.search(named) else named)
    return ParsedDocument(title, blocks, count, tuple(warnings))


def _read_pages(document: Any) -> tuple[list[list[Line]], int]:
    pages: list[list[Line]] = []
    unreadable = 0
    for index in range(len(document)):
        try:
            page = document[index]
        except pdfium.PdfiumError:
            unreadable += 1
            pages.append([])
            continue
        pages.append(page_lines(page, index + 1))
        page.close()
    return pages, unreadable


def _bookmarks(document: Any) -> dict[tuple[int, str], int]:
    """(page number, title without spaces) -> level from 1, for the headings that the file itself names."""
    found: dict[tuple[int, str], int] = {}
    try:
        for bookmark in document.get_toc(max_depth=6):
            destination = bookmark.get_dest()
            index = destination.get_index() if destination is not None else None
            if index is not None:
                key = "".join(strip_invisible(bookmark.get_title()).casefold().split())
                found[(index + 1, key)] = bookmark.level + 1
    except pdfium.PdfiumError:
        return {}
    return found


def _blocks(lines: list[Line], bookmarks: dict[tuple[int, str], int]) -> tuple[Block, ...]:
    outline = Outline()
    levels = HeadingLevels(lines, bookmarks)
    for paragraph in join_paragraphs(lines, levels):
        outline.page = paragraph.page
        if paragraph.level is not None:
            outline.heading(paragraph.level, paragraph.text)
        else:
            outline.add(paragraph.kind, paragraph.text)
    return outline.finish()
