"""What a Word document needs and python-docx has no words for, each one element of its XML."""

from typing import Any

from docx.oxml import OxmlElement
from docx.oxml.ns import qn


def add_field(paragraph: Any, instruction: str, *, shown: str = "1", style: str | None = None) -> None:
    """A value that Word works out, such as PAGE or NUMPAGES; `shown` stands there until it does.

    Each part is a run of its own: in a shared one LibreOffice loses the style of the value.
    """
    for kind in ("begin", None, "separate", "text", "end"):
        if kind is None:
            element = OxmlElement("w:instrText")
            element.set(qn("xml:space"), "preserve")
            element.text = f" {instruction} "
        elif kind == "text":
            element = OxmlElement("w:t")
            element.text = shown
        else:
            element = OxmlElement("w:fldChar")
            element.set(qn("w:fldCharType"), kind)
        paragraph.add_run(style=style)._r.append(element)


def bookmark_around(run: Any, name: str, *, number: int) -> None:
    """Name a run, so that a field can refer to it; `number` is unique in the document."""
    start, end = OxmlElement("w:bookmarkStart"), OxmlElement("w:bookmarkEnd")
    for element in (start, end):
        element.set(qn("w:id"), str(number))
    start.set(qn("w:name"), name)
    run._r.addprevious(start)
    run._r.addnext(end)


def repeat_as_heading(row: Any) -> None:
    """The row stands again at the top of each page that its table runs over."""
    _set_on_row(row, "w:tblHeader")
    _set_on_row(row, "w:cantSplit")


def keep_on_one_page(row: Any) -> None:
    _set_on_row(row, "w:cantSplit")


def shade(cell: Any, colour: str) -> None:
    shading = OxmlElement("w:shd")
    shading.set(qn("w:val"), "clear")
    shading.set(qn("w:color"), "auto")
    shading.set(qn("w:fill"), colour)
    cell._tc.get_or_add_tcPr().append(shading)


def set_language(document: Any, language: str) -> None:
    """The language that spelling is checked in."""
    properties = document.styles["Normal"].element.get_or_add_rPr()
    element = OxmlElement("w:lang")
    element.set(qn("w:val"), language)
    properties.append(element)


def _set_on_row(row: Any, name: str) -> None:
    properties = row._tr.get_or_add_trPr()
    element = OxmlElement(name)
    element.set(qn("w:val"), "true")
    properties.append(element)
