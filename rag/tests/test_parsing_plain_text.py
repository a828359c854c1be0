"""Plain text to structured text."""

import pytest

from rag.parsing import Block, ParsedDocument, ParsingError, parse_document


def parse(text: str) -> ParsedDocument:
    return parse_document(text.encode(), extension="txt")


def test_a_first_line_alone_is_the_title_and_drawn_headings_are_headings() -> None:
    parsed = parse(
        "Release policy\n\nReleases\n========\n\nEvery quarter, on a\nTuesday.\n\nHotfixes\n--------\n\nAt once.\n\n"
        "Support\n=======\n\nTwo years.\n"
    )
    assert parsed.title == "Release policy"
    assert parsed.blocks == (
        Block("paragraph", "Every quarter, on a Tuesday.", ("Releases",)),
        Block("paragraph", "At once.", ("Releases", "Hotfixes")),
        Block("paragraph", "Two years.", ("Support",)),
    )


def test_numbered_lines_that_stand_alone_are_headings_and_numbered_items_are_not() -> None:
    parsed = parse(
        "1 Scope\n\nThis is the scope of the policy.\n\n1.1 Systems\n\nAll of them.\n\n"
        "2 Steps\n\n1. Open it.\n2. Close it.\n"
    )
    assert parsed.blocks == (
        Block("paragraph", "This is the scope of the policy.", ("1 Scope",)),
        Block("paragraph", "All of them.", ("1 Scope", "1.1 Systems")),
        Block("list_item", "1. Open it.", ("2 Steps",)),
        Block("list_item", "2. Close it.", ("2 Steps",)),
    )


def test_items_lose_their_bullets_and_keep_their_continuation_lines() -> None:
    parsed = parse("We keep:\n\n- names and\n  addresses\n* dates\n• sums\n")
    assert [(block.kind, block.text) for block in parsed.blocks] == [
        ("paragraph", "We keep:"),
        ("list_item", "names and addresses"),
        ("list_item", "dates"),
        ("list_item", "sums"),
    ]


def test_a_listing_keeps_its_lines() -> None:
    parsed = parse("Run this::\n\n    backup --now\n      --verbose\n\nThen wait for it.\n")
    assert parsed.blocks[1] == Block("code", "    backup --now\n      --verbose")


def test_capitals_alone_on_a_line_are_a_heading() -> None:
    parsed = parse(
        "Some first words here, with an end.\n\nACCESS CONTROL\n\nTwo factors.\n\nKEYS\n\nRotated.\n"
    )
    assert parsed.blocks[1] == Block("paragraph", "Two factors.", ("ACCESS CONTROL",))


def test_line_ends_of_every_system_are_line_ends() -> None:
    assert parse("One.\r\n\r\nTwo.\r\rThree.\n").blocks == tuple(
        Block("paragraph", text) for text in ("One.", "Two.", "Three.")
    )


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-be", "utf-32"])
def test_unicode_encodings_are_read(encoding: str) -> None:
    content = "Größe und Maß über alles: fünf.\n".encode(encoding)
    if encoding == "utf-16-be":
        content = b"\xfe\xff" + content
    assert parse_document(content, extension="txt").blocks[0].text == "Größe und Maß über alles: fünf."


def test_a_guessed_encoding_is_said() -> None:
    parsed = parse_document(
        "Die Größe beträgt fünf Meter und die Länge über zehn.".encode("cp1252"), extension="txt"
    )
    assert "Größe beträgt fünf" in parsed.blocks[0].text
    assert "save it as UTF-8" in str(parsed.warnings[0])


@pytest.mark.parametrize(
    "hidden",
    ["\u200b", "\u202e", "\ufeff", "\u00ad", "\U000e0041", "\x07", "\x1b", "\u2060", "\x0b", "\ufdd0"],
)
def test_characters_that_nobody_sees_are_dropped(hidden: str) -> None:
    parsed = parse(f"Backups{hidden} run nightly and are kept.")
    assert " ".join(block.text for block in parsed.blocks) == "Backups run nightly and are kept."


@pytest.mark.parametrize("text", ["\n\n", "  \t\n", "====\n----\n"])
def test_a_file_without_text_says_so(text: str) -> None:
    with pytest.raises(ParsingError, match="holds no text"):
        parse(text)


def test_no_word_of_an_ordinary_text_is_lost() -> None:
    text = "Title line\n\nFirst. Second\nline: more\n\n  * a\n  * b\n\nX\n-\n\n===\nEND\n===\n\nlast words"
    parsed = parse(text)
    found = " ".join(
        [parsed.title or "", *[" ".join([*block.heading_path, block.text]) for block in parsed.blocks]]
    )
    for word in ("Title", "First.", "Second", "line:", "more", "a", "b", "END", "last", "words"):
        assert word in found.split(), word
