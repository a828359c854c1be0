"""Answers out of a table: columns found or chosen, good rows kept once, bad ones named by their number."""

import datetime
from io import BytesIO

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from openpyxl import Workbook

from core import jobs
from core.models import Job, User
from core.tests.stored_files import OnS3, StoredFileContract
from rag.parsing import ParsingError
from rag.parsing.isolation import read_rows_isolated
from rag.services.answer_imports import store_import
from rag.services.import_tables import guess_columns
from solution_library.models import AnswerImport, LibraryAnswer, Solution
from solution_library.tests.factories import LibraryAnswerFactory, SolutionFactory

pytestmark = pytest.mark.django_db

UPLOAD = reverse("rag:import_create")
TABLE = """No;Question;Supplier response;Compliance;Tags;Review by
1;Is data encrypted at rest?;With AES-256.;Yes;crypto, security;2031-05-01
2;;Nobody asked.;;;

4;Who audits you?;;No;;
5;Where is the data?;In Norway.;;hosting;next year
6;Do you make backups?;Every night.;;;
"""


@pytest.fixture(autouse=True)
def media(folder_storage: object) -> None:
    """Each test's files lie in a folder of its own."""


@pytest.fixture
def solution() -> Solution:
    return SolutionFactory()


@pytest.fixture
def editor(client: Client, alice: User) -> Client:
    client.force_login(alice)
    return client


def test_a_table_waits_for_the_first_solution(editor: Client) -> None:
    page = editor.get(UPLOAD).content.decode()
    assert "First a solution, then its answers" in page
    assert 'name="file"' not in page
    SolutionFactory()
    assert 'name="file"' in editor.get(UPLOAD).content.decode()


def table(text: str = TABLE, name: str = "past answers.csv") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, text.encode())


def uploaded(editor: Client, solution: Solution, file: SimpleUploadedFile) -> AnswerImport:
    answer = editor.post(UPLOAD, {"solution": solution.pk, "file": file})
    found = AnswerImport.objects.latest("pk")
    assert answer.url == found.get_absolute_url()
    return found


def run(editor: Client, found: AnswerImport, **columns: str) -> Job:
    chosen = {field: str(index) for field, index in found.mapping["columns"].items()} | {
        "heading": str(found.mapping["heading"])
    }
    editor.post(reverse("rag:import_run", args=[found.pk]), chosen | columns)
    job = Job.objects.get(kind="import_answers")
    jobs.execute(job.pk)
    job.refresh_from_db()
    found.refresh_from_db()
    return job


def test_the_columns_are_found_by_their_names_and_shown_before_anything_is_kept(
    editor: Client, solution: Solution
) -> None:
    found = uploaded(editor, solution, table())
    assert found.mapping == {
        "heading": 1,
        "columns": {"question": 1, "answer": 2, "choice": 3, "tags": 4, "review_by": 5},
    }
    page = editor.get(found.get_absolute_url()).content.decode()
    assert "2 answers can be imported." in page
    assert "3 rows are left out." in page
    assert "With AES-256." in page
    assert not LibraryAnswer.objects.exists()


def test_good_rows_are_kept_and_bad_ones_named_by_their_number(
    editor: Client, alice: User, solution: Solution, django_capture_on_commit_callbacks
) -> None:
    found = uploaded(editor, solution, table())
    key = found.file.name
    with django_capture_on_commit_callbacks(execute=True):
        job = run(editor, found)
    assert job.state == Job.State.DONE
    first, second = LibraryAnswer.objects.order_by("pk")
    assert (first.question, first.answer, first.choice) == (
        "Is data encrypted at rest?",
        "With AES-256.",
        "Yes",
    )
    assert (first.tags, first.review_by) == (["crypto", "security"], datetime.date(2031, 5, 1))
    assert (first.owner, first.origin, first.origin_note) == (alice, "imported", "past answers.csv, row 2")
    assert second.question == "Do you make backups?"
    assert {row["row"]: row["reason"] for row in found.problems} == {
        3: "There is no question in this row.",
        5: "There is no answer in this row.",
        6: "“next year” is no date. Write it as 2027-05-31.",
    }
    page = editor.get(found.get_absolute_url()).content.decode()
    assert "There is no answer in this row." in page
    assert (found.kept, found.file.name) == (2, "")
    assert not default_storage.exists(key or "")


def test_run_again_after_a_crash_nothing_is_there_twice(editor: Client, solution: Solution) -> None:
    found = uploaded(editor, solution, table())
    key = found.file.name
    job = run(editor, found)
    AnswerImport.objects.update(finished_at=None, file=key)
    Job.objects.update(state="queued")
    jobs.execute(job.pk)
    found.refresh_from_db()
    assert (found.kept, len(found.problems)) == (2, 3)
    assert LibraryAnswer.objects.count() == 2


def test_what_the_library_answers_already_is_left_out_with_the_other_answer(
    editor: Client, solution: Solution
) -> None:
    other = LibraryAnswerFactory(solution=solution, question="Do you make backups?", answer="Never.")
    found = uploaded(editor, solution, table())
    run(editor, found)
    assert next(row for row in found.problems if row["entry"])["entry"] == other.pk
    assert other.get_absolute_url() in editor.get(found.get_absolute_url()).content.decode()


def test_the_names_of_the_columns_may_stand_below_a_title(editor: Client, solution: Solution) -> None:
    text = "Security answers 2026\n\n#,Customer asked,Our answer\n1,Do you?,We do.\n2,Who?,We.\n"
    found = uploaded(editor, solution, table(text.replace("asked", "question"), "x.csv"))
    assert found.mapping == {"heading": 3, "columns": {"question": 1, "answer": 2}}
    page = editor.get(found.get_absolute_url()).content.decode()
    assert "2 answers can be imported." in page
    assert "3 · #, Customer question, Our answer" in page
    assert "B · Customer question" in page
    run(editor, found)
    assert list(LibraryAnswer.objects.order_by("pk").values_list("question", flat=True)) == [
        "Do you?",
        "Who?",
    ]


def test_the_row_with_the_names_is_chosen_by_hand(editor: Client, solution: Solution) -> None:
    found = uploaded(editor, solution, table("Past bids,\nAsked,Said\nDo you?,We do.\n", "x.csv"))
    assert found.mapping["heading"] == 0
    chosen = {"heading": "2", "question": "0", "answer": "1"}
    page = editor.get(found.get_absolute_url(), chosen).content.decode()
    assert "1 answer can be imported." in page
    editor.post(reverse("rag:import_run", args=[found.pk]), chosen)
    jobs.execute(Job.objects.get(kind="import_answers").pk)
    assert LibraryAnswer.objects.get().question == "Do you?"


def test_another_kind_of_file_is_refused_by_what_is_taken(editor: Client, solution: Solution) -> None:
    answer = editor.post(UPLOAD, {"solution": solution.pk, "file": table(name="answers.docx")})
    assert "Answers are imported from .xlsx and .csv files." in answer.content.decode()


def test_other_columns_are_chosen_by_hand(editor: Client, solution: Solution) -> None:
    found = uploaded(editor, solution, table("Do you?,We do.\nWho?,We.\n", "x.csv"))
    assert found.mapping == {"heading": 0, "columns": {"question": 0, "answer": 1}}
    page = editor.get(found.get_absolute_url(), {"question": "1", "answer": "0"}).content.decode()
    assert page.index("We do.") < page.index("Do you?</p>") or 'font-medium break-words">We do.' in page
    editor.post(reverse("rag:import_run", args=[found.pk]), {"question": "1", "answer": "0"})
    jobs.execute(Job.objects.get(kind="import_answers").pk)
    assert set(LibraryAnswer.objects.values_list("question", "answer")) == {
        ("We do.", "Do you?"),
        ("We.", "Who?"),
    }


@pytest.mark.parametrize("columns", [{"question": ""}, {"answer": "1"}, {"question": "99"}])
def test_columns_that_make_no_pair_are_refused(
    editor: Client, solution: Solution, columns: dict[str, str]
) -> None:
    found = uploaded(editor, solution, table())
    chosen = {"question": "1", "answer": "2"} | columns
    assert editor.post(reverse("rag:import_run", args=[found.pk]), chosen).status_code == 422
    assert not Job.objects.filter(kind="import_answers").exists()


@pytest.mark.parametrize(
    "file",
    [
        table("", "empty.csv"),
        table("MZ", "x.exe"),
        table("not a workbook", "x.xlsx"),
        table(" ; ; \n", "blank.csv"),
        SimpleUploadedFile("notes.md", b"# Notes"),
    ],
    ids=lambda file: file.name,
)
def test_what_is_no_table_is_refused_in_words(
    editor: Client, solution: Solution, file: SimpleUploadedFile
) -> None:
    answer = editor.post(UPLOAD, {"solution": solution.pk, "file": file})
    assert answer.status_code == 422
    assert answer.context["form"].errors["file"]
    assert not AnswerImport.objects.exists()


def workbook() -> bytes:
    book = Workbook()
    sheet = book.active
    assert sheet
    sheet["B3"], sheet["C3"] = "Question", "Answer"
    sheet["B5"], sheet["C5"] = "How many?", 12
    stored = BytesIO()
    book.save(stored)
    return stored.getvalue()


def test_rows_of_a_workbook_keep_their_numbers() -> None:
    rows = read_rows_isolated(workbook(), extension="xlsx")
    assert len(rows) == 5
    assert rows[4] == ["", "How many?", "12"]


def test_a_sheet_with_a_stray_far_cell_is_refused_before_room_is_made_for_it() -> None:
    book = Workbook()
    assert book.active
    book.active["XFD1048576"] = "far"
    stored = BytesIO()
    book.save(stored)
    with pytest.raises(ParsingError, match="too large"):
        read_rows_isolated(stored.getvalue(), extension="xlsx")


def test_columns_are_guessed_only_when_both_are_named() -> None:
    assert guess_columns([["Ref", "Requirement", "Response"]]) == (1, {"question": 1, "answer": 2})
    assert guess_columns([["Do you?", "We do."]]) == (0, {})


def test_only_editors_import(client: Client, charlie: User, alice: User, solution: Solution) -> None:
    found = store_import(solution=solution, upload=table(), user=alice)
    client.force_login(charlie)
    addresses = [
        UPLOAD,
        found.get_absolute_url(),
        *(reverse(f"rag:{name}", args=[found.pk]) for name in ("import_run", "import_delete")),
    ]
    for address in addresses:
        assert {client.get(address).status_code, client.post(address).status_code} <= {403, 405}
    assert "Import" not in client.get(reverse("solution_library:answers")).content.decode()
    assert AnswerImport.objects.exists()


def test_a_removed_import_leaves_no_file(
    editor: Client, alice: User, solution: Solution, django_capture_on_commit_callbacks
) -> None:
    found = store_import(solution=solution, upload=table(), user=alice)
    with django_capture_on_commit_callbacks(execute=True):
        editor.post(reverse("rag:import_delete", args=[found.pk]))
    assert not AnswerImport.objects.exists()
    assert not default_storage.exists(found.file.name or "")


class ImportFile:
    filename = "answers.csv"
    has_s3_key = False

    @pytest.fixture(autouse=True)
    def parent(self, db: None) -> None:
        self.solution = SolutionFactory()

    def make(self, upload: SimpleUploadedFile) -> AnswerImport:
        return AnswerImport(solution=self.solution, filename="answers.csv", file=upload)

    def prefix(self, row: object) -> str:
        return "answer_imports/"


class TestImportFile(ImportFile, StoredFileContract):
    pass


class TestImportFileOnS3(ImportFile, OnS3, StoredFileContract):
    pass
