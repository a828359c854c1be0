"""Editing in the admin goes through the services that the pages call, or is not offered."""

from typing import Any

import pytest
from django.contrib.auth.models import Permission
from django.test import Client
from django.urls import reverse

from core.models import User
from core.tests.factories import UserFactory
from solution_library.admin import answers
from solution_library.exceptions import AnswerChanged
from solution_library.models import Document, EmbeddingStatus, LibraryAnswer
from solution_library.models.answer import MOST_TAGS
from solution_library.services.answers import save_library_answer, state_of
from solution_library.signals import source_content_changed
from solution_library.tests.factories import DocumentationSourceFactory, DocumentFactory, SolutionFactory

pytestmark = pytest.mark.django_db

ADD = "admin:solution_library_libraryanswer_add"


@pytest.fixture
def ada() -> User:
    return UserFactory(is_staff=True, is_superuser=True)


@pytest.fixture
def administrator(client: Client, ada: User) -> Client:
    client.force_login(ada)
    return client


@pytest.fixture
def kept() -> LibraryAnswer:
    solution = SolutionFactory()
    return save_library_answer(solution=solution, question="Backups?", answer="Nightly.", owner=None)


def change_address(row: Any) -> str:
    return reverse(f"admin:solution_library_{row._meta.model_name}_change", args=[row.pk])


def answer_data(entry: LibraryAnswer, **changes: Any) -> dict[str, Any]:
    return {
        "solution": entry.solution_id,
        "question": entry.question,
        "answer": entry.answer,
        "state": state_of(entry),
    } | changes


def test_a_changed_answer_gets_a_version_and_tells_who_cites_it(
    administrator: Client, ada: User, kept: LibraryAnswer
) -> None:
    heard: list[Any] = []

    def listen(instance: Any, **_: Any) -> None:
        heard.append(instance)

    before = state_of(kept)
    assert f'value="{before}"' in administrator.get(change_address(kept)).content.decode()
    source_content_changed.connect(listen)
    try:
        page = administrator.post(change_address(kept), answer_data(kept, answer="Hourly."))
    finally:
        source_content_changed.disconnect(listen)
    assert page.status_code == 302
    kept.refresh_from_db()
    assert (kept.answer, kept.embedding_status) == ("Hourly.", EmbeddingStatus.PENDING)
    newest, first = kept.versions.all()
    assert (newest.answer, newest.edited_by, first.answer) == ("Hourly.", ada, "Nightly.")
    assert heard == [kept]
    # An editor that was open meanwhile, on the pages or here, does not overwrite it.
    assert state_of(kept) != before
    late = administrator.post(change_address(kept), answer_data(kept, answer="Weekly.", state=before))
    assert "Somebody else changed this answer meanwhile" in late.content.decode()
    kept.refresh_from_db()
    assert kept.answer == "Hourly."


def test_a_new_answer_begins_its_history(administrator: Client, ada: User) -> None:
    data = {
        "solution": SolutionFactory().pk,
        "question": "Q?",
        "answer": "A.",
        "owner": ada.pk,
        "tags": "a, b",
    }
    assert administrator.post(reverse(ADD), data).status_code == 302
    entry = LibraryAnswer.objects.get()
    assert (entry.tags, entry.owner, entry.origin) == (["a", "b"], ada, LibraryAnswer.Origin.MANUAL)
    assert entry.versions.get().answer == "A."


def test_what_the_form_or_the_service_refuses_is_said(administrator: Client, kept: LibraryAnswer) -> None:
    tags = ", ".join(f"tag {number}" for number in range(MOST_TAGS + 1))
    page = administrator.post(change_address(kept), answer_data(kept, tags=tags))
    assert "At most 20 tags" in page.content.decode()
    page = administrator.post(change_address(kept), answer_data(kept, choice="Yes\0"), follow=True)
    assert page.status_code == 200
    assert kept.versions.count() == 1


def test_of_a_document_only_its_description_is_edited(administrator: Client) -> None:
    document = DocumentFactory(embedded=True)
    form = administrator.get(change_address(document)).context["adminform"].form
    assert set(form.fields) == {"title", "tags", "owner", "review_by"}
    data = {"title": "New", "tags": "", "deleted_at_0": "2026-01-01", "retired_at_0": "2026-01-01"}
    Document.objects.update(chunk_count=7)
    assert administrator.post(change_address(document), data).status_code == 302
    document.refresh_from_db()
    assert (document.title, document.chunk_count) == ("New", 7)
    assert (document.retired_at, document.deleted_at) == (None, None)


def test_a_site_stays_with_its_solution(administrator: Client) -> None:
    form = administrator.get(change_address(DocumentationSourceFactory())).context["adminform"].form
    assert "solution" not in form.fields


def test_who_may_only_look_sees_the_answer(client: Client, kept: LibraryAnswer) -> None:
    viewer = UserFactory(is_staff=True)
    viewer.user_permissions.add(Permission.objects.get(codename="view_libraryanswer"))
    client.force_login(viewer)
    page = client.get(change_address(kept))
    assert page.status_code == 200
    assert "Nightly." in page.content.decode()
    assert client.post(change_address(kept), answer_data(kept, answer="Hourly.")).status_code == 403


def test_what_only_the_service_refuses_is_said_above_the_form(
    administrator: Client, kept: LibraryAnswer, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: Any, **__: Any) -> None:
        raise AnswerChanged("Somebody was faster.")

    monkeypatch.setattr(answers, "change_library_answer", refuse)
    page = administrator.post(change_address(kept), answer_data(kept, answer="Hourly."), follow=True)
    assert "Somebody was faster." in page.content.decode()
    kept.refresh_from_db()
    assert kept.answer == "Nightly."
