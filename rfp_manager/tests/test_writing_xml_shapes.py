"""XML that is correct and unusual: prefixes, encodings, comments, CDATA, the strict namespace, tiny blocks."""

import io

import pytest

from rfp_manager.tests.filling import fill, read_back, sheet_after, statuses
from rfp_manager.tests.package_builder import (
    HEAD,
    MAIN,
    OFFICE,
    STRICT,
    STRICT_OFFICE,
    one_sheet,
    package_parts,
    part,
    sheet_xml,
    zipped,
)
from rfp_manager.workbooks.package import WorkbookError
from rfp_manager.workbooks.writing import CellAnswer, fill_workbook, xml_stream


def book_of(xml: str | bytes) -> bytes:
    return zipped(package_parts({"S": xml}))


def test_prefixed_elements_stay_prefixed():
    xml = (
        f'{HEAD}<x:worksheet xmlns:x="{MAIN}"><x:dimension ref="A1"/><x:sheetData>'
        '<x:row r="1"><x:c r="A1" t="s"><x:v>0</x:v></x:c></x:row><x:row r="2"/></x:sheetData>'
        '<x:mergeCells count="1"><x:mergeCell ref="C1:D1"/></x:mergeCells></x:worksheet>'
    )
    filled, report = fill(book_of(xml), {"A1": "a", "B2": 2, "A3": True, "D1": "m"})
    after = part(filled, "xl/worksheets/sheet1.xml").decode()
    assert report.filled == 4
    assert '<x:c r="A1" t="inlineStr"><x:is><x:t>a</x:t></x:is></x:c>' in after
    assert '<x:c r="C1" t="inlineStr">' in after
    assert '<x:row r="2"><x:c r="B2"><x:v>2</x:v></x:c></x:row>' in after
    assert '<x:row r="3"><x:c r="A3" t="b"><x:v>1</x:v></x:c></x:row></x:sheetData>' in after
    assert '<x:dimension ref="A1:C3"/>' in after


def test_prefixed_sheet_without_rows_is_filled():
    xml = f'<x:worksheet xmlns:x="{MAIN}"><x:sheetData /></x:worksheet>'
    filled, _ = fill(book_of(xml), {"A1": 5})
    assert read_back(filled, "S", "A1") == 5


@pytest.mark.parametrize(
    ("codec", "mark", "declared"),
    [
        ("utf-16-le", b"\xff\xfe", "UTF-16"),
        ("utf-16-be", b"\xfe\xff", "UTF-16"),
        ("utf-16-le", b"", "UTF-16"),
        ("utf-8", b"\xef\xbb\xbf", "UTF-8"),
        ("iso-8859-1", b"", "ISO-8859-1"),
        ("windows-1252", b"", "windows-1252"),
    ],
)
def test_a_sheet_keeps_its_encoding(codec, mark, declared):
    rows = '<row r="1"><c r="A1" t="inlineStr"><is><t>Größe</t></is></c></row>'
    text = sheet_xml(rows).replace("UTF-8", declared)
    filled, _ = fill(book_of(mark + text.encode(codec)), {"B1": "naïve 漢 😀", "C2": "x"})
    after = part(filled, "xl/worksheets/sheet1.xml")
    assert after.startswith(mark + '<?xml version="1.0"'.encode(codec))
    decoded = after[len(mark) :].decode(codec)
    assert "Größe" in decoded
    if codec in ("iso-8859-1", "windows-1252"):
        assert "na\xefve &#28450; &#128512;" in decoded
    else:
        assert "naïve 漢 😀" in decoded


def test_what_comments_hide_is_no_row_and_no_cell():
    rows = (
        '<!-- <row r="1"><c r="A1"/></row> --><row r="1"><!-- <c r="A1"/> --><c r="B1" t="inlineStr"><is><t>'
        '<![CDATA[</row><row r="7"><c r="A7">]]></t></is></c></row><?tool <row r="2"/> ?><row r="3"><c r="A3"/></row>'
    )
    filled, report = fill(one_sheet(rows), {"A1": 1, "A2": 2, "A3": 3, "A7": 7})
    after = part(filled, "xl/worksheets/sheet1.xml").decode()
    assert report.filled == 4
    assert after.count("<!--") == 2
    assert '<![CDATA[</row><row r="7"><c r="A7">]]>' in after
    assert [read_back(filled, "S", f"A{row}") for row in (1, 2, 3, 7)] == [1, 2, 3, 7]
    assert read_back(filled, "S", "B1") == '</row><row r="7"><c r="A7">'


def test_commented_out_formula_and_merge_do_not_count():
    rows = '<row r="1"><c r="A1"><!-- <f>1+1</f> --><v>2</v></c></row>'
    book = one_sheet(rows, after='<!-- <mergeCells><mergeCell ref="A1:B1"/></mergeCells> -->')
    filled, report = fill(book, {"A1": 9, "B1": 8})
    assert set(statuses(report).values()) == {"filled"}
    assert read_back(filled, "S", "B1") == 8


def test_comment_around_the_sheet_data_is_passed_over():
    before = "<!-- <sheetData><row r='1'/></sheetData> -->"
    filled, _ = fill(one_sheet('<row r="1"/>', before=before), {"A1": 1})
    assert before in part(filled, "xl/worksheets/sheet1.xml").decode()
    assert read_back(filled, "S", "A1") == 1


def test_list_values_around_markup_and_comments_are_read_as_they_are_meant():
    rows = (
        '<row r="1"><c r="H1" t="inlineStr"><is><t>Fully<!-- so far --> <![CDATA[met & <well>]]></t></is></c></row>'
        '<row r="2"><c r="H2"><v><!-- one -->1</v></c></row>'
    )
    rule = (
        '<dataValidations count="1"><dataValidation type="list" sqref="B1:B2">'
        "<formula1><![CDATA[$H$1:$H$2]]></formula1></dataValidation></dataValidations>"
    )
    _, report = fill(one_sheet(rows, after=rule), {"B1": "fully met & <WELL>", "B2": "1"})
    assert [answer.value for answer in report.written] == ["Fully met & <well>", 1]


def test_what_stays_in_a_rewritten_cell_beside_its_comment_stays_xml():
    rows = '<row r="1"><c r="A1"><!-- old --><v>1</v><extLst><!-- new --><ext uri="{x}"/></extLst></c></row>'
    xml = sheet_after(one_sheet(rows), {"A1": "text"})
    assert '<extLst><ext uri="{x}"/></extLst></c>' in xml


def test_list_values_inside_cdata_are_read():
    rows = '<row r="1"><c r="H1" t="inlineStr"><is><t><![CDATA[Fully met]]></t></is></c></row>'
    rule = (
        '<dataValidations count="1"><dataValidation type="list" sqref="B1"><formula1>$H$1</formula1>'
        "</dataValidation></dataValidations>"
    )
    _, report = fill(one_sheet(rows, after=rule), {"B1": "fully MET"})
    assert [answer.value for answer in report.written] == ["Fully met"]


def test_strict_workbook_is_filled():
    xml = sheet_xml('<row r="1"><c r="A1"/></row>', namespace=STRICT).replace(OFFICE, STRICT_OFFICE)
    parts = package_parts({"S": xml}, namespace=STRICT, office=STRICT_OFFICE)
    filled, report = fill(zipped(parts), {"A1": "strict", "B2": 2})
    assert report.filled == 2
    after = part(filled, "xl/worksheets/sheet1.xml").decode()
    assert f'<worksheet xmlns="{STRICT}"' in after
    assert '<c r="A1" t="inlineStr"><is><t>strict</t></is></c>' in after


def test_greater_than_signs_inside_attributes_end_no_tag():
    rows = '<row r="1" x:note="a>b" xmlns:x="urn:x"><c r="A1" x:note="/>>"/><c r="B1"/></row>'
    filled, _ = fill(one_sheet(rows), {"A1": 1, "B1": 2, "C1": 3})
    after = part(filled, "xl/worksheets/sheet1.xml").decode()
    assert '<row r="1" x:note="a>b" xmlns:x="urn:x"><c r="A1" x:note="/>>"><v>1</v></c>' in after
    assert [read_back(filled, "S", cell) for cell in ("A1", "B1", "C1")] == [1, 2, 3]


@pytest.mark.parametrize("size", [1, 2, 3, 7, 16, 61])
def test_block_borders_may_fall_anywhere(monkeypatch, size):
    rows = (
        '<row r="1" spans="1:2"><c r="A1" s="0" t="inlineStr"><is><t>ä &lt;x&gt;</t></is></c></row>'
        '<!-- <row r="2"/> --><row r="3"/><row r="5"><c r="A5"><f>1+1</f><v>2</v></c><c r="D5"/></row>'
    )
    tail = '<mergeCells count="1"><mergeCell ref="A9:B9"/></mergeCells>'
    book = one_sheet(rows, before='<dimension ref="A1:D5"/>', after=tail)
    answers = {"A1": "neu", "B2": 2, "C3": 3, "A5": 5, "C5": 4, "B9": "anchor"}
    expected, _ = fill(book, answers)
    monkeypatch.setattr(xml_stream, "BLOCK", size)
    filled, report = fill(book, answers)
    assert report.filled == 5
    assert part(filled, "xl/worksheets/sheet1.xml") == part(expected, "xl/worksheets/sheet1.xml")


def test_sheet_that_is_cut_off_is_refused_with_advice():
    xml = sheet_xml('<row r="1"><c r="A1"/></row>').partition("</sheetData>")[0]
    with pytest.raises(WorkbookError, match="middle of its cells"):
        fill_workbook(io.BytesIO(book_of(xml)), [CellAnswer("S", "A1", 1)], io.BytesIO())
