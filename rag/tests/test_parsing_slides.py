"""Presentations to structured text."""

from typing import Any

import pytest
from pptx.util import Cm

from rag.parsing import Block, ParsingError, parse_document
from rag.tests.office_files import pptx_bytes


def slide(presentation: Any, title: str, *lines: str) -> Any:
    page = presentation.slides.add_slide(presentation.slide_layouts[1])
    page.shapes.title.text = title
    page.placeholders[1].text = "\n".join(lines)
    return page


def parse(write: Any) -> tuple[Block, ...]:
    return parse_document(pptx_bytes(write), extension="pptx").blocks


def test_a_slide_is_a_heading_and_a_page_its_lines_a_list() -> None:
    def write(presentation: Any) -> None:
        slide(presentation, "Backups", "Every night", "To a second site")
        slide(presentation, "Access", "Two factors")

    assert parse(write) == (
        Block("list_item", "Every night", ("Backups",), 1),
        Block("list_item", "To a second site", ("Backups",), 1),
        Block("paragraph", "Two factors", ("Access",), 2),
    )


def test_tables_notes_and_boxes_are_read_in_the_order_of_the_slide() -> None:
    def write(presentation: Any) -> None:
        page = presentation.slides.add_slide(presentation.slide_layouts[5])
        page.shapes.title.text = "Plans"
        page.shapes.add_textbox(Cm(14), Cm(5), Cm(8), Cm(2)).text_frame.text = "Right box"
        page.shapes.add_textbox(Cm(1), Cm(5), Cm(8), Cm(2)).text_frame.text = "Left box"
        table = page.shapes.add_table(2, 2, Cm(1), Cm(10), Cm(20), Cm(4)).table
        for row, texts in enumerate([["Plan", "Kept"], ["Standard", "35 days"]]):
            for column, text in enumerate(texts):
                table.cell(row, column).text = text
        page.notes_slide.notes_text_frame.text = "Say why."

    assert [(block.kind, block.text) for block in parse(write)] == [
        ("paragraph", "Left box"),
        ("paragraph", "Right box"),
        ("table", "| Plan | Kept |\n| --- | --- |\n| Standard | 35 days |"),
        ("paragraph", "Say why."),
    ]


def test_text_in_a_group_of_shapes_is_read() -> None:
    def write(presentation: Any) -> None:
        page = presentation.slides.add_slide(presentation.slide_layouts[5])
        page.shapes.title.text = "Sites"
        group = page.shapes.add_group_shape()
        group.shapes.add_textbox(Cm(1), Cm(5), Cm(8), Cm(2)).text_frame.text = "Grouped"

    assert parse(write) == (Block("paragraph", "Grouped", ("Sites",), 1),)


def test_a_hidden_slide_is_left_out_and_keeps_its_number() -> None:
    def write(presentation: Any) -> None:
        slide(presentation, "Internal", "Margins")._element.set("show", "0")
        slide(presentation, "Public", "Prices")

    assert parse(write) == (Block("paragraph", "Prices", ("Public",), 2),)


def test_a_slide_number_and_footer_are_left_out() -> None:
    def write(presentation: Any) -> None:
        page = slide(presentation, "Public", "Prices")
        box = page.shapes.add_textbox(Cm(1), Cm(18), Cm(3), Cm(1))
        box.text_frame.text = "Confidential 1"
        placeholder = box._element.nvSpPr.nvPr.makeelement(
            "{http://schemas.openxmlformats.org/presentationml/2006/main}ph", {"type": "ftr"}
        )
        box._element.nvSpPr.nvPr.append(placeholder)

    assert [block.text for block in parse(write)] == ["Prices"]


def test_a_presentation_without_text_says_so() -> None:
    def write(presentation: Any) -> None:
        pass

    with pytest.raises(ParsingError, match="holds no text"):
        parse(write)


def test_a_slide_of_pictures_only_is_no_text() -> None:
    def write(presentation: Any) -> None:
        presentation.slides.add_slide(presentation.slide_layouts[6])

    with pytest.raises(ParsingError, match="holds no text"):
        parse(write)
