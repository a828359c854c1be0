"""Office documents made in memory with the libraries that people's own tools use."""

import zipfile
from collections.abc import Callable, Mapping
from io import BytesIO
from typing import Any

import docx
import openpyxl
import pptx


def docx_bytes(write: Callable[[Any], None]) -> bytes:
    """A Word document; `write` gets the empty python-docx document."""
    document = docx.Document()
    write(document)
    return _saved(document)


def pptx_bytes(write: Callable[[Any], None]) -> bytes:
    """A presentation; `write` gets the empty python-pptx one."""
    presentation = pptx.Presentation()
    write(presentation)
    return _saved(presentation)


def xlsx_bytes(sheets: Mapping[str, list[list[Any]]], *, hidden: tuple[str, ...] = ()) -> bytes:
    """A workbook with these sheets and rows."""
    workbook = openpyxl.Workbook()
    workbook.remove(workbook.active)
    for title, rows in sheets.items():
        sheet = workbook.create_sheet(title)
        for row in rows:
            sheet.append(row)
        if title in hidden:
            sheet.sheet_state = "hidden"
    return _saved(workbook)


def sample_office(extension: str) -> bytes:
    """A small, honest document of that kind."""
    if extension == "docx":
        return docx_bytes(lambda document: document.add_paragraph("Backups run every night."))
    if extension == "xlsx":
        return xlsx_bytes({"Terms": [["Term", "Meaning"], ["RPO", "Data that may be lost"]]})

    def slide(presentation: Any) -> None:
        page = presentation.slides.add_slide(presentation.slide_layouts[1])
        page.shapes.title.text = "Backups"
        page.placeholders[1].text = "Every night."

    return pptx_bytes(slide)


def repacked(content: bytes, *, changes: Mapping[str, bytes | None], extra: bool = False) -> bytes:
    """The package with the named parts replaced (None: left out), and new ones added when `extra`."""
    buffer = BytesIO()
    with (
        zipfile.ZipFile(BytesIO(content)) as old,
        zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for name in old.namelist():
            part = changes.get(name, old.read(name))
            if part is not None:
                new.writestr(name, part)
        if extra:
            for name in changes.keys() - set(old.namelist()):
                new.writestr(name, changes[name] or b"")
    return buffer.getvalue()


def part_of(content: bytes, name: str) -> bytes:
    with zipfile.ZipFile(BytesIO(content)) as archive:
        return archive.read(name)


def _saved(document: Any) -> bytes:
    buffer = BytesIO()
    document.save(buffer)
    return buffer.getvalue()
