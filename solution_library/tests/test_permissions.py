import pytest
from django.test import Client
from django.urls import URLPattern, reverse

from core.models import Job, User
from solution_library.models import (
    Document,
    DocumentationSource,
    EmbeddingStatus,
    LibraryAnswer,
    Solution,
    SourceSync,
    SourceSyncEntry,
)
from solution_library.tests.factories import (
    DocumentationSourceFactory,
    DocumentFactory,
    LibraryAnswerFactory,
)
from solution_library.tests.files import PDF, png_upload, text_upload
from solution_library.urls import urlpatterns

pytestmark = pytest.mark.django_db

READ = {
    "home",
    "organization",
    "logo",
    "solution",
    "statuses",
    "document",
    "document_status",
    "document_download",
    "document_pdf",
    "source",
    "source_sync",
    "source_entry",
    "answers",
    "answer",
    "reviews",
}
CHANGE_BY_POST = {
    "upload",
    "solution_embed",
    "document_replace",
    "document_replace_undo",
    "document_delete",
    "document_embed",
    "source_sync_now",
    "source_delete",
    "answer_delete",
    "answer_keep",
    "answers_restore",
    "solution_restore",
    "documents_tag",
    "documents_move",
    "documents_review",
    "documents_embed",
    "documents_delete",
    "documents_restore",
}
FORMS = {
    "organization_create",
    "organization_edit",
    "organization_delete",
    "solution_create",
    "solution_edit",
    "solution_delete",
    "document_edit",
    "source_create",
    "source_edit",
    "answer_create",
    "answer_edit",
}


@pytest.fixture
def document() -> Document:
    document = DocumentFactory(embedded=True, content=PDF, filename="policy.pdf")
    document.solution.vendor.logo = png_upload()
    document.solution.vendor.save()
    source = DocumentationSourceFactory(solution=document.solution)
    entry = SourceSyncEntry(url=source.base_url, change=SourceSyncEntry.Change.ADDED)
    entry.sync = SourceSync.objects.create(source=source)
    entry.save()
    LibraryAnswerFactory(solution=document.solution)
    return document


def url_of(route: URLPattern, document: Document) -> str:
    pattern = str(route.pattern)
    if "<int:pk>" not in pattern:
        return reverse(f"solution_library:{route.name}")
    target = {
        "organizations": document.solution.vendor,
        "solutions": document.solution,
        "documents": document,
        "sources": document.solution.sources.get(),
        "syncs": SourceSync.objects.get(),
        "sync-entries": SourceSyncEntry.objects.get(),
        "answers": LibraryAnswer.objects.get(),
    }
    return reverse(f"solution_library:{route.name}", args=[target[pattern.split("/")[0]].pk])


def test_every_route_is_known_to_these_tests() -> None:
    assert {route.name for route in urlpatterns} == READ | CHANGE_BY_POST | FORMS


@pytest.mark.parametrize("route", urlpatterns, ids=lambda route: route.name)
def test_nobody_gets_anything_without_signing_in(
    client: Client, document: Document, route: URLPattern
) -> None:
    url = url_of(route, document)
    for answer in (client.get(url), client.post(url)):
        assert answer.status_code in (302, 405)
        if answer.status_code == 302:
            assert answer.url.startswith("/accounts/login/")
    assert Document.objects.get().embedding_status == EmbeddingStatus.EMBEDDED


@pytest.mark.parametrize(
    "route", [route for route in urlpatterns if route.name in READ], ids=lambda route: route.name
)
@pytest.mark.parametrize("person", ["alice", "charlie"])
def test_everybody_who_is_signed_in_reads(
    client: Client, document: Document, route: URLPattern, person: str, request: pytest.FixtureRequest
) -> None:
    client.force_login(request.getfixturevalue(person))
    answer = client.get(url_of(route, document))
    assert answer.status_code == 200
    assert b"".join(answer.streaming_content if answer.streaming else [answer.content])


@pytest.mark.parametrize(
    "route", [route for route in urlpatterns if route.name not in READ], ids=lambda route: route.name
)
@pytest.mark.parametrize("person", ["bob", "charlie"])
def test_who_does_not_edit_the_library_gets_403(
    client: Client, document: Document, route: URLPattern, person: str, request: pytest.FixtureRequest
) -> None:
    client.force_login(request.getfixturevalue(person))
    answer = client.post(url_of(route, document), {"files": text_upload(), "name": "x", "status": "embedded"})
    assert answer.status_code == 403
    kept = Document.objects.get()
    assert kept.embedding_status == EmbeddingStatus.EMBEDDED
    assert Solution.objects.get().name != "x"
    assert DocumentationSource.objects.get().name != "x"
    assert LibraryAnswer.objects.get().answer.startswith("Yes")
    assert not Job.objects.exists()


@pytest.mark.parametrize(
    "route", [route for route in urlpatterns if route.name in CHANGE_BY_POST], ids=lambda route: route.name
)
def test_a_link_changes_nothing(client: Client, document: Document, alice: User, route: URLPattern) -> None:
    client.force_login(alice)
    assert client.get(url_of(route, document)).status_code == 405


@pytest.mark.parametrize(
    "route", [route for route in urlpatterns if "pk" in str(route.pattern)], ids=lambda route: route.name
)
def test_what_is_not_there_is_404(client: Client, alice: User, route: URLPattern) -> None:
    client.force_login(alice)
    url = reverse(f"solution_library:{route.name}", args=[987654])
    assert (client.post if route.name in CHANGE_BY_POST else client.get)(url).status_code == 404


def test_editors_see_the_ways_to_change_and_others_do_not(
    client: Client, document: Document, alice: User, charlie: User
) -> None:
    url = document.solution.get_absolute_url()
    client.force_login(alice)
    page = client.get(url).content.decode()
    assert 'id="upload-form"' in page
    assert reverse("solution_library:document_delete", args=[document.pk]) in page
    client.force_login(charlie)
    page = client.get(url).content.decode()
    assert 'id="upload-form"' not in page
    assert reverse("solution_library:document_delete", args=[document.pk]) not in page
