"""What stands in a cell for each kind of value, and what no cell can hold."""

import pytest

from rfp_manager.tests.filling import fill, read_back, sheet_after, statuses
from rfp_manager.tests.package_builder import one_sheet, part

BOOK = one_sheet('<row r="1"><c r="A1" s="0"/></row>')


@pytest.mark.parametrize("text", ["=HYPERLINK(1)", "+1", "-1", "@x", "5", "TRUE", "#N/A"])
def test_text_stays_text_whatever_it_looks_like(text):
    filled, _ = fill(BOOK, {"A1": text})
    assert (
        f'<c r="A1" s="0" t="inlineStr"><is><t>{text}</t></is></c>'
        in part(filled, "xl/worksheets/sheet1.xml").decode()
    )


def test_numbers_and_truth_values_are_written_as_such():
    after = sheet_after(BOOK, {"A1": 5, "A2": 2.5, "A3": True, "A4": False, "A5": 3.0, "A6": -0.1})
    assert '<c r="A1" s="0"><v>5</v></c>' in after
    assert '<c r="A2"><v>2.5</v></c>' in after
    assert '<c r="A3" t="b"><v>1</v></c>' in after
    assert '<c r="A4" t="b"><v>0</v></c>' in after
    assert '<c r="A5"><v>3</v></c>' in after
    assert '<c r="A6"><v>-0.1</v></c>' in after


def test_a_number_too_long_for_excel_is_written_as_text():
    after = sheet_after(BOOK, {"A1": 12345678901234567, "A2": 100000000000000000000})
    assert "<t>12345678901234567</t>" in after
    assert '<c r="A2"><v>100000000000000000000</v></c>' in after


@pytest.mark.parametrize("value", [float("nan"), float("inf"), float("-inf")])
def test_what_is_no_number_is_not_written(value):
    _, report = fill(BOOK, {"A1": value})
    assert statuses(report) == {"A1": "invalid"}


def test_markup_is_escaped():
    filled, _ = fill(BOOK, {"A1": 'a < b & c > d ]]> <row r="9"/>'})
    assert read_back(filled, "S", "A1") == 'a < b & c > d ]]> <row r="9"/>'


def test_line_ends_become_line_feeds_and_forbidden_characters_go():
    filled, report = fill(BOOK, {"A1": "one\r\ntwo\rthree\x0b\x00\x1f\ufffe\ud800 end"})
    assert read_back(filled, "S", "A1") == "one\ntwo\nthree end"
    assert report.written[0].value == "one\ntwo\nthree end"


def test_text_that_is_only_forbidden_characters_is_no_answer():
    _, report = fill(BOOK, {"A1": "\x00\x0b"})
    assert statuses(report) == {"A1": "empty"}


def test_lookalikes_of_escapes_are_escaped():
    after = sheet_after(BOOK, {"A1": "the code _x000D_ and _xABCD_ and _x12_"})
    assert "<t>the code _x005F_x000D_ and _x005F_xABCD_ and _x12_</t>" in after


@pytest.mark.parametrize("text", [" lead", "trail ", "two\nlines", "tab\there", "two  spaces"])
def test_space_that_matters_is_preserved(text):
    filled, _ = fill(BOOK, {"A1": text})
    assert f'<t xml:space="preserve">{text}</t>' in part(filled, "xl/worksheets/sheet1.xml").decode()
    assert read_back(filled, "S", "A1") == text


def test_astral_characters_and_right_to_left_text_survive():
    text = "שלום 😀 漢字 مرحبا"
    filled, _ = fill(BOOK, {"A1": text})
    assert read_back(filled, "S", "A1") == text


def test_longest_text_fits_and_one_more_unit_is_refused():
    filled, _ = fill(BOOK, {"A1": "x" * 32_767})
    assert len(read_back(filled, "S", "A1")) == 32_767
    filled, report = fill(BOOK, {"A1": "x" * 32_768})
    assert statuses(report) == {"A1": "too long"}
    assert "32,768" in report.outcomes[0].detail
    assert part(filled, "xl/worksheets/sheet1.xml") == part(BOOK, "xl/worksheets/sheet1.xml")


def test_length_is_counted_in_utf16_units():
    _, report = fill(BOOK, {"A1": "😀" * 16_384})
    assert statuses(report) == {"A1": "too long"}
    _, report = fill(BOOK, {"A1": "😀" * 16_383 + "x"})
    assert statuses(report) == {"A1": "filled"}


def test_too_many_lines_are_joined_without_losing_a_word():
    text = "\n\n".join(f"line {number}" for number in range(400))
    filled, report = fill(BOOK, {"A1": text})
    read = read_back(filled, "S", "A1")
    assert read.count("\n") == 253
    assert read.split() == text.split()
    assert "line breaks" in report.outcomes[0].detail


def test_blank_lines_go_first_when_there_are_too_many():
    text = "\n\n".join(f"line {number}" for number in range(200))
    filled, _ = fill(BOOK, {"A1": text})
    assert read_back(filled, "S", "A1") == text.replace("\n\n", "\n")
