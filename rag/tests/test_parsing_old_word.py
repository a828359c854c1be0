"""Word 97-2003 documents to text, by way of docx."""

import pytest

from rag.parsing import Block, ParsingError, parse_document
from rag.tests.old_word_files import old_word_document


def test_its_paragraphs_are_read() -> None:
    content = old_word_document("Backups run every night.", "They are kept for 35 days in a café.")
    assert parse_document(content, extension="doc").blocks == (
        Block("paragraph", "Backups run every night."),
        Block("paragraph", "They are kept for 35 days in a café."),
    )


def test_one_without_text_says_so() -> None:
    with pytest.raises(ParsingError, match="holds no text"):
        parse_document(old_word_document(""), extension="doc")


@pytest.mark.parametrize("cut", [512, 1600, 5000])
def test_a_damaged_one_says_what_to_do(cut: int) -> None:
    with pytest.raises(ParsingError, match=r"save it as\s+\.docx"):
        parse_document(old_word_document("Backups run every night.")[:cut], extension="doc")
