"""What may happen to an import: done twice, into a deleted solution, without the file store or the model."""

from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.db import DatabaseError
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from core import jobs
from core.models import Job, User
from core.tests.stored_files import close_s3, use_s3
from rag.providers.embedding import EmbeddingError
from rag.providers.embedding.bundled import BundledProvider
from rag.services.answer_imports import import_answers, store_import
from rag.services.embeddings import embed_library_answer
from rag.tests.test_answer_imports import run, table, uploaded
from solution_library.exceptions import LibraryError, StoreUnavailable
from solution_library.models import AnswerImport, LibraryAnswer, Solution
from solution_library.models.deletion import KEPT_AFTER_DELETION
from solution_library.services.deletions import trash_answers, trash_solution
from solution_library.services.purging import purge_deleted
from solution_library.tests.factories import SolutionFactory

pytestmark = pytest.mark.django_db

UPLOAD = reverse("rag:import_create")
BACKUPS = "Question;Answer\nHow long are backups kept?;{}\n"


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


def imported(solution: Solution, alice: User, text: str) -> AnswerImport:
    found = store_import(solution=solution, upload=table(text), user=alice)
    return import_answers(found, progress=lambda *_: None, fence=lambda: None)


def test_a_corrected_table_of_the_same_name_is_compared_and_not_taken_for_the_first(
    solution: Solution, alice: User
) -> None:
    imported(solution, alice, BACKUPS.format("For 30 days."))
    second = imported(solution, alice, BACKUPS.format("For 90 days."))
    (problem,) = second.problems
    assert (second.kept, problem["row"], problem["entry"]) == (0, 2, LibraryAnswer.objects.get().pk)
    assert "30 days" in problem["reason"]


def test_run_again_after_a_crash_what_was_deleted_meanwhile_stays_deleted(
    editor: Client, solution: Solution
) -> None:
    found = uploaded(editor, solution, table())
    key = found.file.name
    job = run(editor, found)
    trash_answers(LibraryAnswer.objects.filter(import_row=2), now=timezone.now())
    LibraryAnswer.objects.update(question="A person wrote it anew.")
    AnswerImport.objects.update(finished_at=None, file=key)
    Job.objects.update(state="queued")
    jobs.execute(job.pk)
    assert LibraryAnswer.with_deleted.count() == 2


@pytest.mark.parametrize("embedded_at_once", [True, False])
def test_rows_of_one_import_are_compared_with_each_other_however_fast_they_are_embedded(
    solution: Solution, alice: User, monkeypatch: pytest.MonkeyPatch, embedded_at_once: bool
) -> None:
    rows = "Is data encrypted at rest?;Yes.\nWho audits you?;A firm.\nDo you encrypt data at rest?;No.\n"
    found = store_import(solution=solution, upload=table(f"Question;Answer\n{rows}"), user=alice)

    def progress(*_: object) -> None:
        for entry in LibraryAnswer.objects.all() if embedded_at_once else ():
            embed_library_answer(entry.pk)

    import_answers(found, progress=progress, fence=lambda: None)
    (problem,) = found.problems
    first = LibraryAnswer.objects.get(question="Is data encrypted at rest?")
    assert (problem["row"], problem["entry"], found.kept) == (4, first.pk, 2)


def test_without_the_model_rows_are_kept_and_the_report_says_that_they_were_not_compared(
    editor: Client, solution: Solution, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise EmbeddingError("The model is away.")

    found = uploaded(editor, solution, table())
    monkeypatch.setattr(BundledProvider, "embed_passages", fail)
    monkeypatch.setattr(BundledProvider, "embed_query", fail)
    run(editor, found)
    assert (found.kept, found.unchecked) == (2, [2, 7])
    page = editor.get(found.get_absolute_url()).content.decode()
    assert "2 rows are kept without that check" in page
    assert "Rows: 2, 7" in page


def test_a_deleted_solution_takes_no_import(editor: Client, alice: User, solution: Solution) -> None:
    found = store_import(solution=solution, upload=table(), user=alice)
    assert editor.get(found.get_absolute_url()).status_code == 200
    trash_solution(solution, now=timezone.now())
    assert editor.get(found.get_absolute_url()).status_code == 404
    assert editor.post(reverse("rag:import_run", args=[found.pk]), {"question": "1"}).status_code == 404
    assert found.filename not in editor.get(UPLOAD).content.decode()


def test_an_import_ends_in_words_when_its_solution_is_deleted_under_way(
    solution: Solution, alice: User
) -> None:
    found = store_import(solution=solution, upload=table(), user=alice)
    steps: list[int] = []

    def progress(done: int, *_: object) -> None:
        steps.append(done)
        if len(steps) == 2:
            trash_solution(solution, now=timezone.now())

    with pytest.raises(LibraryError, match="The solution was deleted"):
        import_answers(found, progress=progress, fence=lambda: None)
    assert not LibraryAnswer.objects.exists()
    assert LibraryAnswer.with_deleted.get().deleted_at


def test_the_purge_of_a_solution_takes_the_files_of_its_imports_along(
    solution: Solution, alice: User, django_capture_on_commit_callbacks: Any
) -> None:
    found = store_import(solution=solution, upload=table(), user=alice)
    trash_solution(solution, now=timezone.now() - 2 * KEPT_AFTER_DELETION)
    with django_capture_on_commit_callbacks(execute=True):
        purge_deleted()
    assert not AnswerImport.objects.exists()
    assert not default_storage.exists(found.file.name or "")


def test_with_the_store_down_the_page_says_so_and_nothing_is_left(
    editor: Client, solution: Solution, s3_server: Any, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    use_s3(settings, s3_server, endpoint_url="http://127.0.0.1:9")
    answer = editor.post(UPLOAD, {"solution": solution.pk, "file": table()})
    assert answer.status_code == 422
    assert "does not answer" in str(answer.context["form"].errors["file"])
    # It goes away between the check and the file.
    monkeypatch.setattr("rag.services.answer_imports.validate_s3_connectivity", lambda: None)
    with pytest.raises(StoreUnavailable, match="Nothing was stored"):
        store_import(solution=solution, upload=table(), user=User.objects.get())
    close_s3()
    assert not AnswerImport.objects.exists()


def test_without_its_row_the_file_is_taken_back(
    solution: Solution, alice: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise DatabaseError("no")

    monkeypatch.setattr(AnswerImport, "save", fail)
    with pytest.raises(DatabaseError):
        store_import(solution=solution, upload=table(), user=alice)
    assert default_storage.listdir("answer_imports")[1] == []
