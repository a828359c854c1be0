"""Demonstration sources as Word documents, with real heading styles, tables, header and footer."""

import io
from datetime import datetime

from docx import Document
from docx.document import Document as WordDocument
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor
from docx.text.paragraph import Paragraph as WordParagraph

from rfp_manager.demo.blocks import Block, Heading, ListItem, Runs, Table

INK = RGBColor(0x1F, 0x3A, 0x4D)


def word_bytes(blocks: list[Block], *, running_header: str, author: str, written: datetime) -> bytes:
    """The document as .docx bytes; archive times are the caller's business (see packages.py)."""
    document = Document()
    _set_up(document, running_header)
    for block in blocks:
        if isinstance(block, Heading):
            document.add_heading(block.text, level=block.level - 1)
        elif isinstance(block, Table):
            _add_table(document, block)
        elif isinstance(block, ListItem):
            # Numbers are typed, not automatic: automatic numbering would run on from list to list.
            style = "List Bullet" if block.number is None else "List Paragraph"
            paragraph = document.add_paragraph(style=style)
            if block.number is not None:
                paragraph.add_run(f"{block.number}. ")
            _add_runs(paragraph, block.runs)
        else:
            _add_runs(document.add_paragraph(), block.runs)
    properties = document.core_properties
    properties.title = next(block.text for block in blocks if isinstance(block, Heading))
    properties.author = properties.last_modified_by = author
    properties.comments = ""
    properties.created = properties.modified = written
    buffer = io.BytesIO()
    document.save(buffer)
    return buffer.getvalue()


def _set_up(document: WordDocument, running_header: str) -> None:
    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.left_margin = section.right_margin = Mm(24)
    section.top_margin = section.bottom_margin = Mm(22)
    document.styles["Normal"].font.name = "Calibri"
    document.styles["Normal"].font.size = Pt(10.5)
    for name in ("Title", "Heading 1", "Heading 2", "Heading 3"):
        document.styles[name].font.color.rgb = INK
    header = section.header.paragraphs[0]
    header.text = running_header
    header.style.font.size = Pt(8.5)
    footer = section.footer.paragraphs[0]
    footer.alignment = WD_ALIGN_PARAGRAPH.CENTER
    footer.style.font.size = Pt(8.5)
    footer.add_run("Page ")
    _add_page_field(footer)


def _add_page_field(paragraph: WordParagraph) -> None:
    field = OxmlElement("w:fldSimple")
    field.set(qn("w:instr"), "PAGE")
    paragraph._p.append(field)


def _add_runs(paragraph: WordParagraph, runs: Runs) -> None:
    for run in runs:
        written = paragraph.add_run(run.text)
        written.bold = run.bold or None
        if run.code:
            written.font.name = "Consolas"


def _add_table(document: WordDocument, table: Table) -> None:
    grid = document.add_table(rows=len(table.rows), cols=len(table.rows[0]), style="Light Grid Accent 1")
    for row, cells in zip(grid.rows, table.rows, strict=True):
        for cell, runs in zip(row.cells, cells, strict=True):
            _add_runs(cell.paragraphs[0], runs)
            for written in cell.paragraphs[0].runs:
                written.font.size = Pt(9.5)
    document.add_paragraph()
