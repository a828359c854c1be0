"""PDF to structured text: headings, pages, tables, lists, and nothing of what repeats on every page."""

from typing import Any

import pytest
from reportlab.platypus import PageBreak

from rag.parsing import ParsedDocument, ParsingError, parse_document
from rag.tests.pdf_files import (
    bullets,
    drawn_pdf,
    gap,
    heading,
    laid_out_pdf,
    one_page_pdf,
    paragraph,
    pdf_of_lines,
    ruled_table,
    text_stream,
)

SENTENCE = "Every client connection is encrypted, and its certificate is renewed each quarter by a robot. "


def parse(content: bytes) -> ParsedDocument:
    return parse_document(content, extension="pdf")


def furniture(canvas: Any, document: Any) -> None:
    canvas.setFont("Helvetica", 8)
    canvas.drawString(72, 815, "Northwind Archive - Security guide - Confidential")
    canvas.drawString(72, 25, f"Page {canvas.getPageNumber()} of 4")


def guide() -> bytes:
    story = [
        heading("Security guide"),
        heading("Encryption", 2),
        paragraph(SENTENCE * 3),
        PageBreak(),
        heading("Backups", 2),
        paragraph("Backups run every night."),
        *bullets("To a second site", "Encrypted with a key of its own"),
        gap(12),
        ruled_table([["Plan", "Retention"], ["Standard", "35 days"], ["Archive", "7 years"]]),
        PageBreak(),
        heading("Access", 2),
        paragraph(SENTENCE * 2),
        PageBreak(),
        paragraph("The last page has a sentence of its own."),
    ]
    return laid_out_pdf(story, furniture=furniture, title="Security guide")


def test_headings_become_paths_and_blocks_know_their_page() -> None:
    parsed = parse(guide())
    places = {block.text.split()[0]: (block.heading_path, block.page) for block in parsed.blocks}
    assert parsed.title == "Security guide"
    assert parsed.page_count == 4
    assert places["Every"] == (("Access",), 3)
    assert places["Backups"] == (("Backups",), 2)
    assert parsed.blocks[0].heading_path == ("Encryption",)
    assert parsed.blocks[0].page == 1


def test_wrapped_lines_are_one_paragraph_again() -> None:
    assert parse(guide()).blocks[0].text == (SENTENCE * 3).strip()


def test_bullets_are_list_items_without_their_bullets() -> None:
    items = [block.text for block in parse(guide()).blocks if block.kind == "list_item"]
    assert items == ["To a second site", "Encrypted with a key of its own"]


def test_a_ruled_table_is_a_table() -> None:
    (table,) = [block for block in parse(guide()).blocks if block.kind == "table"]
    assert table.text == "| Plan | Retention |\n| --- | --- |\n| Standard | 35 days |\n| Archive | 7 years |"
    assert table.page == 2
    assert table.heading_path == ("Backups",)


def test_running_headers_and_page_numbers_are_gone_but_no_text() -> None:
    text = "\n".join(block.text for block in parse(guide()).blocks)
    assert "Confidential" not in text
    assert "of 4" not in text
    assert "The last page has a sentence of its own." in text


def test_a_word_cut_at_a_lines_end_is_whole_and_a_compound_keeps_its_hyphen() -> None:
    parsed = parse(
        pdf_of_lines(
            [
                "The documents of each customer are kept in a separate encryp-",
                "ted container, behind a state-of-",
                "the-art gateway that is patched every week by the operations team.",
            ]
        )
    )
    assert "encrypted container" in parsed.blocks[0].text
    assert "state-of-the-art gateway" in parsed.blocks[0].text
    assert len(parsed.blocks) == 1


def test_a_compound_that_the_document_writes_with_its_hyphen_keeps_it_at_a_lines_end() -> None:
    parsed = parse(
        pdf_of_lines(
            ["The plan for long-term storage is reviewed every year, since long-", "term needs do change."]
        )
    )
    assert "since long-term needs" in parsed.blocks[0].text


def test_a_paragraph_that_goes_on_over_the_page_is_joined() -> None:
    parsed = parse(
        pdf_of_lines(
            [
                "Personal data of applicants is deleted six months after the end",
                "of the procedure, unless the",
            ],
            ["applicant has agreed to a longer time in writing and in advance."],
        )
    )
    assert [block.text for block in parsed.blocks] == [
        "Personal data of applicants is deleted six months after the end of the procedure, unless the "
        "applicant has agreed to a longer time in writing and in advance."
    ]


def test_a_scan_says_that_it_is_one() -> None:
    picture = drawn_pdf(lambda paper: paper.rect(50, 50, 400, 600, fill=1))
    with pytest.raises(ParsingError, match="scan: it holds pictures of pages and no text"):
        parse(picture)


def test_a_document_with_some_scanned_pages_is_read_with_a_warning() -> None:
    pages = [
        lambda paper: paper.drawString(72, 700, SENTENCE),
        *[lambda paper: paper.rect(50, 50, 400, 600, fill=1)] * 3,
    ]
    parsed = parse(drawn_pdf(*pages))
    assert parsed.blocks[0].text == SENTENCE.strip()
    [remark] = parsed.warnings
    assert str(remark).startswith("3 of 4 pages hold no text.")


@pytest.mark.parametrize("stated", ["Microsoft Word - draft7", "untitled", "offer_final.docx", "---"])
def test_a_title_that_a_program_made_up_is_not_the_title(stated: str) -> None:
    parsed = parse(laid_out_pdf([paragraph(SENTENCE)], title=stated))
    assert parsed.title is None


def test_hidden_characters_do_not_reach_the_text() -> None:
    parsed = parse(one_page_pdf(text_stream("Backups run \\001every \\033night at two and are kept.")))
    assert all(letter.isprintable() for letter in parsed.blocks[0].text)


def test_the_same_file_gives_the_same_blocks() -> None:
    content = guide()
    assert parse(content) == parse(content)
