"""What a form calculates with is written as a number: choices of computed lists, and answers under a number rule."""

import io
from typing import Any

import pytest

from rfp_manager.tests.filling import fill, read_back, statuses
from rfp_manager.tests.package_builder import package_parts, sheet_xml, zipped
from rfp_manager.workbooks.reading import open_book
from rfp_manager.workbooks.reading.allowed_values import AllowedValues

LEVELS = "".join(f'<row r="{n + 1}"><c r="A{n + 1}"><v>{n}</v></c></row>' for n in range(4))
KINDS = (
    '<row r="2"><c r="E2" t="inlineStr"><is><t>Levels</t></is></c></row>'
    '<row r="3"><c r="E3" t="inlineStr"><is><t>Answers</t></is></c></row><row r="4"/>'
)
NAMES = (
    "<definedNames>"
    '<definedName name="Levels">OFFSET(Lists!$A$1,0,0,COUNTA(Lists!$A:$A),1)</definedName>'
    '<definedName name="Answers">"Yes,No"</definedName>'
    "</definedNames>"
)


def form(kind: str, formula: str) -> bytes:
    rule = (
        f'<dataValidations count="1"><dataValidation type="{kind}" sqref="C2:C4">'
        f"<formula1>{formula}</formula1></dataValidation></dataValidations>"
    )
    sheets = {"S": sheet_xml(KINDS, after=rule), "Lists": sheet_xml(LEVELS)}
    return zipped(package_parts(sheets, workbook_after_sheets=NAMES))


def offered(workbook: bytes) -> tuple[str, ...] | None:
    with open_book(io.BytesIO(workbook)) as book:
        grid = book.grids[0]
        return AllowedValues(book, grid).of(grid.facts.rules[0], 2, 3)


@pytest.mark.parametrize(
    "formula",
    [
        "Levels",
        "=(Levels)",
        "Lists!Levels",
        "INDIRECT($E$2)",
        "INDIRECT(E2)",
        'INDIRECT("Levels",TRUE)',
        "OFFSET(Lists!$A$1,0,0,4,1)",
        "OFFSET(Lists!$A$1:$A$4,0,0)",
        "OFFSET(Lists!$C$2,-1,-2,COUNTA(Lists!$A$1:$A$9))",
    ],
)
def test_a_list_that_detection_follows_is_followed_when_it_is_filled(formula: str) -> None:
    workbook = form("list", formula)
    assert offered(workbook) == ("0", "1", "2", "3")
    filled, report = fill(workbook, {"C2": "3"})
    assert statuses(report) == {"C2": "filled"}
    assert report.outcomes[0].detail == ""
    assert (read_back(filled, "S", "C2"), type(read_back(filled, "S", "C2"))) == (3, int)
    _, report = fill(workbook, {"C2": "7"})
    assert statuses(report) == {"C2": "not in the list"}


def test_each_row_has_the_list_that_the_cell_beside_it_names() -> None:
    filled, report = fill(form("list", "INDIRECT(E2)"), {"C2": "3", "C3": "no", "C4": "anything"})
    assert [read_back(filled, "S", cell) for cell in ("C2", "C3", "C4")] == [3, "No", "anything"]
    assert [bool(outcome.detail) for outcome in report.outcomes] == [False, False, True]


@pytest.mark.parametrize(
    ("kind", "answer", "written", "remark"),
    [
        ("whole", "250", 250, ""),
        ("whole", " -3 ", -3, ""),
        ("whole", 250, 250, ""),
        ("whole", "99.5", 99.5, "whole number"),
        ("decimal", "99.5", 99.5, ""),
        ("decimal", "about 250", "about 250", "asks for a number"),
        ("decimal", "007", "007", "asks for a number"),
        ("decimal", "1234567890123456", "1234567890123456", "asks for a number"),
        ("decimal", "=1+1", "=1+1", "asks for a number"),
        ("date", "250", "250", ""),
    ],
)
def test_a_cell_that_asks_for_a_number_gets_one(kind: str, answer: Any, written: Any, remark: str) -> None:
    filled, report = fill(form(kind, "0"), {"C2": answer})
    found = read_back(filled, "S", "C2")
    assert (found, type(found)) == (written, type(written))
    assert remark in report.outcomes[0].detail
    assert bool(remark) == bool(report.outcomes[0].detail)
