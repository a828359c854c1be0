import re

import pytest
from django.contrib.contenttypes.models import ContentType
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from core.models import Job, Organization, User
from core.storage import write_text
from core.tests.factories import OrganizationFactory
from core.tests.stored_files import use_storage
from solution_library.models import Document, EmbeddingStatus, Solution
from solution_library.tests.factories import DocumentEmbeddingFactory, DocumentFactory, SolutionFactory
from solution_library.tests.files import png_upload, text_upload

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}
HOME_QUERIES = 8
SOLUTION_QUERIES = 10


@pytest.fixture
def editor(client: Client, alice: User) -> Client:
    client.force_login(alice)
    return client


@pytest.fixture
def no_storage(settings: Settings) -> None:
    """From now on, any question to the object store is a failure."""
    use_storage(settings, "core.tests.stored_files.ForbiddenStorage")


def test_an_empty_library_says_what_to_do_first(editor: Client) -> None:
    page = editor.get(reverse("solution_library:home")).content.decode()
    assert "The library is empty" in page
    assert reverse("solution_library:organization_create") in page


def test_an_empty_library_offers_a_reader_nothing_that_is_refused(client: Client, charlie: User) -> None:
    client.force_login(charlie)
    page = client.get(reverse("solution_library:home")).content.decode()
    assert "The library is empty" in page
    assert reverse("solution_library:organization_create") not in page


def test_the_library_shows_how_much_of_each_solution_is_searchable(editor: Client) -> None:
    solution = SolutionFactory(name="Harbour")
    DocumentFactory(solution=solution, embedded=True)
    DocumentFactory(solution=solution)
    DocumentFactory(solution=solution, failed=True)
    page = editor.get(reverse("solution_library:home")).content.decode()
    assert "Harbour" in page
    assert "3 documents" in page
    assert "1 of 3 embedded" in page
    assert "1 failed" in page


def test_customers_are_not_listed_among_the_vendors(editor: Client) -> None:
    OrganizationFactory(name="Buyer Inc", kind=Organization.Kind.CUSTOMER)
    assert "Buyer Inc" not in editor.get(reverse("solution_library:home")).content.decode()


def test_a_search_finds_a_vendor_by_its_solution(editor: Client) -> None:
    SolutionFactory(name="Harbour", vendor__name="Acme")
    SolutionFactory(name="Meadow", vendor__name="Other")
    page = editor.get(reverse("solution_library:home"), {"q": "harb"}).content.decode()
    assert "Acme" in page
    assert "Other" not in page


@pytest.mark.parametrize("count", [1, 12])
def test_the_home_page_costs_the_same_queries_and_no_storage(
    editor: Client, count: int, django_assert_num_queries, request: pytest.FixtureRequest
) -> None:
    for _ in range(count):
        vendor = OrganizationFactory(logo=png_upload())
        for _ in range(2):
            DocumentFactory(solution=SolutionFactory(vendor=vendor))
    editor.get(reverse("solution_library:home"))
    request.getfixturevalue("no_storage")
    with django_assert_num_queries(HOME_QUERIES):
        page = editor.get(reverse("solution_library:home")).content.decode()
    assert page.count('/logo/"') == count


@pytest.mark.parametrize("count", [1, 30])
def test_the_documents_of_a_solution_cost_the_same_queries_and_no_storage(
    editor: Client, count: int, django_assert_num_queries, request: pytest.FixtureRequest
) -> None:
    solution = SolutionFactory()
    DocumentFactory.create_batch(count, solution=solution)
    editor.get(solution.get_absolute_url())
    request.getfixturevalue("no_storage")
    with django_assert_num_queries(SOLUTION_QUERIES):
        page = editor.get(solution.get_absolute_url()).content.decode()
    assert page.count('id="document-status-') == count


def test_the_page_asks_again_only_while_something_is_unfinished(editor: Client) -> None:
    document = DocumentFactory()
    url = reverse("solution_library:statuses", args=[document.solution_id])
    assert "hx-get" in editor.get(url, {"id": document.pk}).content.decode()
    Document.objects.update(embedding_status=EmbeddingStatus.EMBEDDED, chunk_count=3)
    page = editor.get(url, {"id": document.pk}, headers=HTMX).content.decode()
    assert "hx-get" not in page
    assert "3 passages" in page
    assert 'hx-swap-oob="true"' in page


def test_a_running_job_shows_how_far_it_is(editor: Client) -> None:
    document = DocumentFactory(embedding_status=EmbeddingStatus.PROCESSING)
    Job.objects.create(
        kind="embed_document",
        title="Embedding",
        idempotency_key="x",
        target_type=ContentType.objects.get_for_model(Document),
        target_id=str(document.pk),
        done=3,
        total=8,
    )
    page = editor.get(document.solution.get_absolute_url()).content.decode()
    assert re.search(r"<progress[^>]*value=\"3\" max=\"8\"", page)


def test_foreign_and_senseless_ids_are_ignored_by_the_status_fragment(editor: Client) -> None:
    document, foreign = DocumentFactory(), DocumentFactory()
    url = reverse("solution_library:statuses", args=[document.solution_id])
    page = editor.get(url, {"id": [document.pk, foreign.pk, "x", "-1"]}).content.decode()
    assert f'id="document-status-{document.pk}"' in page
    assert f'id="document-status-{foreign.pk}"' not in page
    assert editor.get(url, {"id": "9" * 40}).status_code == 200


def test_a_failure_is_told_in_words_and_can_be_tried_again(editor: Client) -> None:
    document = DocumentFactory(failed=True)
    page = editor.get(document.solution.get_absolute_url()).content.decode()
    assert document.embedding_error in page
    assert "Try again" in page
    answer = editor.post(reverse("solution_library:document_embed", args=[document.pk]), headers=HTMX)
    assert "Waiting" in answer.content.decode()
    document.refresh_from_db()
    assert (document.embedding_status, document.embedding_error) == (EmbeddingStatus.PENDING, "")


def test_all_failed_documents_are_tried_again_at_once(editor: Client) -> None:
    solution = SolutionFactory()
    DocumentFactory.create_batch(2, solution=solution, failed=True)
    untouched = DocumentFactory(solution=solution, embedded=True)
    editor.post(reverse("solution_library:solution_embed", args=[solution.pk]), {"status": "failed"})
    assert Document.objects.filter(embedding_status=EmbeddingStatus.PENDING).count() == 2
    untouched.refresh_from_db()
    assert untouched.embedding_status == EmbeddingStatus.EMBEDDED


def test_documents_are_found_by_title_and_state(editor: Client) -> None:
    solution = SolutionFactory()
    DocumentFactory(solution=solution, title="Backup policy", embedded=True)
    DocumentFactory(solution=solution, title="Access policy", failed=True)
    url = solution.get_absolute_url()
    assert "Access policy" not in editor.get(url, {"q": "backup"}).content.decode()
    assert "Backup policy" not in editor.get(url, {"status": "failed"}).content.decode()
    assert "Nothing found" in editor.get(url, {"q": "zebra"}).content.decode()


def test_deleting_a_document_returns_to_its_solution(editor: Client) -> None:
    document = DocumentFactory()
    answer = editor.post(reverse("solution_library:document_delete", args=[document.pk]))
    assert answer.url == document.solution.get_absolute_url()
    assert not Document.objects.filter(deleted_at__isnull=True).exists()


def test_a_document_shows_its_passages_with_headings_and_pages(editor: Client) -> None:
    document = DocumentFactory(embedded=True, title="Manual")
    for number in range(25):
        chunk = DocumentEmbeddingFactory(
            document=document,
            chunk_index=number,
            heading_path=["Operations", f"Part {number}"],
            page=number + 1,
        )
        write_text(chunk.chunk_s3_key, f"Text <b>{number}</b> of the manual.")
    page = editor.get(document.get_absolute_url()).content.decode()
    assert "Text &lt;b&gt;3&lt;/b&gt; of the manual." in page
    assert "Operations › Part 3" in page
    assert "page 4" in page
    assert "Part 21" not in page, "the second page of passages"


def test_a_citation_opens_the_page_of_passages_that_holds_it(editor: Client) -> None:
    document = DocumentFactory(embedded=True)
    for number in range(25):
        DocumentEmbeddingFactory(document=document, chunk_index=number)
    page = editor.get(document.get_absolute_url(), {"passage": "22"}).content.decode()
    assert 'id="passage-22"' in page
    assert 'id="passage-0"' not in page
    assert re.search(r'id="passage-22"[^>]*aria-current="true"', page)
    assert not re.search(r'id="passage-21"[^>]*aria-current="true"', page)


def test_a_passage_whose_text_is_missing_is_said_beside_the_others(editor: Client) -> None:
    document = DocumentFactory(embedded=True)
    good, _lost = DocumentEmbeddingFactory.create_batch(2, document=document)
    write_text(good.chunk_s3_key, "Here it is.")
    page = editor.get(document.get_absolute_url()).content.decode()
    assert "Here it is." in page
    assert "could not be read from the file store" in page


def test_passages_of_an_older_model_are_not_shown_twice(editor: Client) -> None:
    document = DocumentFactory(embedded=True)
    for model in ("old", "new"):
        DocumentEmbeddingFactory(document=document, chunk_index=0, embedding_model=model)
    assert editor.get(document.get_absolute_url()).content.decode().count('id="passage-0"') == 1


def test_a_download_is_named_safely_by_page_and_api_whatever_the_title_says(
    client: Client, alice: User
) -> None:
    client.force_login(alice)
    document = DocumentFactory(title="invoice\u202efdp.exe\r\nSet-Cookie: a=b")
    for address in (
        reverse("solution_library:document_download", args=[document.pk]),
        f"/api/v1/documents/{document.pk}/file",
    ):
        response = client.get(address)
        assert response["Content-Disposition"] == 'attachment; filename="invoicefdp.exe Set-Cookie_ a=b.md"'
        list(response.streaming_content)  # type: ignore[attr-defined]  # closes the file


def test_a_download_is_an_attachment_with_the_title_as_its_name(client: Client, charlie: User) -> None:
    client.force_login(charlie)
    document = DocumentFactory(title="Größe: Backup", content=b"# Backup\n", filename="b.md")
    answer = client.get(reverse("solution_library:document_download", args=[document.pk]))
    assert b"".join(answer.streaming_content) == b"# Backup\n"
    assert answer["Content-Disposition"].startswith("attachment;")
    assert "Gr%C3%B6%C3%9Fe" in answer["Content-Disposition"]
    assert answer["X-Content-Type-Options"] == "nosniff"


def test_a_lost_file_is_told_on_the_documents_page(editor: Client, media) -> None:
    document = DocumentFactory()
    (media / document.s3_key).unlink()
    answer = editor.get(reverse("solution_library:document_download", args=[document.pk]), follow=True)
    assert "is missing from the file store" in answer.content.decode()


def test_a_file_is_replaced_from_the_documents_page(editor: Client) -> None:
    document = DocumentFactory(embedded=True)
    url = reverse("solution_library:document_replace", args=[document.pk])
    editor.post(url, {"file": text_upload("new.txt", b"New words.")})
    document.refresh_from_db()
    assert (document.file_type, document.embedding_status) == ("txt", EmbeddingStatus.PENDING)


def test_the_documents_own_page_reloads_once_the_embedding_is_over(editor: Client) -> None:
    document = DocumentFactory()
    url = reverse("solution_library:document_status", args=[document.pk])
    assert "HX-Refresh" not in editor.get(url)
    Document.objects.update(embedding_status=EmbeddingStatus.EMBEDDED)
    assert editor.get(url)["HX-Refresh"] == "true"


def test_a_solution_is_created_for_the_vendor_one_came_from(editor: Client, alice: User) -> None:
    vendor = OrganizationFactory()
    url = reverse("solution_library:solution_create")
    assert f'value="{vendor.pk}" selected' in editor.get(url, {"vendor": vendor.pk}).content.decode()
    answer = editor.post(url, {"vendor": vendor.pk, "name": "Harbour", "owner": 1})
    solution = Solution.objects.get()
    assert answer.url == solution.get_absolute_url()
    assert (solution.name, solution.owner) == ("Harbour", alice)


def test_a_second_solution_of_the_same_name_is_refused_beside_the_form(editor: Client) -> None:
    solution = SolutionFactory(name="Harbour")
    answer = editor.post(
        reverse("solution_library:solution_create"), {"vendor": solution.vendor_id, "name": "HARBOUR"}
    )
    assert answer.status_code == 422
    assert "already has a solution with this name" in answer.content.decode()


def test_without_a_vendor_the_form_for_solutions_says_so(editor: Client) -> None:
    assert "First a vendor" in editor.get(reverse("solution_library:solution_create")).content.decode()


def test_a_solution_gets_another_owner(client: Client, alice: User, bob: User) -> None:
    solution = SolutionFactory(owner=alice)
    client.force_login(alice)
    url = reverse("solution_library:solution_edit", args=[solution.pk])
    data = {"vendor": solution.vendor_id, "name": solution.name, "owner": bob.pk}
    assert client.post(url, data).status_code == 302
    solution.refresh_from_db()
    assert solution.owner == bob
    answer = client.patch(
        f"/api/v1/solutions/{solution.pk}", {"description": "X"}, content_type="application/json"
    )
    assert answer.status_code == 200
    solution.refresh_from_db()
    assert (solution.owner, solution.description) == (bob, "X")
