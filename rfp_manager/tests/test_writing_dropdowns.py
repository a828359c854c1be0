"""Dropdowns: only an allowed value is written, in the form's own spelling and type."""

import pytest

from rfp_manager.tests.filling import fill, read_back, sheet_after, statuses
from rfp_manager.tests.package_builder import (
    MAIN,
    OFFICE,
    PACKAGE,
    one_sheet,
    package_parts,
    sheet_xml,
    zipped,
)

LIST_SHEET = sheet_xml(
    '<row r="1"><c r="A1" t="inlineStr"><is><t>Fully met</t></is></c><c r="B1"><v>0</v></c></row>'
    '<row r="2"><c r="A2" t="s"><v>1</v></c><c r="B2"><v>2.5</v></c></row>'
    '<row r="3"><c r="A3" t="str"><f>"Not"&amp;" met"</f><v>Not met</v></c><c r="B3"><v>5</v></c></row>'
    '<row r="4"><c r="A4" t="e"><v>#N/A</v></c><c r="B4" t="b"><v>1</v></c></row>'
)
STRINGS = (
    f'<sst xmlns="{MAIN}" count="2" uniqueCount="2"><si><t>other</t></si>'
    "<si><r><t>Partly &amp; </t></r><r><rPr><b/></rPr><t>maybe</t></r></si></sst>"
)
STRINGS_RELATIONSHIP = f'<Relationship Id="rIdT" Type="{OFFICE}/sharedStrings" Target="sharedStrings.xml"/>'


def rule(formula: str, sqref: str = "B2:B9") -> str:
    return (
        f'<dataValidations count="1"><dataValidation type="list" allowBlank="1" sqref="{sqref}">'
        f"<formula1>{formula}</formula1></dataValidation></dataValidations>"
    )


def x14_rule(formula: str) -> str:
    return (
        '<extLst><ext uri="{CCE6A557-97BC-4b89-ADB6-D9C93CAAB3DF}" '
        'xmlns:x14="http://schemas.microsoft.com/office/spreadsheetml/2009/9/main">'
        '<x14:dataValidations count="1" xmlns:xm="http://schemas.microsoft.com/office/excel/2006/main">'
        f'<x14:dataValidation type="list"><x14:formula1><xm:f>{formula}</xm:f></x14:formula1>'
        "<xm:sqref>B2:B5 B9</xm:sqref></x14:dataValidation></x14:dataValidations></ext></extLst>"
    )


def book_with(after: str, **options: str) -> bytes:
    sheets = {"S": sheet_xml('<row r="2"><c r="B2"/></row>', after=after), "My lists": LIST_SHEET}
    return zipped(
        package_parts(
            sheets,
            extra_relationships=STRINGS_RELATIONSHIP,
            extra_parts={"xl/sharedStrings.xml": STRINGS},
            **options,
        )
    )


def test_value_in_a_literal_list_is_written_in_its_spelling():
    book = one_sheet('<row r="2"/>', after=rule('"Yes, No,Not  applicable"'))
    filled, report = fill(book, {"B2": "yes", "B3": " NO ", "B4": "not applicable", "B5": "Maybe"})
    assert [read_back(filled, "S", f"B{row}") for row in (2, 3, 4, 5)] == [
        "Yes",
        "No",
        "Not  applicable",
        None,
    ]
    assert statuses(report)["B5"] == "not in the list"
    assert "Yes, No" in report.outcomes[3].detail


def test_cell_outside_of_the_rule_takes_any_text():
    book = one_sheet('<row r="2"/>', after=rule('"Yes,No"', "B2"))
    _, report = fill(book, {"B3": "Maybe"})
    assert statuses(report) == {"B3": "filled"}


def test_numeric_choice_is_written_as_a_number():
    after = sheet_after(one_sheet('<row r="2"/>', after=rule('"0,1,2.5"')), {"B2": "1", "B3": "2.5", "B4": 0})
    assert '<c r="B2"><v>1</v></c>' in after
    assert '<c r="B3"><v>2.5</v></c>' in after
    assert '<c r="B4"><v>0</v></c>' in after


def test_codes_with_leading_zeros_stay_text():
    after = sheet_after(one_sheet('<row r="2"/>', after=rule('"01,02"')), {"B2": "01"})
    assert "<is><t>01</t></is>" in after


@pytest.mark.parametrize("make", [rule, x14_rule])
@pytest.mark.parametrize("formula", ["'My lists'!$A$1:$A$9", "'My lists'!A:A", "'My lists'!$1:$4"])
def test_list_on_another_sheet_is_read(make, formula):
    wanted = {"B2": "fully met", "B3": "partly & maybe", "B4": "NOT MET", "B5": "#N/A"}
    _, report = fill(book_with(make(formula)), wanted)
    assert [answer.value for answer in report.written] == ["Fully met", "Partly & maybe", "Not met"]
    assert statuses(report) == {"B2": "filled", "B3": "filled", "B4": "filled", "B5": "not in the list"}


def test_numbers_and_truth_values_of_a_list_keep_their_types():
    book = book_with(rule("'My lists'!$B$1:$B$4"))
    after = sheet_after(book, {"B2": "5", "B3": "250%", "B4": "true", "B5": "0.0"})
    assert '<c r="B2"><v>5</v></c>' in after
    assert '<c r="B3"><v>2.5</v></c>' in after
    assert '<c r="B4" t="b"><v>1</v></c>' in after
    assert '<c r="B5"><v>0</v></c>' in after


def test_list_behind_a_defined_name_is_read():
    names = (
        '<definedNames><definedName name="Levels">Alias</definedName>'
        "<definedName name=\"Alias\">'My lists'!$A$1:$A$3</definedName></definedNames>"
    )
    _, report = fill(book_with(rule("levels"), workbook_after_sheets=names), {"B2": "Fully met", "B3": "No"})
    assert statuses(report) == {"B2": "filled", "B3": "not in the list"}


def test_name_of_the_sheet_itself_comes_first():
    names = (
        "<definedNames><definedName name=\"L\">'My lists'!$A$1</definedName>"
        '<definedName name="L" localSheetId="0">\'My lists\'!$A$3</definedName></definedNames>'
    )
    _, report = fill(book_with(rule("L"), workbook_after_sheets=names), {"B2": "Fully met", "B3": "Not met"})
    assert statuses(report) == {"B2": "not in the list", "B3": "filled"}


def test_relative_reference_moves_with_the_cell():
    rows = (
        '<row r="2"><c r="H2" t="inlineStr"><is><t>two</t></is></c></row>'
        '<row r="3"><c r="H3" t="inlineStr"><is><t>three</t></is></c></row>'
    )
    _, report = fill(one_sheet(rows, after=rule("$H2:$J2")), {"B2": "two", "B3": "two", "B4": "three"})
    assert statuses(report) == {"B2": "filled", "B3": "not in the list", "B4": "not in the list"}
    _, report = fill(one_sheet(rows, after=rule("$H2:$J2")), {"B3": "three"})
    assert statuses(report) == {"B3": "filled"}


@pytest.mark.parametrize("formula", ["Levels", 'INDIRECT("Levels[Level]")'])
def test_column_of_a_table_is_read(formula):
    names = '<definedNames><definedName name="Levels">T[Level]</definedName></definedNames>'
    relationships = (
        f'<Relationships xmlns="{PACKAGE}"><Relationship Id="rId1" Type="{OFFICE}/table" '
        'Target="/xl/tables/table1.xml"/></Relationships>'
    )
    table = (
        f'<table xmlns="{MAIN}" id="1" name="T" displayName="{"T" if formula == "Levels" else "Levels"}" ref="A1:B3">'
        '<tableColumns count="2"><tableColumn id="1" name="Level"/><tableColumn id="2" name="b"/></tableColumns>'
        "</table>"
    )
    sheets = {"S": sheet_xml('<row r="2"/>', after=rule(formula.replace('"', "&quot;"))), "L": LIST_SHEET}
    book = zipped(
        package_parts(
            sheets,
            workbook_after_sheets=names,
            extra_relationships=STRINGS_RELATIONSHIP,
            extra_parts={
                "xl/sharedStrings.xml": STRINGS,
                "xl/worksheets/_rels/sheet2.xml.rels": relationships,
                "xl/tables/table1.xml": table,
            },
        )
    )
    _, report = fill(book, {"B2": "Not met", "B3": "Fully met"})
    assert statuses(report) == {"B2": "filled", "B3": "not in the list"}


@pytest.mark.parametrize("formula", ["OFFSET($A$1,0,0,3)", "[1]Other!$A$1:$A$2", "Nowhere", "INDIRECT(A1)"])
def test_list_that_cannot_be_read_is_not_enforced_and_said(formula):
    _, report = fill(book_with(rule(formula)), {"B2": "anything"})
    assert statuses(report) == {"B2": "filled"}
    assert "could not be read" in report.outcomes[0].detail


def test_a_choice_with_a_nul_in_the_list_is_found_without_it():
    rows = '<row r="1"><c r="H1" t="inlineStr"><is><t>Fully_x0000_ met</t></is></c></row><row r="2"/>'
    filled, _ = fill(one_sheet(rows, after=rule("$H$1:$H$2")), {"B2": "fully met"})
    assert read_back(filled, "S", "B2") == "Fully met"


def test_text_longer_than_the_form_allows_is_written_with_a_remark():
    limit = (
        '<dataValidations count="1"><dataValidation type="textLength" operator="lessThanOrEqual" sqref="B2">'
        "<formula1>10</formula1></dataValidation></dataValidations>"
    )
    _, report = fill(one_sheet('<row r="2"/>', after=limit), {"B2": "longer than ten"})
    assert statuses(report) == {"B2": "filled"}
    assert "10 characters" in report.outcomes[0].detail
