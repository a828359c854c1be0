"""Embedding as background work: asked for on commit, run twice with one effect, retried, swept, failed in words."""

import threading
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.files.storage import default_storage
from django.db import connection, transaction
from django.utils import timezone

from core import jobs
from core.jobs import queueing
from core.models import Job
from core.storage import StorageError, read_bytes, scraped_key, write_text
from rag.services import preparing_ahead
from rag.services.embeddings import embed_document, embed_library_answer
from rag.services.queueing import ANSWER_JOB, DOCUMENT_JOB, retake_pending
from rag.services.search import search_library
from rag.tasks import record_document_failure, retake_pending_documents
from rag.tests.factories import change, chunks_of, document_about, job_of, paper, topics_of
from solution_library.models import Document, EmbeddingStatus, LibraryAnswer
from solution_library.services.documents import request_embedding, upload_document
from solution_library.signals import document_content_changed
from solution_library.tests.factories import (
    DocumentationSourceFactory,
    DocumentFactory,
    LibraryAnswerFactory,
    SolutionFactory,
)
from solution_library.tests.files import text_upload

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("folder_storage")]


@pytest.fixture
def rung(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The ids for which the broker's bell was rung."""
    heard: list[str] = []
    monkeypatch.setattr(
        queueing.current_app, "send_task", lambda name, args, queue: heard.append(args[0]), raising=False
    )
    return heard


def stored_chunks(folder: Path) -> set[str]:
    return {str(path.relative_to(folder)) for path in folder.glob("chunks/**/*.txt")}


def make_stale(row: Document | LibraryAnswer) -> None:
    type(row).objects.filter(pk=row.pk).update(updated_at=timezone.now() - timedelta(minutes=2))


def test_an_upload_is_pending_and_its_job_is_rung_for_once_it_is_committed(rung: list[str]) -> None:
    solution = SolutionFactory()
    with transaction.atomic():
        document = upload_document(
            solution=solution, upload=text_upload("guide.md", paper("backups")), owner=None
        )
        assert rung == []
    assert document.embedding_status == EmbeddingStatus.PENDING
    job = job_of(document)
    assert (job.queue, job.state) == ("embedding", Job.State.QUEUED)
    assert rung == [str(job.pk)]
    run(job)
    document.refresh_from_db()
    assert document.embedding_status == EmbeddingStatus.EMBEDDED


def test_an_upload_that_is_rolled_back_asks_for_nothing(rung: list[str]) -> None:
    solution = SolutionFactory()
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        upload_document(solution=solution, upload=text_upload("guide.md", paper("a")), owner=None)
        raise ZeroDivisionError
    assert rung == []
    assert not Job.objects.exists()


def test_the_same_content_asked_for_twice_is_one_job_and_new_content_another(rung: list[str]) -> None:
    document = document_about("backups")
    request_embedding([document])
    request_embedding([document])
    assert Job.objects.filter(kind=DOCUMENT_JOB).count() == 1
    change(document, paper("keys"))
    assert Job.objects.filter(kind=DOCUMENT_JOB).count() == 2


def test_the_job_of_old_content_writes_the_new_content_or_nothing(rung: list[str]) -> None:
    document = document_about("backups")
    request_embedding([document])
    old = job_of(document)
    change(document, paper("keys"))
    run(old)
    run(job_of(document))
    assert topics_of(document) == ["keys"]


def test_a_scraped_page_is_embedded_from_its_key(rung: list[str]) -> None:
    source = DocumentationSourceFactory()
    page = Document.objects.create(
        solution=source.solution,
        source=source,
        url=f"{source.base_url}a",
        title="Page A",
        s3_key=write_text(scraped_key(source.pk, "a.md"), paper("backups").decode()),
        file_type="md",
        content_hash="a" * 64,
    )
    request_embedding([page])
    run(job_of(page))
    assert topics_of(page) == ["backups"]


# The sweep


def test_the_sweep_takes_up_what_was_left_waiting(rung: list[str]) -> None:
    lost, fresh = document_about("backups"), document_about("keys")
    done, failed = DocumentFactory(embedded=True), DocumentFactory(failed=True)
    for document in (lost, done, failed):
        make_stale(document)
    assert retake_pending() == 1
    assert [job.target_id for job in Job.objects.all()] == [str(lost.pk)]
    assert fresh.embedding_status == EmbeddingStatus.PENDING
    run(job_of(lost))
    assert topics_of(lost) == ["backups"]


def test_the_sweep_leaves_what_has_a_job_alone_and_takes_up_what_lost_it(rung: list[str]) -> None:
    document = document_about("backups")
    request_embedding([document])
    make_stale(document)
    assert retake_pending() == 0
    Document.objects.filter(pk=document.pk).update(embedding_status=EmbeddingStatus.PROCESSING)
    Job.objects.all().delete()
    assert retake_pending() == 1


def test_two_sweeps_ask_once(rung: list[str]) -> None:
    make_stale(document_about("backups"))
    retake_pending_documents()
    retake_pending_documents()
    assert Job.objects.count() == 1


# Running


def run(job: Job) -> Job:
    jobs.execute(job.pk)
    job.refresh_from_db()
    return job


def test_a_job_run_twice_has_one_effect(embedded_passages: list[str], folder_storage: Path) -> None:
    document = document_about("backups", "access")
    request_embedding([document])
    job = run(job_of(document))
    assert (job.state, job.percent) == (Job.State.DONE, 100)
    before = (chunks_of(document), stored_chunks(folder_storage))
    run(job)
    Job.objects.filter(pk=job.pk).update(state=Job.State.QUEUED)
    assert run(job).state == Job.State.DONE
    assert (chunks_of(document), stored_chunks(folder_storage)) == before
    assert len(embedded_passages) == 2


def test_two_workers_at_once_have_one_effect(folder_storage: Path) -> None:
    document = document_about("backups", "access", "keys")
    start = threading.Barrier(2)

    def work() -> None:
        start.wait()
        embed_document(document.pk)
        connection.close()

    workers = [threading.Thread(target=work) for _ in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert topics_of(document) == ["backups", "access", "keys"]
    assert stored_chunks(folder_storage) == {key for _, key, _ in chunks_of(document)}


def test_a_bad_file_fails_with_its_reason_and_the_next_one_is_embedded() -> None:
    bad = DocumentFactory(content=b"%PDF-1.4\nnonsense\n%%EOF", filename="bad.pdf")
    good = document_about("backups")
    request_embedding([bad, good])
    assert run(job_of(bad)).state == Job.State.FAILED
    bad.refresh_from_db()
    assert bad.embedding_status == EmbeddingStatus.FAILED
    assert bad.embedding_error.startswith("This PDF is damaged")
    assert run(job_of(good)).state == Job.State.DONE


def test_a_file_that_the_store_does_not_have_fails_at_once_and_is_said_on_the_document() -> None:
    document = document_about("backups")
    request_embedding([document])
    default_storage.delete(document.s3_key)
    job = run(job_of(document))
    assert (job.state, job.attempts) == (Job.State.FAILED, 1)
    document.refresh_from_db()
    assert document.embedding_status == EmbeddingStatus.FAILED
    assert "is missing from the file store" in document.embedding_error


def test_a_store_that_is_down_is_tried_again(monkeypatch: pytest.MonkeyPatch) -> None:
    document = document_about("backups")
    request_embedding([document])

    def refuse(key: str) -> bytes:
        raise StorageError("The file store does not answer.")

    monkeypatch.setattr(preparing_ahead, "read_bytes", refuse)
    assert run(job_of(document)).state == Job.State.QUEUED
    document.refresh_from_db()
    assert document.embedding_status == EmbeddingStatus.PROCESSING


def test_a_file_that_is_replaced_while_it_is_being_read_fails_no_job(monkeypatch: pytest.MonkeyPatch) -> None:
    document = document_about("backups")
    request_embedding([document])
    old = job_of(document)

    def replace_meanwhile(key: str) -> bytes:
        change(document, paper("keys"))
        default_storage.delete(key)
        return read_bytes(key)

    with monkeypatch.context() as patched:
        patched.setattr(preparing_ahead, "read_bytes", replace_meanwhile)
        assert run(old).state == Job.State.DONE
    assert run(job_of(document)).state == Job.State.DONE
    assert topics_of(document) == ["keys"]


def test_the_failure_of_old_content_is_not_put_on_the_new() -> None:
    document = DocumentFactory(content=b"%PDF-1.4\nnonsense\n%%EOF", filename="bad.pdf")
    request_embedding([document])
    old = job_of(document)
    changed = change(document, paper("keys"))
    old.error = "This PDF is damaged."
    record_document_failure(old)
    changed.refresh_from_db()
    assert changed.embedding_status == EmbeddingStatus.PENDING
    assert changed.embedding_error == ""


# Approved answers


def test_an_approved_answer_is_embedded_by_its_question(rung: list[str]) -> None:
    answer = LibraryAnswerFactory(question="How long are backups kept?", answer="35 days.")
    document_content_changed.send(sender=LibraryAnswer, instance=answer)
    job = Job.objects.get(kind=ANSWER_JOB)
    run(job)
    run(job)
    answer.refresh_from_db()
    assert answer.embedding_status == EmbeddingStatus.EMBEDDED
    assert search_library("backups kept how long")[0].text.endswith("35 days.")


def test_an_answer_that_changed_or_went_meanwhile_is_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    answer = LibraryAnswerFactory()

    def changed() -> None:
        LibraryAnswer.objects.filter(pk=answer.pk).update(answer="No.")

    assert embed_library_answer(answer.pk, fence=changed) == 0
    answer.refresh_from_db()
    assert answer.embedding_status == EmbeddingStatus.PENDING
    answer.delete()
    assert embed_library_answer(answer.pk or 0) == 0


def test_the_sweep_takes_up_answers_too(rung: list[str]) -> None:
    answer = LibraryAnswerFactory()
    make_stale(answer)
    assert retake_pending() == 1
    run(Job.objects.get(kind=ANSWER_JOB))
    answer.refresh_from_db()
    assert answer.embedding_status == EmbeddingStatus.EMBEDDED
