"""Cells that are not written: formulas, locked cells, headings of tables; and what may be asked for anyway."""

from rfp_manager.tests.filling import contents, fill, read_back, statuses
from rfp_manager.tests.package_builder import MAIN, OFFICE, PACKAGE, one_sheet, part

STYLES = (
    f'<styleSheet xmlns="{MAIN}"><cellStyleXfs count="2"><xf/><xf><protection locked="0"/></xf></cellStyleXfs>'
    '<cellXfs count="4"><xf xfId="0"/><xf xfId="0"><protection locked="0"/></xf><xf xfId="1"/>'
    '<xf xfId="1"><protection locked="1"/></xf></cellXfs></styleSheet>'
)
PROTECTED = '<sheetProtection sheet="1" objects="1" scenarios="1"/>'
CALC_CHAIN = {
    "extra_relationships": f'<Relationship Id="rIdC" Type="{OFFICE}/calcChain" Target="calcChain.xml"/>',
    "extra_types": (
        '<Override PartName="/xl/calcChain.xml" '
        'ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.calcChain+xml"/>'
    ),
    "extra_parts": {"xl/calcChain.xml": f'<calcChain xmlns="{MAIN}"><c r="A1" i="1"/></calcChain>'},
}


def test_formula_is_left_alone_and_reported():
    book = one_sheet('<row r="1"><c r="A1"><f>1+1</f><v>2</v></c></row>')
    filled, report = fill(book, {"A1": 5})
    assert statuses(report) == {"A1": "formula"}
    assert part(filled, "xl/worksheets/sheet1.xml") == part(book, "xl/worksheets/sheet1.xml")


def test_formula_is_replaced_on_request_and_the_calculation_chain_goes_completely():
    book = one_sheet('<row r="1"><c r="A1" s="0"><f>1+1</f><v>2</v></c></row>', **CALC_CHAIN)
    filled, report = fill(book, {"A1": "mine"}, replace_formulas=True)
    after = contents(filled)
    assert read_back(filled, "S", "A1") == "mine"
    assert "xl/calcChain.xml" not in after
    assert b"calcChain" not in after["[Content_Types].xml"]
    assert b"calcChain" not in after["xl/_rels/workbook.xml.rels"]
    assert {"xl/calcChain.xml": "removed"}.items() <= {p.part: p.change for p in report.parts}.items()


def test_calculation_chain_stays_when_no_formula_is_replaced():
    book = one_sheet('<row r="1"><c r="A1"><f>1+1</f><v>2</v></c></row>', **CALC_CHAIN)
    filled, report = fill(book, {"B1": "x"}, replace_formulas=True)
    assert contents(filled)["xl/calcChain.xml"] == contents(book)["xl/calcChain.xml"]
    assert report.rewritten == ["xl/workbook.xml", "xl/worksheets/sheet1.xml"]


def test_shared_and_array_formulas_are_never_written_into():
    rows = (
        '<row r="1"><c r="A1"><f t="shared" ref="A1:A2" si="0">B1</f></c><c r="C1"><f t="array" ref="C1:D2">E1:F2</f>'
        '</c><c r="G1" cm="1"><f t="array" ref="G1:G4">H1:H4</f><v>1</v></c></row>'
        '<row r="2"><c r="A2"><f t="shared" si="0"/></c><c r="D2"><v>1</v></c></row>'
    )
    book = one_sheet(rows)
    filled, report = fill(
        book, {"A1": 1, "A2": 1, "C1": 1, "D2": 1, "D1": 1, "G1": 1, "G3": 1}, replace_formulas=True
    )
    assert set(statuses(report).values()) == {"formula"}
    assert contents(filled) == contents(book)


def test_data_table_range_is_never_written_into():
    rows = '<row r="2"><c r="B2"><f t="dataTable" ref="B2:B4" dt2D="0" dtr="0" r1="A1"/><v>1</v></c></row>'
    _, report = fill(one_sheet(rows), {"B3": 1}, replace_formulas=True)
    assert statuses(report) == {"B3": "formula"}


def test_plain_formula_that_says_so_is_replaced_on_request():
    book = one_sheet('<row r="1"><c r="A1"><f t="normal">1+1</f><v>2</v></c></row>')
    filled, _ = fill(book, {"A1": 7}, replace_formulas=True)
    assert read_back(filled, "S", "A1") == 7


def test_locked_cells_of_a_protected_sheet_are_left_alone():
    rows = '<row r="1"><c r="A1" s="0"/><c r="B1" s="1"/><c r="C1" s="2"/><c r="D1" s="3"/></row>'
    book = one_sheet(rows, after=PROTECTED, styles=STYLES)
    _, report = fill(book, {"A1": 1, "B1": 1, "C1": 1, "D1": 1, "E1": 1})
    assert statuses(report) == {
        "A1": "locked",
        "B1": "filled",
        "C1": "filled",
        "D1": "locked",
        "E1": "locked",
    }


def test_a_missing_cell_is_as_locked_as_its_row_or_column():
    columns = '<cols><col min="2" max="2" style="1"/></cols>'
    rows = '<row r="1" s="1" customFormat="1"/><row r="2"/>'
    book = one_sheet(rows, before=columns, after=PROTECTED, styles=STYLES)
    _, report = fill(book, {"A1": 1, "B2": 1, "C2": 1, "B9": 1})
    assert statuses(report) == {"A1": "filled", "B2": "filled", "C2": "locked", "B9": "filled"}


def test_locked_cells_are_written_on_request_and_freely_without_protection():
    rows = '<row r="1"><c r="A1" s="0"/></row>'
    _, report = fill(one_sheet(rows, after=PROTECTED, styles=STYLES), {"A1": 1}, allow_locked=True)
    assert statuses(report) == {"A1": "filled"}
    _, report = fill(one_sheet(rows, after='<sheetProtection sheet="0"/>', styles=STYLES), {"A1": 1})
    assert statuses(report) == {"A1": "filled"}


def test_range_that_everyone_may_edit_is_written_and_one_with_a_password_is_not():
    ranges = (
        '<protectedRanges><protectedRange sqref="A1:A2 C1" name="open"/>'
        '<protectedRange sqref="B1" name="closed" algorithmName="SHA-512" hashValue="x" saltValue="y" spinCount="1"/>'
        "</protectedRanges>"
    )
    book = one_sheet('<row r="1"/>', after=PROTECTED + ranges, styles=STYLES)
    _, report = fill(book, {"A1": 1, "C1": 1, "B1": 1})
    assert statuses(report) == {"A1": "filled", "C1": "filled", "B1": "locked"}


def test_heading_of_a_table_is_left_alone():
    relationships = (
        f'<Relationships xmlns="{PACKAGE}"><Relationship Id="rId1" Type="{OFFICE}/table" '
        'Target="../tables/table1.xml"/></Relationships>'
    )
    table = (
        f'<table xmlns="{MAIN}" id="1" name="T" displayName="T" ref="A1:B3"><tableColumns count="2">'
        '<tableColumn id="1" name="a"/><tableColumn id="2" name="b"/></tableColumns></table>'
    )
    book = one_sheet(
        '<row r="1"><c r="A1"/></row>',
        extra_parts={"xl/worksheets/_rels/sheet1.xml.rels": relationships, "xl/tables/table1.xml": table},
    )
    _, report = fill(book, {"B1": "x", "B2": "y"})
    assert statuses(report) == {"B1": "invalid", "B2": "filled"}
