"""`manage.py answer_workbook` does the whole main job; what cannot be done is said first and leaves nothing behind."""

import io
from pathlib import Path

import pytest
from django.core.files.storage import default_storage
from django.core.management import CommandError, call_command
from openpyxl import Workbook, load_workbook

from core.exceptions import SpelunkerError
from core.models import Job, Organization
from rag.tests.handbook import HANDBOOK, add_document
from rfp_manager.models import RFP, RFPQuestionDocument
from rfp_manager.services import headless
from rfp_manager.tests.workbooks import question_workbook
from solution_library.models import Solution
from solution_library.tests.factories import SolutionFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("own_media_folder")]

ASKED = [
    ("Access", "A-1", "Do users sign in with SAML 2.0?"),
    ("Data", "D-1", "How long are backups kept?"),
    ("Data", "D-2", "What does a licence cost for 500 users?"),
]


@pytest.fixture
def vault() -> Solution:
    return SolutionFactory(name="Vault")


@pytest.fixture
def book(tmp_path: Path) -> Path:
    path = tmp_path / "asked.xlsx"
    path.write_bytes(question_workbook(ASKED))
    return path


def answer(book: Path, out: Path, *solutions: str) -> str:
    output = io.StringIO()
    call_command("answer_workbook", str(book), solution=list(solutions), out=out, stdout=output)
    return output.getvalue()


def test_a_workbook_comes_back_with_drafts_and_a_report(vault: Solution, book: Path, tmp_path: Path) -> None:
    add_document(vault, HANDBOOK, "Operations handbook")
    out = tmp_path / "answered.xlsx"
    said = answer(book, out, "vault")
    sheet = load_workbook(out)["Questions"]
    assert "35 days" in sheet["E3"].value
    assert sheet["E4"].value is None, "what the library does not say stays open"
    rfp = RFP.objects.get()
    assert f"RFP {rfp.pk}: asked" in said
    assert "questions              3" in said
    assert f"Written to {out}" in said
    assert len(said.splitlines()) < 24
    assert list(rfp.solutions.all()) == [vault]


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "empty"),
        (b"not a workbook", "not an Excel workbook"),
        (b"PK\x03\x04" + b"\0" * 100, "incomplete"),
    ],
)
def test_what_is_no_workbook_leaves_nothing(
    vault: Solution, tmp_path: Path, content: bytes, sentence: str
) -> None:
    wrong = tmp_path / "wrong.xlsx"
    wrong.write_bytes(content)
    with pytest.raises(CommandError, match=sentence):
        answer(wrong, tmp_path / "out.xlsx", "Vault")
    assert not RFP.objects.exists()
    assert not Organization.objects.filter(kind=Organization.Kind.CUSTOMER).exists()
    assert not (tmp_path / "out.xlsx").exists()


def test_a_layout_that_cannot_be_read_leaves_nothing(
    vault: Solution, book: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(job: Job) -> None:
        raise SpelunkerError("The sheets are in another century.")

    monkeypatch.setattr(headless.jobs, "finish_now", fail)
    with pytest.raises(CommandError, match="another century"):
        answer(book, tmp_path / "out.xlsx", "Vault")
    assert not RFP.objects.exists()
    assert not RFPQuestionDocument.objects.exists()
    assert not Job.objects.exists()


def test_a_place_that_cannot_be_written_is_said_before_anything_is_done(
    vault: Solution, book: Path, tmp_path: Path
) -> None:
    for out, sentence in [
        (tmp_path / "nowhere" / "out.xlsx", "no folder"),
        (tmp_path, "is a folder"),
        (book, "customer's own workbook"),
    ]:
        with pytest.raises(CommandError, match=sentence):
            answer(book, out, "Vault")
    assert not RFP.objects.exists()
    assert book.read_bytes()[:2] == b"PK"


def test_names_that_are_not_there_or_not_clear_are_said(vault: Solution, book: Path, tmp_path: Path) -> None:
    with pytest.raises(CommandError, match=r"no solution named Safe\. The library has: Vault"):
        answer(book, tmp_path / "out.xlsx", "Safe")
    SolutionFactory(name="Vault")
    with pytest.raises(CommandError, match="2 vendors have a solution named Vault"):
        answer(book, tmp_path / "out.xlsx", "Vault")
    with pytest.raises(CommandError, match="no file"):
        answer(tmp_path / "nowhere.xlsx", tmp_path / "out.xlsx", "Vault")
    assert not RFP.objects.exists()


def test_a_workbook_that_asks_nothing_comes_back_as_it_is(vault: Solution, tmp_path: Path) -> None:
    plain = tmp_path / "plain.xlsx"
    workbook = Workbook()
    workbook.active["A1"] = "Please read these terms."
    workbook.save(plain)
    said = answer(plain, tmp_path / "out.xlsx", "Vault")
    assert (tmp_path / "out.xlsx").read_bytes() == plain.read_bytes()
    assert f"RFP {RFP.objects.get().pk}" in said
    assert default_storage.exists(RFPQuestionDocument.objects.get().s3_key)
