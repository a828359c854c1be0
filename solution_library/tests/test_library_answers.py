import pytest
from django.utils import timezone

from core.models import User
from solution_library.exceptions import GoneMeanwhile, LibraryError
from solution_library.models import EmbeddingStatus, LibraryAnswer
from solution_library.models.answer import MOST_TAGS
from solution_library.services.answers import (
    change_library_answer,
    record_use,
    save_library_answer,
    state_of,
)
from solution_library.signals import document_content_changed
from solution_library.tests.factories import LibraryAnswerFactory, SolutionFactory

pytestmark = pytest.mark.django_db

APPROVED = LibraryAnswer.Origin.APPROVED


@pytest.fixture
def heard():
    calls: list[tuple[type, LibraryAnswer]] = []

    def listen(sender, instance, **_):
        calls.append((sender, instance))

    document_content_changed.connect(listen)
    yield calls
    document_content_changed.disconnect(listen)


def test_a_saved_answer_waits_for_its_embedding(alice: User, heard) -> None:
    entry = save_library_answer(
        solution=SolutionFactory(), question=" Backups? ", answer="Nightly.", owner=alice, tags=["ops", "ops"]
    )
    entry.refresh_from_db()
    assert (entry.question, entry.tags, entry.owner) == ("Backups?", ["ops"], alice)
    assert entry.embedding_status == EmbeddingStatus.PENDING
    assert heard == [(LibraryAnswer, entry)]


def test_the_same_origin_updates_its_entry_and_keeps_the_owner(alice: User, bob: User, heard) -> None:
    solution = SolutionFactory()
    first = save_library_answer(
        solution=solution, question="Q?", answer="Old.", owner=alice, origin=APPROVED, origin_answer_id=7
    )
    LibraryAnswer.objects.update(embedding_status=EmbeddingStatus.EMBEDDED)
    again = save_library_answer(
        solution=solution, question="Q?", answer="New.", owner=bob, origin=APPROVED, origin_answer_id=7
    )
    again.refresh_from_db()
    assert again.pk == first.pk
    assert (again.answer, again.owner, again.embedding_status) == ("New.", alice, EmbeddingStatus.PENDING)
    assert len(heard) == 2


def test_unchanged_words_are_not_embedded_again(heard) -> None:
    solution = SolutionFactory()
    arguments = {"solution": solution, "question": "Q?", "answer": "A.", "owner": None, "origin_answer_id": 7}
    save_library_answer(**arguments)
    LibraryAnswer.objects.update(embedding_status=EmbeddingStatus.EMBEDDED)
    save_library_answer(**arguments)
    assert LibraryAnswer.objects.get().embedding_status == EmbeddingStatus.EMBEDDED
    assert len(heard) == 1


def test_an_empty_answer_is_refused(heard) -> None:
    with pytest.raises(LibraryError):
        save_library_answer(solution=SolutionFactory(), question="Q?", answer="  ", owner=None)
    assert not LibraryAnswer.objects.exists()
    assert heard == []


def test_a_use_is_counted_without_making_the_answer_look_fresher() -> None:
    used, other = LibraryAnswerFactory(), LibraryAnswerFactory()
    before = used.updated_at
    assert record_use([used]) == 1
    record_use([used])
    used.refresh_from_db()
    other.refresh_from_db()
    assert (used.times_used, other.times_used) == (2, 0)
    assert used.last_used_at is not None
    assert used.updated_at == before


def test_no_answer_gets_more_tags_than_the_bound_and_one_that_has_more_may_keep_them(alice: User) -> None:
    many = [f"tag {number}" for number in range(MOST_TAGS)]
    said = {"solution": SolutionFactory(), "question": "Q?", "answer": "A.", "owner": alice}
    entry = save_library_answer(**said, tags=many, origin_answer_id=7)
    with pytest.raises(LibraryError, match="at most 20 tags"):
        save_library_answer(**said, tags=["one more"], origin_answer_id=7)
    more = [*many, "from before", "there was a bound"]
    LibraryAnswer.objects.update(tags=more)
    assert save_library_answer(**said, origin_answer_id=7).tags == more
    entry.refresh_from_db()
    change = {**said, "choice": "", "review_by": None, "expected": state_of(entry), "user": alice}
    with pytest.raises(LibraryError, match="these are 23"):
        change_library_answer(entry, **change, tags=[*more, "new"])
    assert change_library_answer(entry, **change, tags=many[:3]).tags == many[:3]


def test_words_for_an_answer_that_was_deleted_meanwhile_are_refused(alice: User) -> None:
    entry = LibraryAnswerFactory()
    change = {
        "solution": entry.solution,
        "question": "Q?",
        "answer": "A.",
        "choice": "",
        "tags": [],
        "owner": None,
    }
    seen = state_of(entry)
    LibraryAnswer.objects.update(deleted_at=timezone.now())
    with pytest.raises(GoneMeanwhile, match="deleted in the meantime"):
        change_library_answer(entry, **change, review_by=None, expected=seen, user=alice)
