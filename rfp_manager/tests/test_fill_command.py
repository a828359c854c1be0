"""`manage.py fill_workbook` writes what it is given, says what it left out, and refuses nonsense in a sentence."""

import io
import json
import os
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from openpyxl import load_workbook

from rfp_manager.tests.workbooks import question_workbook


@pytest.fixture
def book(tmp_path: Path) -> Path:
    path = tmp_path / "asked.xlsx"
    path.write_bytes(question_workbook())
    return path


def fill(book: Path, answers: Any, out: Path, *options: str) -> str:
    source = book.parent / "answers.json"
    source.write_text(answers if isinstance(answers, str) else json.dumps(answers))
    output = io.StringIO()
    call_command("fill_workbook", str(book), str(source), str(out), *options, stdout=output)
    return output.getvalue()


def entry(cell: str, value: Any, sheet: str = "Questions") -> dict[str, Any]:
    return {"sheet": sheet, "cell": cell, "value": value}


def test_the_answers_are_written_and_what_is_not_is_named(book: Path, tmp_path: Path) -> None:
    out = tmp_path / "answered.xlsx"
    said = fill(
        book,
        [entry("D2", "Yes"), entry("E2", "By SAML."), entry("D3", "Maybe"), entry("A1", "x", "Gone")],
        out,
    )
    assert "2 of 4 answers written." in said
    assert "Questions!D3" in said
    assert 'no sheet "Gone"' in said
    sheet = load_workbook(out)["Questions"]
    assert [sheet[cell].value for cell in ("D2", "E2", "D3")] == ["Yes", "By SAML.", None]
    assert load_workbook(book)["Questions"]["D2"].value is None


def test_the_whole_report_is_json(book: Path, tmp_path: Path) -> None:
    report = json.loads(fill(book, [entry("D2", "Yes")], tmp_path / "answered.xlsx", "--json"))
    assert report["filled"] == 1
    assert {part["change"] for part in report["parts"]} == {"untouched", "rewritten"}


@pytest.mark.parametrize(
    ("answers", "sentence"),
    [
        ("nonsense", "no JSON file"),
        ("[" * 100_000, "no JSON file"),
        ({"sheet": "Questions"}, "must hold a list"),
        ([entry("D2", "Yes"), "D3"], "Entry 2"),
        ([{"sheet": "Questions", "cell": "D2"}], "Entry 1"),
        ([entry("D2", ["Yes"])], "Entry 1"),
    ],
    ids=["text", "deep", "object", "no entry", "no value", "list"],
)
def test_what_are_no_answers_is_said_and_nothing_is_written(
    book: Path, tmp_path: Path, answers: Any, sentence: str
) -> None:
    out = tmp_path / "answered.xlsx"
    with pytest.raises(CommandError, match=sentence):
        fill(book, answers, out)
    assert not out.exists()


def test_a_place_that_cannot_be_written_is_said_as_it_was_typed(book: Path, tmp_path: Path) -> None:
    for out, sentence in [
        (tmp_path / "nowhere" / "out.xlsx", f"no folder {tmp_path / 'nowhere'}"),
        (tmp_path, f"{tmp_path} is a folder"),
        (book, "customer's own workbook"),
    ]:
        with pytest.raises(CommandError, match=sentence):
            fill(book, [entry("D2", "Yes")], out)


def test_a_folder_without_permission_is_said(
    book: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "access", lambda *_: False)
    with pytest.raises(CommandError, match="Check its permissions"):
        fill(book, [entry("D2", "Yes")], tmp_path / "out.xlsx")


def test_what_is_no_workbook_is_said_and_an_earlier_result_stays(tmp_path: Path) -> None:
    wrong, out = tmp_path / "wrong.xlsx", tmp_path / "out.xlsx"
    wrong.write_text("not a workbook")
    out.write_bytes(b"of yesterday")
    with pytest.raises(CommandError, match="not an Excel workbook"):
        fill(wrong, [], out)
    with pytest.raises(CommandError, match=r"nowhere\.xlsx: No such file"):
        fill(tmp_path / "nowhere.xlsx", [], out)
    assert out.read_bytes() == b"of yesterday"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["answers.json", "out.xlsx", "wrong.xlsx"]
