"""The ask page: an answer with its sources, the passages behind it, or an honest gap."""

import pytest
from django.test import Client
from django.urls import reverse

from core.models import User
from core.storage import StorageError
from rag.services import passages
from rag.services.asking import ask_library, cut
from rag.services.embeddings import embed_document, embed_library_answer
from rag.services.filters import SearchFilters
from solution_library.models import Document, Solution
from solution_library.tests.factories import DocumentFactory, LibraryAnswerFactory, SolutionFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("folder_storage")]

ASK = reverse("rag:ask")
HTMX = {"HX-Request": "true"}
QUESTION = "How long are backups kept?"
SECURITY = b"""# Security guide

## Backups

Backups are made every night at two. Backups are kept for thirty days in a second data centre.

## Encryption

Data at rest is encrypted with AES-256. Keys are rotated every year by the operations team.
"""
QUERIES_MOST = 30


@pytest.fixture
def guide() -> Document:
    document = DocumentFactory(content=SECURITY, filename="guide.md", title="Security guide")
    embed_document(document.pk)
    return document


@pytest.fixture
def reader(client: Client, charlie: User) -> Client:
    client.force_login(charlie)
    return client


def test_before_a_question_the_page_says_how_to_ask(reader: Client) -> None:
    assert "The library is empty" in reader.get(ASK).content.decode()
    SolutionFactory()
    page = reader.get(ASK).content.decode()
    assert "Ask as a customer would" in page
    assert "No problem" not in page


def test_an_answer_quotes_its_passage_and_leads_into_the_document(reader: Client, guide: Document) -> None:
    response = reader.get(ASK, {"q": QUESTION})
    page = response.content.decode()
    reply = response.context["reply"]
    assert reply.answered
    assert "thirty days" in reply.draft.text
    assert "alike in meaning" in page
    assert "<mark>Backups are kept for thirty days in a second data centre.</mark>" in page
    (first, *_) = [found for found in reply.passages if found.cited]
    chunk = guide.embeddings.get(pk=first.passage.chunk_id)
    assert first.url == f"{guide.get_absolute_url()}?passage={chunk.chunk_index}#passage-{chunk.chunk_index}"
    assert reply.sentences[0].numbers == [reply.passages.index(first) + 1]
    assert "Backups are made every night" in reader.get(first.url.split("#")[0]).content.decode()


def test_a_table_in_a_passage_is_shown_as_one_here_and_on_the_documents_page(reader: Client) -> None:
    table = b"| Plan | Backups kept |\n| --- | --- |\n| Small | thirty days |\n| Large | ninety days |\n"
    document = DocumentFactory(content=b"# Plans\n\n" + table, filename="plans.md", title="Plans")
    embed_document(document.pk)
    for address, data in ((ASK, {"q": QUESTION}), (document.get_absolute_url(), {})):
        page = reader.get(address, data).content.decode()
        assert "Backups kept</th>" in page
        assert "| Small" not in page
        assert "| ---" not in page


def test_each_part_of_a_question_is_shown_as_covered_or_missing(reader: Client, guide: Document) -> None:
    response = reader.get(ASK, {"q": "How long are backups kept, and who is the insurer of the backups?"})
    reply, page = response.context["reply"], response.content.decode()
    assert [part.covered for part in reply.parts] == [True, False]
    assert reply.parts[0].said == ["Backups are kept for thirty days in a second data centre."]
    assert "Parts of the question" in page
    assert [page.count(badge) for badge in (">Covered<", ">Missing<", ">Not checked<")] == [1, 1, 0]
    assert reply.draft.missing not in page  # said once, by the parts
    assert "Parts of the question" not in reader.get(ASK, {"q": QUESTION}).content.decode()


def test_an_approved_answer_is_given_as_it_is(reader: Client, guide: Document) -> None:
    entry = LibraryAnswerFactory(solution=guide.solution, question=QUESTION, answer="Thirty days, off site.")
    embed_library_answer(entry.pk)
    page = reader.get(ASK, {"q": QUESTION}).content.decode()
    assert "An approved answer, as it is" in page
    assert entry.get_absolute_url() in page


def test_what_the_library_does_not_say_is_a_gap_with_what_comes_nearest(
    reader: Client, guide: Document
) -> None:
    response = reader.get(ASK, {"q": "Which law firm represents you in Denmark?"})
    page = response.content.decode()
    assert "The library does not answer this" in page
    assert "What comes nearest" in page
    assert not response.context["reply"].answered
    assert reverse("solution_library:answer_create") not in page


def test_an_editor_can_write_the_missing_answer(client: Client, alice: User) -> None:
    client.force_login(alice)
    page = client.get(ASK, {"q": "Who & what?"}).content.decode()
    assert f"{reverse('solution_library:answer_create')}?question=Who%20%26%20what%3F" in page
    SolutionFactory()
    form = client.get(reverse("solution_library:answer_create"), {"question": "Who & what?"})
    assert "Who &amp; what?" in form.content.decode()


@pytest.mark.parametrize("kind", ["solution", "vendor"])
def test_only_the_chosen_part_of_the_library_is_asked(reader: Client, guide: Document, kind: str) -> None:
    other = SolutionFactory()
    SolutionFactory(vendor=other.vendor)
    here = guide.solution
    SolutionFactory(vendor=here.vendor)

    def scope(solution: Solution) -> str:
        return f"solution-{solution.pk}" if kind == "solution" else f"vendor-{solution.vendor_id}"

    assert reader.get(ASK, {"q": QUESTION, "scope": scope(here)}).context["reply"].answered
    elsewhere = reader.get(ASK, {"q": QUESTION, "scope": scope(other)}).context["reply"]
    assert not elsewhere.answered
    assert elsewhere.passages == []


def test_a_scope_that_is_gone_says_so(reader: Client) -> None:
    assert "no longer there" in reader.get(ASK, {"q": QUESTION, "scope": "solution-999"}).content.decode()


def test_htmx_gets_the_reply_alone_and_the_whole_page_when_going_back(
    reader: Client, guide: Document
) -> None:
    alone = reader.get(ASK, {"q": QUESTION}, headers=HTMX).content.decode()
    assert alone.lstrip().startswith('<div id="reply"')
    back = reader.get(ASK, {"q": QUESTION}, headers=HTMX | {"HX-History-Restore-Request": "true"})
    assert "<!doctype html>" in back.content.decode()


def test_a_store_that_is_down_is_told_in_words(
    reader: Client, guide: Document, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(key: str) -> str:
        raise StorageError("The file store does not answer.")

    passages._texts.clear()
    monkeypatch.setattr(passages, "read_text", fail)
    response = reader.get(ASK, {"q": QUESTION})
    assert response.status_code == 503
    assert "The library cannot be asked just now" in response.content.decode()
    assert reader.get(ASK, {"q": QUESTION}, headers=HTMX).status_code == 200


def test_words_from_documents_are_shown_as_text(reader: Client) -> None:
    content = (
        b"# Guide\n\nBackups are kept for thirty days <script>alert(1)</script> in a second data centre.\n"
    )
    embed_document(DocumentFactory(content=content, filename="x.txt").pk)
    assert "<script>alert" not in reader.get(ASK, {"q": QUESTION}).content.decode()


def test_asking_costs_the_same_queries_whatever_is_found(
    guide: Document, django_assert_max_num_queries
) -> None:
    for number in range(6):
        text = f"# Backups {number}\n\nBackups of system {number} are kept for thirty days.\n".encode()
        embed_document(DocumentFactory(solution=guide.solution, content=text).pk)
    with django_assert_max_num_queries(QUERIES_MOST):
        reply = ask_library(QUESTION, filters=SearchFilters(solutions=[guide.solution_id]))
    assert len(reply.passages) > 5


@pytest.mark.parametrize(
    ("quotes", "marked"),
    [
        ([], []),
        (["b c"], ["b c"]),
        (["b c", "c d"], ["b c", " d"]),
        (["z"], []),
        (["a b c d"], ["a b c d"]),
        (["a", "a b"], ["a", " b"]),
    ],
)
def test_pieces_joined_up_are_the_text(quotes: list[str], marked: list[str]) -> None:
    pieces = cut("a b c d", quotes)
    assert "".join(piece.text for piece in pieces) == "a b c d"
    assert [piece.text for piece in pieces if piece.marked] == marked
