"""Cutting documents into passages: nothing lost, no budget exceeded, always the same."""

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rag.parsing import Block, ParsedDocument
from rag.services.chunk_units import sentences
from rag.services.chunking import Chunk, chunk_context, chunk_document, passage_text

SPECIAL = 2


def count_words(texts: list[str]) -> list[int]:
    """A token for each word and each 6 letters of a long one, and two special ones, as a model counts."""
    return [SPECIAL + sum(-(-len(word) // 6) for word in text.split()) for text in texts]


def cut(*blocks: Block, title: str | None = "Guide", budget: int = 60, overlap: int = 12) -> list[Chunk]:
    return chunk_document(
        ParsedDocument(title, blocks), count_tokens=count_words, budget=budget, overlap=overlap
    )


def paragraph(text: str, *path: str, page: int | None = None) -> Block:
    return Block("paragraph", text, path, page)


def sentence(number: int, words: int = 8) -> str:
    return f"Rule {number} says " + "word " * (words - 4) + "end."


def test_a_short_section_is_one_passage_with_its_place() -> None:
    text = " ".join(sentence(n) for n in range(5))
    (chunk,) = cut(paragraph(text, "Backups", "Sites", page=3))
    assert (chunk.text, chunk.heading_path, chunk.page, chunk.page_end) == (text, ("Backups", "Sites"), 3, 3)
    assert chunk.token_count == count_words([passage_text("Guide > Backups > Sites", text)])[0]
    assert chunk.overlap_chars == 0


def test_sections_are_not_mixed_when_they_have_something_to_say() -> None:
    long = " ".join(sentence(n) for n in range(4))
    chunks = cut(paragraph(long, "A"), paragraph(long, "B"), budget=100)
    assert [chunk.heading_path for chunk in chunks] == [("A",), ("B",)]


def test_a_section_too_small_to_stand_alone_joins_its_neighbour_with_its_heading() -> None:
    (chunk,) = cut(paragraph("Nightly.", "Ops", "Backups"), paragraph("Two factors.", "Ops", "Access"))
    assert chunk.heading_path == ("Ops",)
    assert chunk.text == "Backups\nNightly.\n\nAccess\nTwo factors."


def test_a_long_section_is_cut_between_sentences_and_repeats_the_last_ones() -> None:
    said = [sentence(n, 10) for n in range(12)]
    chunks = cut(paragraph(" ".join(said), "A"))
    assert len(chunks) > 1
    assert chunks[0].overlap_chars == 0
    for before, after in pairwise(chunks):
        repeated = after.text[: after.overlap_chars].strip()
        assert repeated
        assert before.text.endswith(repeated)
        assert repeated in said
        assert all(part in said for part in sentences(after.text))


def test_the_passages_of_a_section_are_of_about_equal_size() -> None:
    chunks = cut(paragraph(" ".join(sentence(n, 6) for n in range(30)), "A"), overlap=0)
    sizes = [chunk.token_count for chunk in chunks]
    assert max(sizes) < 1.5 * min(sizes)


def test_a_table_that_is_cut_repeats_its_header() -> None:
    rows = [f"| Plan {n} | {n} days and some more words | Site {n} |" for n in range(20)]
    header = "| Plan | Kept | Where |\n| --- | --- | --- |"
    chunks = cut(Block("table", "\n".join([header, *rows]), ("Retention",)))
    assert len(chunks) > 1
    for chunk in chunks:
        assert chunk.text.startswith(header)
    assert chunks[0].overlap_chars == 0
    assert [row for chunk in chunks for row in chunk.text.split("\n")[2:]] == rows


def test_a_passage_over_a_page_end_knows_both_pages() -> None:
    (chunk,) = cut(paragraph("One.", "A", page=4), paragraph("Two.", "A", page=5))
    assert (chunk.page, chunk.page_end) == (4, 5)


def test_a_word_longer_than_the_budget_is_cut_and_kept() -> None:
    chunks = cut(paragraph("x" * 2_000, "A"))
    assert "".join(chunk.text for chunk in chunks).replace(" ", "") == "x" * 2_000
    assert max(chunk.token_count for chunk in chunks) <= 60


def test_an_endless_heading_does_not_crowd_out_the_text() -> None:
    path = tuple(f"Heading {n} " + "of many words " * 10 for n in range(6))
    (chunk,) = cut(paragraph("Nightly.", *path), budget=256)
    assert len(chunk_context("Guide", path)) <= 240
    assert chunk.text == "Nightly."


def test_nothing_in_is_nothing_out() -> None:
    assert cut() == []


@pytest.mark.parametrize(
    ("title", "path", "context"),
    [
        (None, (), ""),
        ("Guide", ("Guide", "Backups"), "Guide > Backups"),
        ("Guide", ("Backups", "BACKUPS"), "Guide > Backups"),
        ("Guide", ("  Two \n words ",), "Guide > Two words"),
    ],
)
def test_the_context_is_title_and_headings_without_repeats(title, path, context: str) -> None:
    assert chunk_context(title, path) == context


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("One. Two! Three?", ["One.", "Two!", "Three?"]),
        ("We use e.g. Postgres. It is fast.", ["We use e.g. Postgres.", "It is fast."]),
        ("Version 2.1 is out. See Fig. 3 there.", ["Version 2.1 is out.", "See Fig. 3 there."]),
        ('He said "No." Then he left.', ['He said "No."', "Then he left."]),
        ("Ask J. Smith. He knows.", ["Ask J. Smith.", "He knows."]),
        ("no capital. follows here", ["no capital. follows here"]),
        ("第一句。第二句。", ["第一句。", "第二句。"]),
    ],
)
def test_sentences_end_where_a_reader_ends_them(text: str, parts: list[str]) -> None:
    assert sentences(text) == parts


# Properties, over documents of every shape

_words = st.text(st.sampled_from("abcdefgh.,!?;:|#-–äß漢字 "), min_size=1, max_size=30)
_lines = (
    st.lists(_words, min_size=1, max_size=25).map(" ".join).map(lambda text: " ".join(text.split()) or "x")
)
_cells = st.lists(_words.map(lambda cell: cell.replace("|", "").strip() or "y"), min_size=2, max_size=4)


@st.composite
def _tables(draw) -> str:
    rows = draw(st.lists(_cells, min_size=2, max_size=12))
    width = min(map(len, rows))
    lines = ["| " + " | ".join(row[:width]) + " |" for row in rows]
    return "\n".join([lines[0], "|" + " --- |" * width, *lines[1:]])


_blocks = st.one_of(
    st.tuples(st.sampled_from(["paragraph", "list_item"]), _lines),
    st.tuples(st.just("table"), _tables()),
    st.tuples(st.just("code"), st.lists(_lines, min_size=1, max_size=6).map("\n".join)),
)
_paths = st.lists(st.sampled_from(["A", "B", "Long heading of words"]), max_size=3).map(tuple)
_documents = st.lists(st.tuples(_blocks, _paths, st.integers(1, 9)), max_size=12).map(
    lambda items: tuple(Block(kind, text, path, page) for (kind, text), path, page in items)
)


def _letters(text: str) -> str:
    return "".join(text.split())


@settings(max_examples=150, deadline=None)
@given(blocks=_documents, budget=st.integers(40, 200), overlap=st.integers(0, 40))
def test_no_text_is_lost_none_is_added_and_no_budget_exceeded(blocks, budget: int, overlap: int) -> None:
    parsed = ParsedDocument("Guide", blocks)
    chunks = chunk_document(parsed, count_tokens=count_words, budget=budget, overlap=overlap)
    assert [chunk.index for chunk in chunks] == list(range(len(chunks)))
    assert all(chunk.token_count <= budget for chunk in chunks)
    assert all(chunk.text.strip() for chunk in chunks)
    whole = _letters("".join(chunk.text[chunk.overlap_chars :] for chunk in chunks))
    # Headings of small sections that were joined stand in the text besides: so it is a supersequence.
    position = 0
    for block in blocks:
        for letter in _letters(block.text):
            position = whole.find(letter, position) + 1
            assert position > 0, block
    assert len(whole) <= len(_letters("".join(" > ".join(b.heading_path) + b.text for b in blocks)))
    assert chunks == chunk_document(parsed, count_tokens=count_words, budget=budget, overlap=overlap)


@settings(max_examples=100, deadline=None)
@given(text=st.text(max_size=300))
def test_sentences_together_are_the_paragraph(text: str) -> None:
    assert _letters("".join(sentences(text))) == _letters(text)
