"""Where an answer lands in a sheet's XML: existing cells, missing cells, missing rows."""

import pytest

from rfp_manager.tests.filling import fill, read_back, sheet_after, statuses
from rfp_manager.tests.package_builder import one_sheet, package_parts, part, sheet_xml, zipped
from rfp_manager.workbooks.package import WorkbookError


def test_existing_cell_keeps_its_style_and_loses_type_and_metadata():
    book = one_sheet(
        '<row r="2"><c r="B2" s="7" t="s" cm="1" vm="2"><v>0</v></c><c r="C2"><v>1</v></c></row>'
    )
    after = sheet_after(book, {"B2": "yes"})
    assert '<c r="B2" s="7" t="inlineStr"><is><t>yes</t></is></c><c r="C2"><v>1</v></c>' in after


def test_self_closing_cell_is_filled_in_place():
    after = sheet_after(one_sheet('<row r="2"><c r="B2" s="3"/></row>'), {"B2": 4})
    assert '<row r="2"><c r="B2" s="3"><v>4</v></c></row>' in after


def test_missing_cells_are_created_in_column_order():
    book = one_sheet('<row r="1"><c r="B1"><v>1</v></c><c r="AA1"><v>2</v></c></row>')
    after = sheet_after(book, {"AB1": 5, "A1": 3, "C1": 4})
    assert [after.index(f'r="{cell}"') for cell in ("A1", "B1", "C1", "AA1", "AB1")] == sorted(
        after.index(f'r="{cell}"') for cell in ("A1", "B1", "C1", "AA1", "AB1")
    )


def test_missing_cell_beside_a_filled_one_stands_before_it():
    book = one_sheet('<row r="1"><c r="C1"><v>1</v></c></row>')
    after = sheet_after(book, {"C1": 9, "B1": 8})
    assert '<c r="B1"><v>8</v></c><c r="C1"><v>9</v></c>' in after


def test_missing_rows_are_created_in_order():
    book = one_sheet('<row r="3"><c r="A3"><v>1</v></c></row><row r="9"><c r="A9"><v>1</v></c></row>')
    after = sheet_after(book, {"A12": 5, "A1": 1, "B5": 3, "A5": 2, "A3": 7})
    order = ['r="1"', 'r="3"', 'r="A5"', 'r="B5"', 'r="9"', 'r="12"']
    assert [after.index(text) for text in order] == sorted(after.index(text) for text in order)


def test_self_closing_row_receives_cells():
    after = sheet_after(one_sheet('<row r="2" ht="30"/><row r="3"/>'), {"B2": 1})
    assert '<row r="2" ht="30"><c r="B2"><v>1</v></c></row><row r="3"/>' in after


def test_empty_row_with_an_end_tag_receives_cells():
    after = sheet_after(one_sheet('<row r="2">\n</row>'), {"B2": 1})
    assert '<row r="2"><c r="B2"><v>1</v></c>\n</row>' in after


def test_row_without_attributes_receives_cells_at_its_beginning():
    after = sheet_after(one_sheet("<row></row>"), {"B1": 1})
    assert '<row><c r="B1"><v>1</v></c></row>' in after


def test_sheet_without_rows_receives_them():
    xml = sheet_xml("").replace("<sheetData></sheetData>", "<sheetData/>")
    after = sheet_after(zipped(package_parts({"S": xml})), {"B2": 1, "A7": 2})
    assert (
        '<row r="2"><c r="B2"><v>1</v></c></row><row r="7"><c r="A7"><v>2</v></c></row></sheetData>' in after
    )


def test_new_cell_takes_the_row_style_when_the_row_has_one_else_the_column_style():
    columns = '<cols><col min="2" max="3" width="9" style="5"/></cols>'
    book = one_sheet('<row r="1" s="8" customFormat="1"/><row r="2" s="8"/>', before=columns)
    after = sheet_after(book, {"B1": 1, "B2": 1, "C3": 1, "D3": 1})
    assert '<c r="B1" s="8">' in after
    assert '<c r="B2" s="5">' in after
    assert '<c r="C3" s="5">' in after
    assert '<c r="D3">' in after


def test_row_style_zero_wins_over_the_column_style():
    columns = '<cols><col min="2" max="2" width="9" style="5"/></cols>'
    after = sheet_after(one_sheet('<row r="1" s="0" customFormat="1"/>', before=columns), {"B1": 1})
    assert '<c r="B1"><v>1</v></c>' in after


def test_spans_and_dimension_grow_to_hold_the_new_cells():
    book = one_sheet('<row r="4" spans="2:3"><c r="B4"><v>1</v></c></row>', before='<dimension ref="B4:C4"/>')
    filled, _ = fill(book, {"E4": 1, "C9": 2})
    xml = part(filled, "xl/worksheets/sheet1.xml").decode()
    assert '<dimension ref="B4:E9"/>' in xml
    assert '<row r="4" spans="2:5">' in xml


def test_spans_and_dimension_stay_when_the_cells_lie_inside():
    book = one_sheet('<row r="4" spans="1:9"><c r="B4"><v>1</v></c></row>', before='<dimension ref="A1:I9"/>')
    filled, _ = fill(book, {"E4": 1})
    xml = part(filled, "xl/worksheets/sheet1.xml").decode()
    assert '<dimension ref="A1:I9"/>' in xml
    assert 'spans="1:9"' in xml


def test_rows_and_cells_without_addresses_are_counted():
    rows = "<row><c><v>1</v></c><c><v>2</v></c></row><row><c><v>3</v></c><c><v>4</v></c></row>"
    filled, _ = fill(one_sheet(rows), {"B2": "here", "D2": "new", "A4": "below"})
    assert read_back(filled, "S", "B2") == "here"
    assert read_back(filled, "S", "B1") == 2
    assert read_back(filled, "S", "D2") == "new"
    assert read_back(filled, "S", "A4") == "below"


def test_attribute_order_and_quotes_do_not_matter():
    book = one_sheet("<row ht='12' r='5' ><c s='2' r='B5' t = 's' ><v>0</v></c ></row >")
    after = sheet_after(book, {"B5": "x", "C5": 1})
    assert "<c s='2' r='B5' t=\"inlineStr\"><is><t>x</t></is></c><c r=\"C5\"><v>1</v></c></row >" in after


def test_row_breaks_after_the_cells_are_not_rows():
    tail = '<rowBreaks count="1" manualBreakCount="1"><brk id="2" max="16383" man="1"/></rowBreaks>'
    after = sheet_after(one_sheet('<row r="1"><c r="A1"><v>1</v></c></row>', after=tail), {"A2": 1, "A1": 2})
    assert after.endswith(f'<row r="2"><c r="A2"><v>1</v></c></row></sheetData>{tail}</worksheet>')


def test_row_longer_than_a_block_is_filled():
    long = f'<c r="A1" t="inlineStr"><is><t>{"long text " * 60_000}</t></is></c>'
    book = one_sheet(f'<row r="1">{long}<c r="B1"/></row><row r="2"><c r="A2"/></row>')
    filled, report = fill(book, {"B1": "end of a long row", "A2": "next"})
    assert report.filled == 2
    assert read_back(filled, "S", "B1") == "end of a long row"


def test_cell_in_the_last_corner_costs_nothing():
    filled, report = fill(one_sheet('<row r="1"><c r="A1"><v>1</v></c></row>'), {"XFD1048576": "corner"})
    assert report.filled == 1
    assert 'r="XFD1048576"' in part(filled, "xl/worksheets/sheet1.xml").decode()


def test_addresses_that_are_no_cells_are_reported():
    _, report = fill(
        one_sheet('<row r="1"/>'), {"A0": 1, "XFE1": 1, "A1048577": 1, "hello": 1, "": 1, "A1:B2": 1}
    )
    assert set(statuses(report).values()) == {"unknown cell"}


def test_dollar_signs_and_small_letters_in_an_address_are_understood():
    filled, report = fill(one_sheet('<row r="1"/>'), {"$b$1": "x"})
    assert read_back(filled, "S", "B1") == "x"
    assert report.outcomes[0].written_to == "B1"


def test_unknown_sheet_is_reported_and_another_case_is_found():
    book = one_sheet('<row r="1"/>')
    _, report = fill(book, {"A1": "x"}, sheet="Absent")
    assert statuses(report) == {"A1": "unknown sheet"}
    filled, _ = fill(book, {"A1": "x"}, sheet="s")
    assert read_back(filled, "S", "A1") == "x"


def test_no_answer_leaves_the_cell_as_it_was():
    book = one_sheet('<row r="1"><c r="A1"><v>1</v></c></row>')
    filled, report = fill(book, {"A1": None, "A2": "", "A3": "  "})
    assert set(statuses(report).values()) == {"empty"}
    assert part(filled, "xl/worksheets/sheet1.xml") == part(book, "xl/worksheets/sheet1.xml")
    assert report.rewritten == []


def test_extension_list_of_a_row_stays_behind_its_cells():
    extension = '<extLst><ext uri="x"/></extLst>'
    after = sheet_after(one_sheet(f'<row r="1"><c r="A1"/>{extension}</row>'), {"B1": 1})
    assert f'<c r="A1"/><c r="B1"><v>1</v></c>{extension}</row>' in after


def test_row_described_twice_is_refused_with_advice():
    book = one_sheet('<row r="1"><c r="A1"/></row><row r="1"><c r="A1"/></row>')
    with pytest.raises(WorkbookError, match="row 1 twice"):
        fill(book, {"A1": 1})
