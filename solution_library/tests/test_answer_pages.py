"""The pages of library answers: found, read, written, changed and deleted."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from core.models import User
from solution_library.models import EmbeddingStatus, LibraryAnswer, Solution
from solution_library.services.answers import save_library_answer, state_of
from solution_library.signals import sources_deleted
from solution_library.tests.factories import LibraryAnswerFactory, SolutionFactory

pytestmark = pytest.mark.django_db

LIST_QUERIES = 9
LIST = reverse("solution_library:answers")


@pytest.fixture
def editor(client: Client, alice: User) -> Client:
    client.force_login(alice)
    return client


@pytest.fixture
def kept(alice: User) -> LibraryAnswer:
    return save_library_answer(
        solution=SolutionFactory(),
        question="Do you make backups?",
        answer="Yes, every night.",
        owner=alice,
        tags=["ops"],
    )


def written(solution: Solution, **changes: Any) -> dict[str, Any]:
    return {"solution": solution.pk, "question": "Is data encrypted?", "answer": "With AES-256."} | changes


def texts(client: Client, **filters: str) -> str:
    return client.get(LIST, filters).content.decode()


def test_an_answer_waits_for_the_first_solution(editor: Client) -> None:
    url = reverse("solution_library:answer_create")
    page = editor.get(url).content.decode()
    assert reverse("solution_library:solution_create") in page
    assert 'name="question"' not in page
    SolutionFactory()
    assert 'name="question"' in editor.get(url).content.decode()


def test_an_empty_list_has_one_main_step(editor: Client) -> None:
    assert texts(editor).count("btn-primary") == 1


def test_an_empty_list_says_what_to_do_and_a_reader_is_offered_nothing_refused(
    editor: Client, client: Client, charlie: User
) -> None:
    create = reverse("solution_library:answer_create")
    assert create in texts(editor)
    client.force_login(charlie)
    page = texts(client)
    assert "No answers yet" in page
    assert create not in page


def test_answers_are_found_by_words_solution_and_tag(editor: Client) -> None:
    one = LibraryAnswerFactory(question="Where is the data?", tags=["hosting"])
    two = LibraryAnswerFactory(question="Who audits you?", answer="A zebra.")
    for filters in ({"q": "where"}, {"tag": "hosting"}, {"solution": str(one.solution_id)}):
        page = texts(editor, **filters)
        assert one.question in page
        assert two.question not in page
    assert two.question in texts(editor, q="zebra")
    assert "Nothing found" in texts(editor, q="giraffe")


@pytest.mark.parametrize(
    ("freshness", "expected"),
    [
        ("overdue", {"late"}),
        ("soon", {"soon"}),
        ("unplanned", {"open", "used"}),
        ("unowned", {"late", "soon", "used"}),
        ("unused", {"late", "soon", "open"}),
    ],
)
def test_answers_are_found_by_freshness(
    editor: Client, alice: User, freshness: str, expected: set[str]
) -> None:
    today = timezone.localdate()
    LibraryAnswerFactory(question="late", review_by=today - timedelta(days=1))
    LibraryAnswerFactory(question="soon", review_by=today + timedelta(days=30))
    LibraryAnswerFactory(question="open", owner=alice)
    LibraryAnswerFactory(question="used", times_used=1)
    found = editor.get(LIST, {"freshness": freshness}).context["answers"]
    assert {answer.question for answer in found} == expected


def test_nonsense_in_the_address_shows_everything(editor: Client) -> None:
    answer = LibraryAnswerFactory()
    page = texts(editor, freshness="rotten", solution="9" * 30, order="sideways", page="last-but-one")
    assert answer.question in page


@pytest.mark.parametrize("count", [1, 30])
def test_the_list_costs_the_same_queries(
    editor: Client, alice: User, count: int, django_assert_num_queries
) -> None:
    for number in range(count):
        LibraryAnswerFactory(owner=alice, tags=[f"tag {number}"])
    editor.get(LIST)
    with django_assert_num_queries(LIST_QUERIES):
        page = editor.get(LIST).content.decode()
    assert page.count('<h2 class="font-medium">') == count


def test_a_written_answer_is_kept_by_its_author_and_waits_for_its_embedding(
    editor: Client, alice: User
) -> None:
    solution = SolutionFactory()
    answer = editor.post(
        reverse("solution_library:answer_create"),
        written(solution, tags="security, crypto, security", choice="Yes", owner=alice.pk),
    )
    kept = LibraryAnswer.objects.get()
    assert answer.url == kept.get_absolute_url()
    assert (kept.tags, kept.choice, kept.owner) == (["security", "crypto"], "Yes", alice)
    assert (kept.origin, kept.embedding_status) == ("manual", EmbeddingStatus.PENDING)
    assert [version.edited_by for version in kept.versions.all()] == [alice]


@pytest.mark.parametrize("missing", ["solution", "question", "answer"])
def test_half_a_pair_is_refused_beside_its_field(editor: Client, missing: str) -> None:
    answer = editor.post(
        reverse("solution_library:answer_create"), written(SolutionFactory()) | {missing: " "}
    )
    assert answer.status_code == 422
    assert answer.context["form"].errors.keys() == {missing}
    assert not LibraryAnswer.objects.exists()


def test_a_change_keeps_what_was_said_before(editor: Client, alice: User, kept: LibraryAnswer) -> None:
    LibraryAnswer.objects.update(embedding_status=EmbeddingStatus.EMBEDDED)
    url = reverse("solution_library:answer_edit", args=[kept.pk])
    editor.post(
        url, written(kept.solution, question=kept.question, answer="Every hour.", state=state_of(kept))
    )
    kept.refresh_from_db()
    assert (kept.answer, kept.embedding_status) == ("Every hour.", EmbeddingStatus.PENDING)
    assert [version.answer for version in kept.versions.all()] == ["Every hour.", "Yes, every night."]
    page = editor.get(kept.get_absolute_url()).content.decode()
    assert "Yes, every night." in page
    assert "Version 2" in page


def test_an_entry_from_before_there_was_a_history_keeps_its_first_words(editor: Client) -> None:
    old = LibraryAnswerFactory(answer="What it said.")
    url = reverse("solution_library:answer_edit", args=[old.pk])
    editor.post(url, written(old.solution, answer="What it says.", state=state_of(old)))
    assert [version.answer for version in old.versions.all()] == ["What it says.", "What it said."]


def test_other_tags_and_dates_make_no_version_and_no_embedding(editor: Client, kept: LibraryAnswer) -> None:
    LibraryAnswer.objects.update(embedding_status=EmbeddingStatus.EMBEDDED)
    url = reverse("solution_library:answer_edit", args=[kept.pk])
    same = {"question": kept.question, "answer": kept.answer, "state": state_of(kept)}
    editor.post(url, written(kept.solution, **same, tags="dr", review_by="2031-05-01"))
    kept.refresh_from_db()
    assert (kept.tags, str(kept.review_by)) == (["dr"], "2031-05-01")
    assert kept.versions.count() == 1
    assert kept.embedding_status == EmbeddingStatus.EMBEDDED


def test_of_two_people_the_second_sees_both_texts_and_decides(editor: Client, kept: LibraryAnswer) -> None:
    url = reverse("solution_library:answer_edit", args=[kept.pk])
    pair = {"question": kept.question, "state": state_of(kept)}
    editor.post(url, written(kept.solution, **pair, answer="Theirs."))
    second = editor.post(url, written(kept.solution, **pair, answer="Mine."))
    assert second.status_code == 409
    page = second.content.decode()
    assert "Theirs." in page
    assert "Mine." in page
    kept.refresh_from_db()
    assert kept.answer == "Theirs."
    state = second.context["form"]["state"].value()
    assert editor.post(url, written(kept.solution, answer="Mine.", state=state)).status_code == 302
    kept.refresh_from_db()
    assert kept.answer == "Mine."


@pytest.mark.parametrize("theirs", [{"tags": ["dr"]}, {"review_by": "2031-05-01"}, {"owner": None}])
def test_a_tag_an_owner_or_a_date_that_somebody_changed_meanwhile_is_not_overwritten_unseen(
    editor: Client, kept: LibraryAnswer, theirs: dict[str, Any]
) -> None:
    url = reverse("solution_library:answer_edit", args=[kept.pk])
    shown = editor.get(url).context["form"]["state"].value()
    LibraryAnswer.objects.update(**theirs)
    mine = written(kept.solution, question=kept.question, answer="Mine.", state=shown)
    late = editor.post(url, mine)
    assert late.status_code == 409
    page = late.content.decode()
    assert {"tags": "Tags: dr", "review_by": "Review by: May 1, 2031", "owner": "Owner: Nobody"}[
        next(iter(theirs))
    ] in page
    kept.refresh_from_db()
    assert (kept.answer, kept.versions.count()) == ("Yes, every night.", 1)
    assert editor.post(url, {**mine, "state": late.context["form"]["state"].value()}).status_code == 302


def test_deleting_an_answer_tells_who_cites_it(editor: Client, kept: LibraryAnswer) -> None:
    heard: list[str] = []

    def listen(reasons: dict[LibraryAnswer, str], **_: Any) -> None:
        heard.extend(reasons.values())

    sources_deleted.connect(listen, sender=LibraryAnswer)
    try:
        answer = editor.post(reverse("solution_library:answer_delete", args=[kept.pk]))
    finally:
        sources_deleted.disconnect(listen, sender=LibraryAnswer)
    assert answer.url == LIST
    assert not LibraryAnswer.objects.exists()
    assert heard == ["The library answer that it was taken from was deleted."]
