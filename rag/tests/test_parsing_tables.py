"""Workbooks and comma-separated files to tables."""

import datetime
import re

import pytest

from rag.parsing import Block, ParsingError, parse_document
from rag.parsing import spreadsheet as spreadsheet_module
from rag.parsing.sheet_size import SheetSize, sheet_sizes
from rag.tests.office_files import part_of, repacked, xlsx_bytes


def test_a_sheet_is_a_heading_and_its_tables_are_told_apart_by_empty_rows() -> None:
    content = xlsx_bytes(
        {
            "Retention": [
                ["How long data is kept"],
                ["Plan", "Days"],
                ["Standard", 35],
                [],
                ["Site", "Since"],
                ["North", datetime.date(2024, 3, 1)],
            ],
            "Contacts": [["Name", "Share"], ["Desk", 0.5]],
        }
    )
    assert parse_document(content, extension="xlsx").blocks == (
        Block("paragraph", "How long data is kept", ("Retention",)),
        Block("table", "| Plan | Days |\n| --- | --- |\n| Standard | 35 |", ("Retention",)),
        Block("table", "| Site | Since |\n| --- | --- |\n| North | 2024-03-01 |", ("Retention",)),
        Block("table", "| Name | Share |\n| --- | --- |\n| Desk | 0.5 |", ("Contacts",)),
    )


def test_hidden_sheets_are_left_out() -> None:
    content = xlsx_bytes(
        {"Public": [["a", "b"], ["c", "d"]], "Margins": [["secret", "x"]]}, hidden=("Margins",)
    )
    assert "secret" not in str(parse_document(content, extension="xlsx").blocks)


def test_a_bar_in_a_cell_does_not_split_it() -> None:
    content = xlsx_bytes({"S": [["Key", "Value"], ["a|b", "c\nd"]]})
    assert parse_document(content, extension="xlsx").blocks[0].text.endswith("| a\\|b | c d |")


def test_a_workbook_without_text_says_so() -> None:
    with pytest.raises(ParsingError, match="holds no text"):
        parse_document(xlsx_bytes({"Empty": []}), extension="xlsx")


@pytest.mark.parametrize("cell", ["XFD1048576", "A1048576", "XFD1"])
def test_a_cell_far_away_is_read_and_costs_no_memory(cell: str) -> None:
    content = _with_far_cell(xlsx_bytes({"S": [["Key", "Value"], ["a", "b"]]}), cell)
    blocks = parse_document(content, extension="xlsx").blocks
    assert blocks[0].text.startswith("| Key | Value |")
    assert "end" in blocks[-1].text


def _with_far_cell(content: bytes, cell: str) -> bytes:
    name = "xl/worksheets/sheet1.xml"
    sheet = part_of(content, name).replace(
        b"</sheetData>",
        b'<row r="%s"><c r="%s" t="inlineStr"><is><t>end</t></is></c></row></sheetData>'
        % (cell.lstrip("AXFD").encode(), cell.encode()),
    )
    return repacked(content, changes={name: sheet})


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_the_delimiter_of_a_csv_is_found(delimiter: str) -> None:
    lines = [["Plan", "Days", "Note"], ["Standard", "35", "all"], ["Archive", "2555", "on request"]]
    content = "\n".join(delimiter.join(line) for line in lines).encode()
    (table,) = parse_document(content, extension="csv").blocks
    assert table.kind == "table"
    assert table.text.split("\n")[2:] == ["| Standard | 35 | all |", "| Archive | 2555 | on request |"]


def test_quoted_cells_keep_delimiters_and_line_ends() -> None:
    content = b'Question,Answer\n"Is it, so?","Yes.\nAlways."\n"Two","Three, four"\n'
    (table,) = parse_document(content, extension="csv").blocks
    assert table.text.split("\n")[2:] == ["| Is it, so? | Yes. Always. |", "| Two | Three, four |"]


def test_prose_with_commas_in_one_column_is_not_torn_apart() -> None:
    content = b"Answer\nYes, we do, always.\nNo, never.\n"
    texts = [block.text for block in parse_document(content, extension="csv").blocks]
    assert texts == ["Answer", "Yes, we do, always.", "No, never."]


@pytest.mark.parametrize(
    ("encoding", "warned"), [("utf-8", False), ("utf-8-sig", False), ("utf-16", False), ("cp1252", True)]
)
def test_encodings_are_found_or_guessed_with_a_warning(encoding: str, warned: bool) -> None:
    text = "Größe;Straße\nfünf Meter;Überlingen am See\nzehn Meter;Köln, Höhe des Doms\n"
    parsed = parse_document(text.encode(encoding), extension="csv")
    assert "| fünf Meter | Überlingen am See |" in parsed.blocks[0].text
    assert bool(parsed.warnings) is warned


@pytest.mark.parametrize("content", [b"\n\n", b",,,\n,,\n", b" "])
def test_a_csv_without_text_says_so(content: bytes) -> None:
    with pytest.raises(ParsingError, match="holds no text"):
        parse_document(content, extension="csv")


def test_a_quote_that_is_never_closed_does_not_hang(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(ParsingError, match="never closed"):
        parse_document(b'a,b\n"' + b"x," * 200_000, extension="csv")


def test_more_cells_than_allowed_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spreadsheet_module, "MAX_CELLS", 10)
    with pytest.raises(ParsingError, match="more cells than can be searched"):
        parse_document(b"a,b,c\n" * 5, extension="csv")


def test_more_cells_than_allowed_are_refused_before_a_workbook_is_read(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(spreadsheet_module, "MAX_CELLS", 10)
    with pytest.raises(ParsingError, match="more cells than can be searched"):
        parse_document(xlsx_bytes({"S": [["a", "b", "c"]] * 5}), extension="xlsx")


def test_cells_without_addresses_are_counted_in_order() -> None:
    content = xlsx_bytes({"S": [["a", "b", "c"], ["d", "e", "f"]]})
    name = "xl/worksheets/sheet1.xml"
    bare = re.sub(rb' r="[A-Z]*\d+"', b"", part_of(content, name))
    assert sheet_sizes(repacked(content, changes={name: bare}), limit=100) == {"S": SheetSize(6, 2, 6)}
    assert sheet_sizes(content, limit=100) == {"S": SheetSize(6, 2, 6)}
