"""Demonstration sources as PDF, with a running header, page numbers and tables that break across pages."""

import io
from html import escape

from reportlab.lib import colors
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfbase.pdfmetrics import stringWidth
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Flowable, LongTable, SimpleDocTemplate, Spacer, TableStyle
from reportlab.platypus import Paragraph as PrintedParagraph

from rfp_manager.demo.blocks import Block, Heading, ListItem, Runs, Table, plain

INK = colors.HexColor("#1f3a4d")
RULE = colors.HexColor("#b8c4cc")
BAND = colors.HexColor("#e8eef2")
WIDTH = A4[0] - 48 * mm

BODY = ParagraphStyle("body", fontName="Helvetica", fontSize=10, leading=14, spaceAfter=6)
ITEM = ParagraphStyle("item", BODY, leftIndent=14, bulletIndent=2, spaceAfter=3)
CELL = ParagraphStyle("cell", BODY, fontSize=9, leading=11.5, spaceAfter=0)
HEADINGS = {
    1: ParagraphStyle(
        "h1", BODY, fontName="Helvetica-Bold", fontSize=20, leading=25, spaceAfter=12, textColor=INK
    ),
    2: ParagraphStyle(
        "h2",
        BODY,
        fontName="Helvetica-Bold",
        fontSize=14,
        leading=18,
        spaceBefore=12,
        spaceAfter=6,
        textColor=INK,
        keepWithNext=1,
    ),
    3: ParagraphStyle(
        "h3",
        BODY,
        fontName="Helvetica-Bold",
        fontSize=11,
        leading=15,
        spaceBefore=8,
        spaceAfter=4,
        textColor=INK,
        keepWithNext=1,
    ),
}


def pdf_bytes(blocks: list[Block], *, running_header: str, author: str) -> bytes:
    """The document as PDF bytes: the same blocks give the same bytes (reportlab's invariant mode)."""
    buffer = io.BytesIO()
    title = next(block.text for block in blocks if isinstance(block, Heading))
    template = SimpleDocTemplate(
        buffer,
        pagesize=A4,
        title=title,
        author=author,
        leftMargin=24 * mm,
        rightMargin=24 * mm,
        topMargin=26 * mm,
        bottomMargin=22 * mm,
        invariant=1,
    )

    def furnish(canvas: Canvas, _template: SimpleDocTemplate) -> None:
        canvas.saveState()
        canvas.setFont("Helvetica", 8)
        canvas.setFillColor(INK)
        canvas.drawString(24 * mm, A4[1] - 16 * mm, running_header)
        canvas.drawRightString(A4[0] - 24 * mm, 12 * mm, f"Page {canvas.getPageNumber()}")
        canvas.setStrokeColor(RULE)
        canvas.line(24 * mm, A4[1] - 18 * mm, A4[0] - 24 * mm, A4[1] - 18 * mm)
        canvas.restoreState()

    flowables: list[Flowable] = []
    for block in blocks:
        flowables.extend(_flowables(block))
    template.build(flowables, onFirstPage=furnish, onLaterPages=furnish)
    return buffer.getvalue()


def _flowables(block: Block) -> list[Flowable]:
    if isinstance(block, Heading):
        return [PrintedParagraph(escape(block.text), HEADINGS[block.level])]
    if isinstance(block, ListItem):
        bullet = "•" if block.number is None else f"{block.number}."
        return [PrintedParagraph(_markup(block.runs), ITEM, bulletText=bullet)]
    if isinstance(block, Table):
        return [_table(block), Spacer(1, 8)]
    return [PrintedParagraph(_markup(block.runs), BODY)]


def _markup(runs: Runs) -> str:
    parts = []
    for run in runs:
        text = escape(run.text)
        if run.code:
            text = f'<font face="Courier">{text}</font>'
        parts.append(f"<b>{text}</b>" if run.bold else text)
    return "".join(parts)


def _table(table: Table) -> LongTable:
    widths = _column_widths(table)
    header = [PrintedParagraph(f"<b>{_markup(cell)}</b>", CELL) for cell in table.rows[0]]
    body = [[PrintedParagraph(_markup(cell), CELL) for cell in row] for row in table.rows[1:]]
    style = TableStyle(
        [
            ("GRID", (0, 0), (-1, -1), 0.4, RULE),
            ("BACKGROUND", (0, 0), (-1, 0), BAND),
            ("VALIGN", (0, 0), (-1, -1), "TOP"),
            ("TOPPADDING", (0, 0), (-1, -1), 3),
            ("BOTTOMPADDING", (0, 0), (-1, -1), 4),
        ]
    )
    return LongTable([header, *body], colWidths=widths, repeatRows=1, style=style)


def _column_widths(table: Table) -> list[float]:
    """Each column holds its longest word; what is left is shared by the length of the longest cell."""
    columns = range(len(table.rows[0]))
    words = [[word for row in table.rows for word in plain(row[i]).split()] for i in columns]
    least = [max(stringWidth(word, "Helvetica-Bold", 9) for word in words[i]) + 14 for i in columns]
    weights = [min(60, max(len(plain(row[i])) for row in table.rows)) for i in columns]
    spare = WIDTH - sum(least)
    return [width + spare * weight / sum(weights) for width, weight in zip(least, weights, strict=True)]
