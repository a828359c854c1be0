"""The answers of an RFP as a Word document: our name and logo, a table per section, sources as endnotes."""

import itertools
from collections.abc import Iterable
from dataclasses import dataclass
from typing import IO, Any

from django.utils.translation import gettext as _
from docx import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.image.exceptions import UnrecognizedImageError
from docx.shared import Mm, Pt, RGBColor

from rfp_manager.services.answered_questions import AnsweredQuestion
from rfp_manager.services.word_endnotes import MARK_STYLE, Endnotes
from rfp_manager.services.word_parts import (
    add_field,
    keep_on_one_page,
    repeat_as_heading,
    set_language,
    shade,
)
from rfp_manager.workbooks.writing.values import clean_text

LOGO_HEIGHT, LOGO_WIDTH = Mm(16), Mm(90)  # at most
COLUMN_WIDTHS = (Mm(20), Mm(62), Mm(88))
_HEADING_SHADE = "1F3864"
_MUTED = RGBColor(0x59, 0x59, 0x59)


@dataclass(frozen=True)
class Letterhead:
    """What stands on the first page and in the footer. `logo` is the picture's bytes, None for none."""

    title: str
    organization: str
    customer: str
    reference: str
    date: str
    logo: IO[bytes] | None = None


def write_word(questions: Iterable[AnsweredQuestion], letterhead: Letterhead, target: IO[bytes]) -> None:
    """Write the document. Questions keep their order; each change of workbook, sheet or section is a heading."""
    document = Document()
    _prepare(document, letterhead)
    _write_first_page(document, letterhead)
    notes = Endnotes(document)
    for (workbook, sheet), of_sheet in itertools.groupby(questions, key=lambda q: (q.workbook, q.sheet)):
        document.add_heading(_fit(f"{workbook}: {sheet}"), level=1)
        for section, rows in itertools.groupby(of_sheet, key=lambda q: q.section):
            if section:
                document.add_heading(_fit(section), level=2)
            _write_table(document, rows, notes)
    if notes:
        # Word puts the notes behind the last paragraph: this one is their heading.
        document.add_heading(_("Sources"), level=1)
    notes.finish()
    document.save(target)


def _prepare(document: Any, letterhead: Letterhead) -> None:
    page = document.sections[0]
    page.page_width, page.page_height = Mm(210), Mm(297)
    page.left_margin = page.right_margin = Mm(20)
    page.top_margin = page.bottom_margin = Mm(20)
    normal = document.styles["Normal"]
    normal.font.name, normal.font.size = "Calibri", Pt(10.5)
    normal.paragraph_format.space_after = Pt(4)
    set_language(document, "en-GB")
    facts = document.core_properties
    facts.title, facts.author = _fit(letterhead.title)[:255], _fit(letterhead.organization)[:255]
    facts.comments = ""
    footer = page.footer.paragraphs[0]
    footer.alignment = WD_ALIGN_PARAGRAPH.CENTER
    footer.add_run(f"{_fit(letterhead.organization)}   ")
    footer.add_run(_("Page") + " ")
    add_field(footer, "PAGE")
    footer.add_run(" of ")
    add_field(footer, "NUMPAGES")


def _write_first_page(document: Any, letterhead: Letterhead) -> None:
    if letterhead.logo is not None:
        try:
            picture = document.add_paragraph().add_run().add_picture(letterhead.logo, height=LOGO_HEIGHT)
            if picture.width > LOGO_WIDTH:
                picture.width, picture.height = LOGO_WIDTH, int(picture.height * LOGO_WIDTH / picture.width)
        except UnrecognizedImageError:
            # A WebP, which Word does not draw: the name below stands for it.
            document.paragraphs[-1].clear()
    document.add_paragraph(_fit(letterhead.organization), style="Subtitle")
    document.add_paragraph(_fit(letterhead.title), style="Title")
    for label, value in (
        (_("Customer"), letterhead.customer),
        (_("Reference"), letterhead.reference),
        (_("Date"), letterhead.date),
    ):
        if value:
            line = document.add_paragraph()
            line.add_run(f"{label}: ").bold = True
            line.add_run(_fit(value))


def _write_table(document: Any, questions: Iterable[AnsweredQuestion], notes: Endnotes) -> None:
    table = document.add_table(rows=1, cols=3)
    table.style = "Table Grid"
    table.autofit = False
    for column, width in zip(table.columns, COLUMN_WIDTHS, strict=True):
        column.width = width
    head = table.rows[0]
    repeat_as_heading(head)
    for cell, title, width in zip(
        head.cells, (_("No."), _("Question"), _("Answer")), COLUMN_WIDTHS, strict=True
    ):
        cell.width = width
        shade(cell, _HEADING_SHADE)
        run = cell.paragraphs[0].add_run(title)
        run.bold, run.font.color.rgb = True, RGBColor(0xFF, 0xFF, 0xFF)
    for question in questions:
        row = table.add_row()
        keep_on_one_page(row)
        number, asked, answer = row.cells
        for cell, width in zip((number, asked, answer), COLUMN_WIDTHS, strict=True):
            cell.width = width
        number.paragraphs[0].add_run(_fit(question.identifier))
        _write_lines(asked, question.text)
        _write_answer(answer, question, notes)
    document.add_paragraph()


def _write_answer(cell: Any, question: AnsweredQuestion, notes: Endnotes) -> None:
    if not question.is_answered:
        run = cell.paragraphs[0].add_run(_("No answer yet."))
        run.italic, run.font.color.rgb = True, _MUTED
        return
    if question.choice:
        cell.paragraphs[0].add_run(_fit(question.choice)).bold = True
    if question.answer:
        _write_lines(cell, question.answer, new=bool(question.choice))
    if question.references:
        last = cell.paragraphs[-1]
        for index, reference in enumerate(question.references):
            if index:
                last.add_run(", ", style=MARK_STYLE)
            notes.cite(last, reference, _fit(reference.note))
    for name, value in question.beside:
        _write_beside(cell, name, value)


def _write_beside(cell: Any, name: str, value: str) -> None:
    """One paragraph by the customer's name of the column; further lines of the value follow in paragraphs."""
    first, *others = [line for line in _fit(value).split("\n") if line.strip()] or [""]
    paragraph = cell.add_paragraph()
    paragraph.add_run(f"{_fit(name)}: ").bold = True
    paragraph.add_run(first)
    for line in others:
        cell.add_paragraph().add_run(line)


def _write_lines(cell: Any, text: str, *, new: bool = False) -> None:
    """One paragraph a line; blank lines only part them."""
    lines = [line for line in _fit(text).split("\n") if line.strip()]
    for line in lines:
        paragraph = cell.add_paragraph() if new else cell.paragraphs[0]
        paragraph.add_run(line)
        new = True


def _fit(text: str) -> str:
    """The text without the characters that no XML file can hold."""
    return clean_text(text)
