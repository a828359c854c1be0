"""`manage.py detect_questions` prints JSON for a good file and a sentence for a bad one; no database."""

import io
import json
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from rfp_manager.tests.detection_texts import JAPANESE, QUESTIONS
from rfp_manager.tests.workbook_factory import Sheet, build, heading, replace_part


def printed(path: Path) -> dict:
    output = io.StringIO()
    call_command("detect_questions", str(path), stdout=output)
    return json.loads(output.getvalue())


def test_the_layout_is_printed_as_json(tmp_path: Path):
    path = tmp_path / "form.xlsx"
    rows = [heading("番号", "質問", "回答"), *[[f"{n}.1", text, ""] for n, text in enumerate(JAPANESE, 1)]]
    path.write_bytes(build(Sheet("質問票", rows)).getvalue())
    output = io.StringIO()
    call_command("detect_questions", str(path), stdout=output)
    assert "質問票" in output.getvalue()
    sheet = json.loads(output.getvalue())["sheets"][0]
    assert [question["text"] for question in sheet["questions"]] == JAPANESE


@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_a_csv_file_is_one_sheet(tmp_path: Path, separator: str):
    path = tmp_path / "form.csv"
    lines = [["ID", "Question", "Answer"], *[[f"{n}.1", text, ""] for n, text in enumerate(QUESTIONS, 1)]]
    path.write_text("\r\n".join(separator.join(line) for line in lines), encoding="utf-8-sig")
    sheet = printed(path)["sheets"][0]
    assert (sheet["sheet"], sheet["question_column"], sheet["id_column"]) == ("Sheet1", "B", "A")
    assert [question["answers"][0]["cell"] for question in sheet["questions"]][:2] == ["C2", "C3"]


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "empty"),
        (b"MZ\x90\x00" + b"\0" * 60, "not an Excel workbook"),
        (b"PK\x03\x04" + b"\0" * 100, "incomplete"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 100, "password"),
    ],
    ids=["empty", "program", "truncated", "encrypted"],
)
def test_a_file_that_is_no_workbook_gets_a_sentence(tmp_path: Path, content: bytes, sentence: str):
    path = tmp_path / "form.xlsx"
    path.write_bytes(content)
    with pytest.raises(CommandError, match=sentence) as caught:
        printed(path)
    assert caught.value.returncode == 1


def test_a_missing_file_gets_a_sentence(tmp_path: Path):
    with pytest.raises(CommandError, match="cannot be read"):
        printed(tmp_path / "nowhere.xlsx")


def test_a_cell_in_the_last_corner_does_not_ask_for_gigabytes(tmp_path: Path):
    path = tmp_path / "form.xlsx"
    rows: list[list[object]] = [["x"]]
    book = build(Sheet("Form", rows))
    corner = '<row r="1048576"><c r="XFD1048576" t="inlineStr"><is><t>x</t></is></c></row></sheetData>'
    path.write_bytes(replace_part(book, "xl/worksheets/sheet1.xml", "</sheetData>", corner).getvalue())
    with pytest.raises(CommandError, match="too large"):
        printed(path)
