"""One document is described on its own page and over the API: title, tags, owner, review date."""

import datetime as dt

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from core.models import Job, User
from solution_library.exceptions import GoneMeanwhile, LibraryError
from solution_library.models import Document, EmbeddingStatus
from solution_library.services.deletions import trash
from solution_library.services.document_details import describe_document
from solution_library.tests.factories import DocumentationSourceFactory, DocumentFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def document() -> Document:
    return DocumentFactory(embedded=True, title="scan_0042", tags=["old"])


def address(document: Document) -> str:
    return reverse("solution_library:document_edit", args=[document.pk])


def test_an_editor_describes_it(client: Client, document: Document, alice: User, bob: User) -> None:
    client.force_login(alice)
    assert address(document) in client.get(document.get_absolute_url()).content.decode()
    data = {"title": "Security policy", "tags": "iso, policy", "owner": bob.pk, "review_by": "2027-03-01"}
    assert client.post(address(document), data).status_code == 302
    found = Document.objects.get()
    assert (found.title, found.tags, found.owner) == ("Security policy", ["iso", "policy"], bob)
    assert found.review_by == dt.date(2027, 3, 1)


def test_another_title_makes_its_passages_anew_and_other_details_do_not(
    document: Document, django_capture_on_commit_callbacks
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        assert describe_document(document, {"tags": ["new"]})
    assert Document.objects.get().embedding_status == EmbeddingStatus.EMBEDDED
    with django_capture_on_commit_callbacks(execute=True):
        assert describe_document(document, {"title": "Security policy"})
    assert Document.objects.get().embedding_status == EmbeddingStatus.PENDING
    assert Job.objects.filter(kind="embed_document").count() == 1
    assert not describe_document(document, {"title": "Security policy", "tags": ["new"]})


def test_what_somebody_else_changed_meanwhile_stays(
    client: Client, document: Document, alice: User, bob: User
) -> None:
    client.force_login(alice)
    form = client.get(address(document)).context["form"]
    Document.objects.update(owner=bob)
    describe_document(document, {name: ["mine"] for name in form.fields if name == "tags"})
    found = Document.objects.get()
    assert (found.owner, found.tags) == (bob, ["mine"])


def test_nonsense_is_refused_and_a_page_keeps_its_sites_title(
    client: Client, document: Document, alice: User
) -> None:
    client.force_login(alice)
    response = client.post(address(document), {"title": " ", "tags": "x" * 60})
    assert response.status_code == 422
    assert set(response.context["form"].errors) == {"title", "tags"}
    Document.objects.update(
        source=DocumentationSourceFactory(solution=document.solution), url="https://a.test/"
    )
    assert "title" not in client.get(address(document)).context["form"].fields
    with pytest.raises(LibraryError, match="as its site calls it"):
        describe_document(document, {"title": "Mine"})


def test_the_api_describes_it_and_leaves_what_is_not_named(
    client: Client, document: Document, alice: User, bob: User
) -> None:
    client.force_login(alice)
    url = f"/api/v1/documents/{document.pk}"
    answer = client.patch(url, {"title": "Security policy", "owner": bob.pk}, content_type="application/json")
    assert (answer.status_code, answer.json()["title"], answer.json()["tags"]) == (
        200,
        "Security policy",
        ["old"],
    )
    answer = client.patch(url, {"owner": None, "tags": None}, content_type="application/json")
    found = Document.objects.get()
    assert (found.owner, found.tags, found.title) == (None, [], "Security policy")
    assert client.patch(url, {"owner": 9**9}, content_type="application/json").status_code == 404
    client.force_login(bob)
    assert client.patch(url, {"title": "Bob's"}, content_type="application/json").status_code == 403


def test_what_was_deleted_meanwhile_is_not_described(document: Document) -> None:
    trash(Document.objects.all(), now=timezone.now())
    with pytest.raises(GoneMeanwhile, match="deleted in the meantime"):
        describe_document(document, {"tags": ["new"]})
    assert Document.objects.get().tags == ["old"]
