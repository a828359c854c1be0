"""Merged cells: the answer goes to the anchor, and questions that share one cell share it in reading order."""

from rfp_manager.tests.filling import fill, read_back, statuses
from rfp_manager.tests.package_builder import one_sheet

MERGES = '<mergeCells count="2"><mergeCell ref="B2:D2"/><mergeCell ref="F3:F700"/></mergeCells>'
BOOK = one_sheet('<row r="2"><c r="B2" s="0"/><c r="C2" s="0"/></row>', after=MERGES)


def test_answer_for_a_merged_cell_goes_to_its_anchor():
    filled, report = fill(BOOK, {"D2": "wide", "F600": "tall"})
    assert read_back(filled, "S", "B2") == "wide"
    assert read_back(filled, "S", "F3") == "tall"
    assert [(o.cell, o.written_to) for o in report.outcomes] == [("D2", "B2"), ("F600", "F3")]


def test_two_answers_in_one_merged_cell_are_joined_by_a_blank_line():
    filled, report = fill(BOOK, {"F4": "first", "F9": "second"})
    assert read_back(filled, "S", "F3") == "first\n\nsecond"
    assert set(statuses(report).values()) == {"filled"}
    assert all("share" in outcome.detail for outcome in report.outcomes)
    assert [w.cell for w in report.written] == ["F3"]


def test_the_same_answer_twice_stands_there_once():
    filled, _ = fill(BOOK, {"F4": "same", "F9": "same"})
    assert read_back(filled, "S", "F3") == "same"


def test_joined_answers_that_are_too_long_are_refused_together():
    _, report = fill(BOOK, {"F4": "x" * 20_000, "F9": "y" * 20_000})
    assert statuses(report) == {"F4": "too long", "F9": "too long"}


def test_second_choice_for_a_shared_dropdown_is_reported():
    rule = (
        '<dataValidations count="1"><dataValidation type="list" sqref="F3:F700"><formula1>"Yes,No"</formula1>'
        "</dataValidation></dataValidations>"
    )
    book = one_sheet('<row r="2"/>', after=MERGES + rule)
    filled, report = fill(book, {"F4": "Yes", "F9": "No", "F10": "yes"})
    assert read_back(filled, "S", "F3") == "Yes"
    assert statuses(report) == {"F4": "filled", "F9": "invalid", "F10": "filled"}
