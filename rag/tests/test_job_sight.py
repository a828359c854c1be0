"""A job of the library is read by its id by whoever sees what it is about, and by nobody else once that is gone."""

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from core.jobs import may_see
from core.models import Job, User
from core.tests.factories import UserFactory, alice, charlie
from rag.services.answer_imports import IMPORT_JOB
from rag.services.queueing import enqueue_answer_embedding, enqueue_document_embedding
from solution_library.models import AnswerImport, Document, DocumentationSource, LibraryAnswer
from solution_library.services.deletions import trash, trash_answers
from solution_library.services.sources import request_sync
from solution_library.tests.factories import (
    DocumentationSourceFactory,
    DocumentFactory,
    LibraryAnswerFactory,
    SolutionFactory,
)
from themis.services.api_keys import create_api_key
from themis.tests.factories import make_job

__all__ = ["alice", "charlie"]

pytestmark = pytest.mark.django_db


@pytest.fixture
def row(request: pytest.FixtureRequest) -> Document | LibraryAnswer:
    made: Document | LibraryAnswer = request.param()
    return made


def _job_of(row: Document | LibraryAnswer) -> Job:
    if isinstance(row, Document):
        return enqueue_document_embedding(row)
    return enqueue_answer_embedding(row)


def _trash(row: Document | LibraryAnswer) -> None:
    if isinstance(row, Document):
        trash(Document.objects.filter(pk=row.pk), now=timezone.now())
    else:
        trash_answers(LibraryAnswer.with_deleted.filter(pk=row.pk), now=timezone.now())


def _statuses(client: Client, user: User, job: Job) -> list[int]:
    """Of the page and of the API."""
    client.force_login(user)
    _key, text = create_api_key(user, name="test", scopes=["read"])
    api = Client().get(f"/api/v1/jobs/{job.pk}", headers={"Authorization": f"Bearer {text}"})
    return [client.get(reverse("themis:job", args=[job.pk])).status_code, api.status_code]


@pytest.mark.parametrize("row", [DocumentFactory, LibraryAnswerFactory], indirect=True)
def test_who_sees_the_row_sees_how_far_it_is(
    client: Client, charlie: User, row: Document | LibraryAnswer
) -> None:
    job = _job_of(row)
    assert _statuses(client, charlie, job) == [200, 200]
    inactive = UserFactory(is_active=False)
    assert not may_see(job, inactive)


@pytest.mark.parametrize("row", [DocumentFactory, LibraryAnswerFactory], indirect=True)
@pytest.mark.parametrize("for_good", [False, True], ids=["for a day", "for good"])
def test_what_was_deleted_is_named_by_no_job_either(
    client: Client, charlie: User, row: Document | LibraryAnswer, for_good: bool
) -> None:
    job = _job_of(row)
    if for_good:
        row.delete()
    else:
        _trash(row)
    job.refresh_from_db()
    assert _statuses(client, charlie, job) == [404, 404]


def test_a_site_and_an_import_are_named_to_editors_while_they_are_there(alice: User, charlie: User) -> None:
    source: DocumentationSource = DocumentationSourceFactory()
    found = AnswerImport.objects.create(solution=SolutionFactory(), filename="answers for Acme.xlsx")
    somebody: User = UserFactory()
    sync = request_sync(source, owner=somebody)
    reading = make_job(somebody, kind=IMPORT_JOB, target=found)
    for job in (sync, reading):
        assert (may_see(job, alice), may_see(job, charlie)) == (True, False)
    source.delete()
    found.solution.delete()
    for job in Job.objects.filter(pk__in=[sync.pk, reading.pk]):
        assert not may_see(job, alice)
