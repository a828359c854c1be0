"""Endnotes of a Word document, which python-docx cannot write: the part, its styles and the marks in the text."""

from collections.abc import Hashable
from typing import Any

from docx.enum.style import WD_STYLE_TYPE
from docx.opc.constants import CONTENT_TYPE, RELATIONSHIP_TYPE
from docx.opc.packuri import PackURI
from docx.opc.part import Part
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shared import Mm, Pt
from lxml import etree

from rfp_manager.services.word_parts import add_field, bookmark_around

# The names and identifiers that Word itself gives to these styles.
TEXT_STYLE, TEXT_STYLE_ID = "endnote text", "EndnoteText"
MARK_STYLE, MARK_STYLE_ID = "endnote reference", "EndnoteReference"
# Word keeps the first two notes for the lines that part notes from text.
_SEPARATORS = ((-1, "separator"), (0, "continuationSeparator"))
# The schema wants w:endnotePr before these children of w:settings.
_AFTER_ENDNOTE_SETTINGS = (
    "w:compat",
    "w:docVars",
    "w:rsids",
    "m:mathPr",
    "w:attachedSchema",
    "w:themeFontLang",
    "w:clrSchemeMapping",
    "w:doNotIncludeSubdocsInStats",
    "w:shapeDefaults",
    "w:decimalSymbol",
    "w:listSeparator",
)
_AFTER_ENDNOTE_OF_SECTION = (
    "w:type",
    "w:pgSz",
    "w:pgMar",
    "w:paperSrc",
    "w:pgBorders",
    "w:lnNumType",
    "w:pgNumType",
    "w:cols",
)


class Endnotes:
    """The notes of one document, numbered 1, 2, 3 in the order of first use.

    `cite` each source where it is used, then call `finish` once, before the document is saved.
    """

    def __init__(self, document: Any) -> None:
        self._document = document
        self._numbers: dict[Hashable, int] = {}
        self._root = parse_xml(f"<w:endnotes {nsdecls('w')}/>")
        for number, kind in _SEPARATORS:
            note = _note(number, kind=kind)
            note.append(_paragraph(OxmlElement(f"w:{kind}")))
            self._root.append(note)

    def __len__(self) -> int:
        return len(self._numbers)

    def cite(self, paragraph: Any, source: Hashable, text: str) -> None:
        """Mark the end of the paragraph with the note of `source`; a source cited before keeps its note and number."""
        if source in self._numbers:
            number = self._numbers[source]
            instruction = f"NOTEREF {_anchor(number)} \\f \\h"
            add_field(paragraph, instruction, shown=str(number), style=MARK_STYLE)
            return
        number = self._numbers[source] = len(self._numbers) + 1
        if number == 1:
            self._add_styles()
        run = paragraph.add_run()
        run.style = MARK_STYLE
        reference = OxmlElement("w:endnoteReference")
        reference.set(qn("w:id"), str(number))
        run._r.append(reference)
        bookmark_around(run, _anchor(number), number=number)
        self._root.append(_text_note(number, text))

    def finish(self) -> None:
        """Put the notes into the package. A document that cites nothing has no such part."""
        if not self._numbers:
            return
        main = self._document.part
        content = etree.tostring(self._root, xml_declaration=True, encoding="UTF-8", standalone=True)
        part = Part(PackURI("/word/endnotes.xml"), CONTENT_TYPE.WML_ENDNOTES, content, main.package)
        main.relate_to(part, RELATIONSHIP_TYPE.ENDNOTES)
        settings = _numbering()
        for number, _ in _SEPARATORS:
            separator = OxmlElement("w:endnote")
            separator.set(qn("w:id"), str(number))
            settings.append(separator)
        self._document.settings.element.insert_element_before(settings, *_AFTER_ENDNOTE_SETTINGS)
        # LibreOffice takes the numbers' format from the section.
        for section in self._document.sections:
            section._sectPr.insert_element_before(_numbering(), *_AFTER_ENDNOTE_OF_SECTION)

    def _add_styles(self) -> None:
        styles = self._document.styles
        text = styles.add_style(TEXT_STYLE, WD_STYLE_TYPE.PARAGRAPH, builtin=True)
        text.element.styleId = TEXT_STYLE_ID
        text.base_style = styles["Normal"]
        text.font.size = Pt(9.5)
        text.paragraph_format.left_indent, text.paragraph_format.first_line_indent = Mm(8), Mm(-8)
        mark = styles.add_style(MARK_STYLE, WD_STYLE_TYPE.CHARACTER, builtin=True)
        mark.element.styleId = MARK_STYLE_ID
        mark.font.superscript = True


def _anchor(number: int) -> str:
    # A name that begins with an underscore is hidden from the list of bookmarks.
    return f"_Source{number}"


def _numbering() -> Any:
    """Notes stand at the end and count 1, 2, 3; Word's own way would be i, ii, iii."""
    properties = OxmlElement("w:endnotePr")
    for name, value in (("w:pos", "docEnd"), ("w:numFmt", "decimal")):
        properties.append(_valued(name, value))
    return properties


def _note(number: int, *, kind: str = "") -> Any:
    note = OxmlElement("w:endnote")
    if kind:
        note.set(qn("w:type"), kind)
    note.set(qn("w:id"), str(number))
    return note


def _text_note(number: int, text: str) -> Any:
    note = _note(number)
    paragraph = _paragraph(OxmlElement("w:endnoteRef"), style=MARK_STYLE_ID)
    properties = OxmlElement("w:pPr")
    properties.append(_valued("w:pStyle", TEXT_STYLE_ID))
    paragraph.insert(0, properties)
    words = OxmlElement("w:t")
    words.set(qn("xml:space"), "preserve")
    words.text = text
    run = OxmlElement("w:r")
    run.append(OxmlElement("w:tab"))
    run.append(words)
    paragraph.append(run)
    note.append(paragraph)
    return note


def _paragraph(content: Any, *, style: str = "") -> Any:
    paragraph, run = OxmlElement("w:p"), OxmlElement("w:r")
    if style:
        properties = OxmlElement("w:rPr")
        properties.append(_valued("w:rStyle", style))
        run.append(properties)
    run.append(content)
    paragraph.append(run)
    return paragraph


def _valued(name: str, value: str) -> Any:
    element = OxmlElement(name)
    element.set(qn("w:val"), value)
    return element
