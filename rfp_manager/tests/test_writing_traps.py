"""Traps of real workbooks that no other test of filling and reading meets: what must be left, read or refused."""

import io

import pytest

from rfp_manager.tests.filling import contents, fill, read_back, statuses
from rfp_manager.tests.package_builder import one_sheet, part, sheet_xml
from rfp_manager.workbooks.package import WorkbookError
from rfp_manager.workbooks.reading import open_book
from rfp_manager.workbooks.writing import CellAnswer, fill_workbook

SHEET = "xl/worksheets/sheet1.xml"
X14 = "http://schemas.microsoft.com/office/spreadsheetml/2009/9/main"


def test_what_usual_libraries_drop_from_a_sheet_stays_behind_the_filled_cell():
    before = '<sheetPr codeName="Form"><tabColor rgb="FF00FF00"/></sheetPr>'
    rows = (
        '<row r="1"><c r="A1" t="str"><f>"No. "&amp;1</f><v>No. 1</v></c>'
        '<c r="B1" t="inlineStr"><is><r><rPr><b/></rPr><t>Bold</t></r><r><t> and plain</t></r></is></c>'
        '<c r="C1" s="3"/><c r="D1"><f>LEN(C1)</f><v>0</v></c></row>'
    )
    after = (
        '<sheetProtection algorithmName="SHA-512" hashValue="aGFzaA==" saltValue="c2FsdA==" spinCount="100000"/>'
        '<conditionalFormatting sqref="C1"><cfRule type="notContainsBlanks" dxfId="0" priority="1">'
        "<formula>LEN(TRIM(C1))&gt;0</formula></cfRule></conditionalFormatting>"
        '<pageSetup orientation="landscape" r:id="rIdP"/><legacyDrawing r:id="rIdV"/>'
        '<controls><control shapeId="1025" r:id="rIdX" name="Box"/></controls>'
        f'<extLst><ext xmlns:x14="{X14}" uri="{{78C0D931-6437-407d-A8EE-F0AAD7539E65}}"><x14:conditionalFormattings>'
        '<x14:conditionalFormatting><x14:cfRule type="dataBar" id="{1}"/></x14:conditionalFormatting>'
        "</x14:conditionalFormattings></ext></extLst>"
    )
    book = one_sheet(rows, before=before, after=after)
    filled, report = fill(book, {"C1": "Yes"}, allow_locked=True)
    assert statuses(report) == {"C1": "filled"}
    cell = '<c r="C1" s="3" t="inlineStr"><is><t>Yes</t></is></c>'
    assert part(filled, SHEET).decode() == part(book, SHEET).decode().replace('<c r="C1" s="3"/>', cell)


def test_an_answer_longer_than_its_fixed_row_is_written_whole_with_a_warning():
    columns = '<cols><col min="2" max="2" width="20"/></cols>'
    book = one_sheet('<row r="1" ht="15" customHeight="1"><c r="B1"/></row>', before=columns)
    filled, report = fill(book, {"B1": "word " * 40})
    assert read_back(filled, "S", "B1") == "word " * 40
    assert 'ht="15" customHeight="1"' in part(filled, SHEET).decode()
    assert any("row is high" in warning for warning in report.warnings)


@pytest.mark.parametrize("height", ['ht="15"', 'ht="300" customHeight="1"', ""])
def test_an_answer_that_shows_whole_is_no_reason_for_a_warning(height):
    columns = '<cols><col min="2" max="2" width="20"/></cols>'
    text = "Yes." if height == 'ht="15"' else "word " * 40
    _, report = fill(one_sheet(f'<row r="1" {height}><c r="B1"/></row>', before=columns), {"B1": text})
    assert report.warnings == []


def test_stale_scores_in_other_viewers_are_told():
    _, report = fill(
        one_sheet('<row r="1"><c r="A1"/><c r="B1"><f>LEN(A1)</f><v>0</v></c></row>'), {"A1": "Yes"}
    )
    assert any("may still show scores" in warning for warning in report.warnings)


def test_tags_inside_cdata_are_text_and_end_no_cell():
    rows = (
        '<row r="1"><c r="A1" t="inlineStr"><is><t><![CDATA[</t></is></c></row><row r="9"><c r="B1">]]></t></is></c>'
        '<c r="B1"/></row><row r="2"><c r="B2"/></row>'
    )
    filled, report = fill(one_sheet(rows), {"B1": "one", "B2": "two"})
    assert statuses(report) == {"B1": "filled", "B2": "filled"}
    assert (read_back(filled, "S", "B1"), read_back(filled, "S", "B2")) == ("one", "two")
    assert read_back(filled, "S", "A1") == '</t></is></c></row><row r="9"><c r="B1">'


def test_an_encrypted_workbook_is_refused_with_advice():
    data = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(2048)
    with pytest.raises(WorkbookError, match="password"):
        fill_workbook(io.BytesIO(data), [CellAnswer("S", "A1", "x")], io.BytesIO())


def test_a_sheet_that_begins_in_the_middle_keeps_its_addresses():
    with open_book(io.BytesIO(one_sheet('<row r="4"><c r="C4" t="str"><v>Here</v></c></row>'))) as book:
        assert book.grids[0].text(4, 3) == "Here"
        assert book.grids[0].text(1, 1) == ""


@pytest.mark.parametrize("claimed", ["A1", "A1:B2", "A1:XFD1048576"])
def test_a_wrong_dimension_is_not_believed(claimed):
    rows = '<row r="3"><c r="D3" t="str"><v>Here</v></c></row>'
    book = one_sheet(rows, before=f'<dimension ref="{claimed}"/>')
    with open_book(io.BytesIO(book)) as opened:
        assert opened.grids[0].text(3, 4) == "Here"
    filled, _ = fill(book, {"E3": "Yes"})
    assert read_back(filled, "S", "E3") == "Yes"


def test_filling_reads_the_original_and_leaves_it_as_it_was():
    book = one_sheet('<row r="1"><c r="A1"/></row>')
    source, target = io.BytesIO(book), io.BytesIO()
    fill_workbook(source, [CellAnswer("S", "A1", "Yes")], target)
    assert source.getvalue() == book
    assert contents(target.getvalue())[SHEET] != contents(book)[SHEET]
    assert sheet_xml('<row r="1"><c r="A1"/></row>').encode() == contents(book)[SHEET]
