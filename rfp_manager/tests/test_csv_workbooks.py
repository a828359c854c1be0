"""A .csv is read, written and proved by one parser: an answer lands in the row that its question was read from."""

import codecs
import csv
import io
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rfp_manager.tests.filling import fill
from rfp_manager.workbooks import csv_text
from rfp_manager.workbooks.archive import WorkbookError
from rfp_manager.workbooks.csv_text import read_csv
from rfp_manager.workbooks.detection import detect_layout
from rfp_manager.workbooks.reading import open_book
from rfp_manager.workbooks.verification import verify_filled

QUOTES_DOUBLED = (
    "Id,Question,Answer\r\n"
    "1,Is data encrypted at rest?,\r\n"
    '2,"What does ""zero trust, always"" mean to you?\nExplain.",\r\n'
    "3,Are backups tested?,\r\n"
)
BLANKS_AFTER_DELIMITERS = (
    'Id, "Question", "Answer"\r\n'
    '1, "Is data encrypted, always?", ""\r\n'
    '2, "Are backups tested, and how often?" , \r\n'
    "3, Is there a plan?, \r\n"
)


def grid_of(data: bytes) -> list[list[str]]:
    with open_book(io.BytesIO(data)) as book:
        (grid,) = book.grids
        return [
            [grid.text(row, column) for column in range(1, grid.width + 1)]
            for row in range(1, grid.height + 1)
        ]


def filled_text(text: str, answers: dict[str, str]) -> str:
    filled, report = fill(text.encode(), answers, sheet="Sheet1")
    assert report.filled == len(answers)
    return filled.decode()


def test_doubled_quotes_and_line_breaks_cut_no_question_in_two() -> None:
    assert [row[1] for row in grid_of(QUOTES_DOUBLED.encode())[1:]] == [
        "Is data encrypted at rest?",
        'What does "zero trust, always" mean to you?\nExplain.',
        "Are backups tested?",
    ]
    filled = filled_text(QUOTES_DOUBLED, {"C3": "Trust nobody", "C4": "Yes"})
    assert filled == QUOTES_DOUBLED.replace('Explain.",', 'Explain.",Trust nobody').replace(
        "tested?,", "tested?,Yes"
    )


def test_a_blank_after_the_delimiter_does_not_end_a_question_at_its_comma() -> None:
    assert grid_of(BLANKS_AFTER_DELIMITERS.encode()) == [
        ["Id", "Question", "Answer"],
        ["1", "Is data encrypted, always?", ""],
        ["2", "Are backups tested, and how often?", ""],
        ["3", "Is there a plan?", ""],
    ]
    filled = filled_text(BLANKS_AFTER_DELIMITERS, {"C2": "Yes, always", "C3": "Yes", "C4": "No"})
    assert filled == (
        'Id, "Question", "Answer"\r\n'
        '1, "Is data encrypted, always?", "Yes, always"\r\n'
        '2, "Are backups tested, and how often?" ,Yes\r\n'
        "3, Is there a plan?,No\r\n"
    )


@pytest.mark.parametrize("first", ["PKI", "MZ", "<Company>", "Question"])
def test_a_column_of_questions_is_a_csv_whatever_its_first_cell_begins_with(
    first: str, tmp_path: Path
) -> None:
    text = f"{first}\nIs data encrypted at rest?\nAre backups tested each month?\nWho may read our data?\n"
    assert [row[0] for row in grid_of(text.encode())] == text.splitlines()
    path = tmp_path / "form.csv"
    path.write_text(text)
    (sheet,) = detect_layout(path).sheets
    assert sheet.sheet == "Sheet1"
    assert filled_text(text, {"B2": "Yes"}).splitlines()[1] == "Is data encrypted at rest?,Yes"


def test_a_quote_that_is_never_closed_ends_with_its_field() -> None:
    text = 'Id,Question,Answer\n1,"Is it said ""twice""?,\n2,Is it safe?,\n'
    assert [row[1] for row in grid_of(text.encode())[1:]] == ['"Is it said ""twice""?', "Is it safe?"]
    assert filled_text(text, {"C3": "Yes"}) == text[:-1] + "Yes\n"


def test_answers_behind_the_end_of_their_rows_are_proved_too() -> None:
    text = 'Id, "Question" \r\n1, "Is it safe?" \r\n2, "Is it said?"'
    filled = filled_text(text, {"D2": "Yes", "C3": "No", "C5": "New"})
    assert filled == 'Id, "Question" \r\n1, "Is it safe?" ,,"Yes"\r\n2, "Is it said?","No"\r\n\r\n,,New'


def test_a_change_beside_the_answers_is_found() -> None:
    filled, report = fill(QUOTES_DOUBLED.encode(), {"C3": "Trust nobody"}, sheet="Sheet1")
    for old, new in (
        (b"zero trust", b"no trust"),
        (b"\r\n3,", b"\r\n4,"),
        (b"Trust nobody", b"Trust me"),
        (b'"What', b' "What'),
    ):
        assert verify_filled(
            io.BytesIO(QUOTES_DOUBLED.encode()), io.BytesIO(filled.replace(old, new)), report.written
        )


def test_a_nul_in_utf_16_is_left_out_of_what_is_read_and_stays_in_the_file() -> None:
    text = "Id;Question;Answer\r\n1;Is it\0 safe?;\r\n"
    data = codecs.BOM_UTF16_LE + text.encode("utf-16-le")
    assert grid_of(data)[1] == ["1", "Is it safe?", ""]
    filled, _ = fill(data, {"C2": "Yes"}, sheet="Sheet1")
    assert filled[2:].decode("utf-16-le") == text.replace("safe?;", "safe?;Yes")


@pytest.mark.parametrize(
    "head", [b"<!DOCTYPE html><table>", b"%PDF-1.7\n", b"{\\rtf1 ", b"PK\x03\x04", b"MZ\x90\0"]
)
def test_another_kind_of_file_is_refused(head: bytes) -> None:
    with pytest.raises(WorkbookError), open_book(io.BytesIO(head + b" a, b, c")):
        pass


def test_a_short_row_far_below_a_wide_one_is_refused_before_it_is_spread_out() -> None:
    data = b"," * 20_000 + b"\n" * 20_000
    with pytest.raises(WorkbookError, match="columns"), open_book(io.BytesIO(data)):
        pass


fields = st.text(st.sampled_from('ab ",;\n'), max_size=6).map(str.strip)


@given(st.lists(st.lists(fields, min_size=3, max_size=3), min_size=1, max_size=5), st.sampled_from(",;\t|"))
def test_what_another_program_writes_is_read_and_filled_in_place(
    rows: list[list[str]], delimiter: str
) -> None:
    out = io.StringIO(newline="")
    writer = csv.writer(out, delimiter=delimiter, quoting=csv.QUOTE_ALL)
    writer.writerows([["Id", "Question", "Answer"], *rows])
    data = f"sep={delimiter}\r\n{out.getvalue()}".encode()
    assert [[cell.strip() for cell in row[:3]] for row in grid_of(data)[2:]] == rows
    filled, _ = fill(data, {"C3": "An answer"}, sheet="Sheet1")
    wanted = [[*rows[0][:2], "An answer"], *rows[1:]]
    assert list(csv.reader(io.StringIO(filled.decode(), newline=""), delimiter=delimiter))[2:] == wanted


@pytest.mark.parametrize(
    ("data", "what"),
    [
        (b"1,Is it safe?,\n" * 5000, "100 rows"),
        (b"a\n" + b"\n" * 5000, "100 rows"),
        (b"a" + b"," * 50_000, "1,000 cells"),
    ],
)
def test_a_file_of_rows_or_cells_without_end_is_refused_after_counting_some(
    data: bytes, what: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(csv_text, "find_delimiter", lambda text: ",")
    monkeypatch.setattr(csv_text, "MOST_ROWS", 100)
    monkeypatch.setattr(csv_text, "MOST_FIELDS", 1000)
    made: list[csv_text.CsvField] = []
    make = csv_text.CsvField

    def note(start: int, end: int, quoted: bool) -> csv_text.CsvField:
        made.append(make(start, end, quoted))
        return made[-1]

    monkeypatch.setattr(csv_text, "CsvField", note)
    with pytest.raises(WorkbookError, match=f"more than {what}"):
        read_csv(io.BytesIO(data))
    assert len(made) <= 1001
