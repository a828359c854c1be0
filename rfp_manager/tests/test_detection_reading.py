"""Facts are read from XML as other programs write it: prefixed names, no addresses, comments, UTF-16."""

import io
import re
import zipfile

import pytest

from rfp_manager.tests.detection_texts import QUESTIONS
from rfp_manager.tests.workbook_factory import Cell, Sheet, build, computed, heading
from rfp_manager.workbooks.detection import detect_layout
from rfp_manager.workbooks.package import WorkbookError
from rfp_manager.workbooks.reading.references import Area, parse_area, parse_areas
from rfp_manager.workbooks.reading.sheet_xml import read_sheet_facts

PART = "xl/worksheets/sheet1.xml"
FORM = Sheet(
    "Form",
    [
        heading("ID", "Question", "Answer", "Score"),
        [
            Cell("A", "section"),
            Cell("Access and identity", "section"),
            Cell("", "section"),
            Cell("", "section"),
        ],
        *[
            [f"{n}.1", text, Cell("", "answer"), computed(0, f"LEN(C{n})")]
            for n, text in enumerate(QUESTIONS, 1)
        ],
    ],
    lists={"C3:C14": ["Yes", "No"]},
    hidden_rows=[5],
)


def sheet_xml(book: io.BytesIO) -> str:
    with zipfile.ZipFile(book) as package:
        return package.read(PART).decode()


def prefixed(xml: str) -> bytes:
    xml = re.sub(r"<(/?)(?=[a-zA-Z])(?!\?)", r"<\1x:", xml)
    return xml.replace("xmlns=", "xmlns:x=").encode()


def without_addresses(xml: str) -> bytes:
    xml = re.sub(r'<c r="[A-Z]+\d+"', "<c", xml)
    return re.sub(r'<row r="\d+"', "<row", xml).encode()


def with_comment(xml: str) -> bytes:
    return xml.replace("<sheetData>", '<sheetData><!-- <row r="77"><c r="Z77"/></row> -->').encode()


def in_utf_16(xml: str) -> bytes:
    return xml.replace('encoding="UTF-8"', 'encoding="UTF-16"').encode("utf-16")


def with_other_quotes(xml: str) -> bytes:
    return re.sub(r'(<c|<row) r="(\w+)"', r"\1 r='\2'", xml).encode()


@pytest.mark.parametrize("rewrite", [prefixed, without_addresses, with_comment, in_utf_16, with_other_quotes])
def test_unusual_spellings_of_a_sheet_have_the_same_facts(rewrite):
    xml = sheet_xml(build(FORM))
    usual = read_sheet_facts(xml.encode(), part=PART)
    other = read_sheet_facts(rewrite(xml), part=PART)
    for row in range(1, 16):
        assert other.cells(row) == usual.cells(row)
        assert other.is_hidden_row(row) == usual.is_hidden_row(row)
    assert usual.formula_columns(3) == {4}
    assert other.rules == usual.rules
    assert other.last_column() == usual.last_column() == 4


def test_a_document_type_is_refused():
    xml = sheet_xml(build(FORM)).replace("<worksheet", '<!DOCTYPE x [<!ENTITY a "b">]><worksheet', 1)
    with pytest.raises(WorkbookError, match="entities"):
        read_sheet_facts(xml.encode(), part=PART)


def test_damaged_xml_is_a_sentence():
    with pytest.raises(WorkbookError, match="damaged"):
        read_sheet_facts(sheet_xml(build(FORM))[:-40].encode(), part=PART)


def test_detection_is_the_same_for_a_path_and_for_an_open_file(tmp_path):
    path = tmp_path / "form.xlsx"
    path.write_bytes(build(FORM).getvalue())
    assert detect_layout(path) == detect_layout(build(FORM))


@pytest.mark.parametrize(
    ("text", "area"),
    [
        ("C3", Area(3, 3, 3, 3)),
        ("$A$1:B7", Area(1, 1, 7, 2)),
        ("D:D", Area(1, 4, 1_048_576, 4)),
        ("$2:$5", Area(2, 1, 5, 16_384)),
    ],
)
def test_references_are_understood(text: str, area: Area):
    parsed = parse_area(text)
    assert parsed is not None and parsed.area == area


@pytest.mark.parametrize("text", ["Answers", "A1:B", "XFE1", "A0", "", "A1048577", "A1,B2"])
def test_what_is_no_reference_is_none(text: str):
    assert parse_area(text) is None


def test_an_area_list_leaves_nonsense_out():
    assert parse_areas("A1 nonsense! C2:D3") == [Area(1, 1, 1, 1), Area(2, 3, 3, 4)]
