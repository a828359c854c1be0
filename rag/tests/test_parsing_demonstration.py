"""The demonstration library, read as an upload would read it and compared with what it was made from."""

import re
from pathlib import Path

import pytest

from rag.parsing import SUPPORTED_EXTENSIONS, ParsedDocument, parse_document

DEMO = Path(__file__).resolve().parents[2] / "rfp_manager" / "demo"
FILES = sorted(path for path in (DEMO / "library").rglob("*.*") if path.suffix[1:] in SUPPORTED_EXTENSIONS)
_WORD = re.compile(r"[^\W_]+")


def parsed(path: Path) -> ParsedDocument:
    return parse_document(path.read_bytes(), extension=path.suffix)


def everything(document: ParsedDocument) -> str:
    return " ".join([document.title or "", *(" ".join([*b.heading_path, b.text]) for b in document.blocks)])


def name(path: Path) -> str:
    return f"{path.parent.name}/{path.name}"


@pytest.mark.parametrize("path", FILES, ids=name)
def test_each_file_has_a_title_structure_and_clean_text(path: Path) -> None:
    document = parsed(path)
    text = everything(document)
    assert document.title
    assert document.warnings == ()
    assert len({block.heading_path for block in document.blocks}) >= 3
    assert all(letter == "\n" or letter.isprintable() for letter in text)
    assert not re.search(r"\bpage \d+ of \d+\b", text, re.IGNORECASE)
    if path.suffix == ".pdf":
        assert {block.page for block in document.blocks} >= {1, document.page_count}
    assert parsed(path) == document


SOURCES = sorted((DEMO / "sources").glob("skerrydale-*/*.md"))


@pytest.mark.parametrize("source", SOURCES, ids=name)
def test_the_printed_file_says_what_its_source_says(source: Path) -> None:
    """Every word of the source stands in the file made from it, but for two in a thousand."""
    (printed,) = (DEMO / "library" / source.parent.name).glob(f"{source.stem}.*")
    wanted = _WORD.findall(everything(parse_document(source.read_bytes(), extension="md")).casefold())
    found = set(_WORD.findall(everything(parsed(printed)).casefold()))
    missing = [word for word in wanted if word not in found]
    assert len(missing) <= 0.002 * len(wanted), missing[:20]


@pytest.mark.parametrize("source", SOURCES, ids=name)
def test_every_table_of_the_source_is_a_table_in_the_printed_file(source: Path) -> None:
    (printed,) = (DEMO / "library" / source.parent.name).glob(f"{source.stem}.*")
    written = parse_document(source.read_bytes(), extension="md")
    assert _table_rows(parsed(printed)) >= _table_rows(written)


def _table_rows(document: ParsedDocument) -> int:
    return sum(block.text.count("\n") for block in document.blocks if block.kind == "table")
