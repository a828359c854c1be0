"""Repeated questions: found across sheets and workbooks, answered once, and as a person says."""

from typing import Any

import pytest

from core.models import User
from rag.providers.embedding import EmbeddingError
from rag.services.drafting import Draft
from rfp_manager.exceptions import RFPError
from rfp_manager.models import RFP, Answer, Question, QuestionGroup
from rfp_manager.services import answering, grouping, question_drafts
from rfp_manager.services.group_answers import copy_to_group, other_members
from rfp_manager.tests.factories import QuestionDocumentFactory, QuestionFactory, RFPFactory, answered

pytestmark = pytest.mark.django_db

TEXT = "Is customer data encrypted at rest?"


def cells(row: int, *allowed: str, text: bool = True) -> list[dict[str, Any]]:
    """A dropdown (when there are choices) and a comment cell."""
    found: list[dict[str, Any]] = []
    if allowed:
        found.append({"cell": f"C{row}", "role": "choice", "kind": "value", "allowed": list(allowed)})
    if text:
        found.append({"cell": f"D{row}", "role": "narrative", "kind": "value", "allowed": None})
    return found


@pytest.fixture
def repeated(rfp: RFP) -> list[Question]:
    """Three that ask the same, on two sheets of two workbooks, and one that does not; not grouped yet."""
    one, two = QuestionDocumentFactory(rfp=rfp), QuestionDocumentFactory(rfp=rfp)
    return [
        QuestionFactory(document=one, text=TEXT),
        QuestionFactory(document=one, text="Do you encrypt customer data at rest?", sheet="Privacy"),
        QuestionFactory(document=two, text=TEXT.upper()),
        QuestionFactory(document=two, text="Is customer data encrypted in transit?"),
    ]


def groups_of(rfp: RFP) -> list[int | None]:
    return list(rfp.questions.order_by("document_id", "position").values_list("group_id", flat=True))


def test_the_same_is_grouped_across_sheets_and_workbooks(rfp: RFP, repeated: list[Question]) -> None:
    assert grouping.group_questions(rfp) == 1
    first, second, third, other = groups_of(rfp)
    assert first == second == third is not None
    assert other is None


def test_grouping_again_changes_nothing(rfp: RFP, repeated: list[Question]) -> None:
    grouping.group_questions(rfp)
    before = groups_of(rfp)
    assert grouping.group_questions(rfp) == 1
    assert groups_of(rfp) == before


def test_grouping_asks_as_often_for_fifty_as_for_four(
    rfp: RFP, repeated: list[Question], django_assert_max_num_queries: Any
) -> None:
    for number in range(46):
        QuestionFactory(document=repeated[0].document, text=f"Is module {number // 2} audited every year?")
    with django_assert_max_num_queries(12):
        assert grouping.group_questions(rfp) == 24
    with django_assert_max_num_queries(10):
        grouping.group_questions(rfp)


def test_another_rfps_questions_stay_apart(rfp: RFP, repeated: list[Question]) -> None:
    other = QuestionFactory(document=QuestionDocumentFactory(rfp=RFPFactory()), text=TEXT)
    grouping.group_questions(rfp)
    other.refresh_from_db()
    assert other.group_id is None


def test_who_was_taken_out_stays_out(rfp: RFP, repeated: list[Question]) -> None:
    grouping.group_questions(rfp)
    repeated[1].refresh_from_db()
    grouping.leave_group(repeated[1])
    assert grouping.group_questions(rfp) == 1
    first, second, third, _ = groups_of(rfp)
    assert first == third is not None
    assert second is None


def test_a_group_of_one_is_none(rfp: RFP, repeated: list[Question]) -> None:
    grouping.group_questions(rfp)
    for question in repeated[:2]:
        grouping.leave_group(question)
    assert groups_of(rfp) == [None] * 4
    assert not QuestionGroup.objects.exists()


def test_who_was_joined_stays_in(rfp: RFP, repeated: list[Question]) -> None:
    grouping.group_questions(rfp)
    repeated[0].refresh_from_db()
    grouping.join_group(repeated[3], to=repeated[0])
    assert grouping.group_questions(rfp) == 1
    assert len(set(groups_of(rfp))) == 1


def test_a_question_of_another_rfp_cannot_be_joined(rfp: RFP, repeated: list[Question]) -> None:
    stranger = QuestionFactory(document=QuestionDocumentFactory(rfp=RFPFactory()))
    with pytest.raises(RFPError):
        grouping.join_group(repeated[0], to=stranger)
    with pytest.raises(RFPError):
        grouping.join_group(repeated[0], to=repeated[0])


def test_without_the_embedding_model_identical_ones_are_grouped(
    rfp: RFP, repeated: list[Question], monkeypatch: pytest.MonkeyPatch
) -> None:
    def unreachable(texts: object) -> None:
        raise EmbeddingError("The embedding service does not answer.")

    monkeypatch.setattr("rag.services.similarity.vectors_of", unreachable)
    grouping.group_questions(rfp)
    first, second, third, _ = groups_of(rfp)
    assert first == third is not None
    assert second is None


def test_suggestions_leave_out_the_own_group(rfp: RFP, repeated: list[Question]) -> None:
    grouping.group_questions(rfp)
    repeated[0].refresh_from_db()
    assert [found.question for found in grouping.suggest_members(repeated[0])] == [repeated[3]]


def test_one_answer_is_copied_to_each_member(rfp: RFP, repeated: list[Question], bob: User) -> None:
    grouping.group_questions(rfp)
    question = rfp.questions.get(pk=repeated[0].pk)
    answer = answered(question, text="With AES-256.", choice="Yes")
    answer.citations.create(sentence_index=0, source_title="Paper", quote="With AES-256.")
    result = copy_to_group(question, user=bob)
    assert set(result.questions) == {repeated[1].pk, repeated[2].pk}
    for member in other_members(question):
        assert (member.answer.text, member.answer.choice, member.status) == (
            "With AES-256.",
            "Yes",
            "drafted",
        )
        assert member.answer.citations.get().quote == "With AES-256."
        assert member.answer.versions.count() == 1
    assert answer.citations.count() == 1
    assert not Answer.objects.filter(question=repeated[3]).exists()


def test_copying_twice_makes_one_version(rfp: RFP, repeated: list[Question], bob: User) -> None:
    grouping.group_questions(rfp)
    question = rfp.questions.get(pk=repeated[0].pk)
    answered(question)
    copy_to_group(question, user=bob)
    copy_to_group(question, user=bob)
    assert Answer.objects.get(question=repeated[1]).versions.count() == 1


def test_an_approved_member_and_one_without_the_choice_stay_as_they_are(
    rfp: RFP, repeated: list[Question], alice: User, bob: User
) -> None:
    Question.objects.filter(pk=repeated[1].pk).update(answer_cells=cells(3, "Full", "None"))
    answered(repeated[2], text="As approved.")
    grouping.group_questions(rfp)
    answering.approve([repeated[2].pk], rfp=rfp, user=alice)
    question = rfp.questions.get(pk=repeated[0].pk)
    answered(question, text="New words.", choice="Yes")
    result = copy_to_group(question, user=bob)
    assert (result.questions, result.locked, result.not_offered) == ([], 1, 1)
    assert Answer.objects.get(question=repeated[2]).text == "As approved."


def test_codes_of_another_legend_are_not_taken_over(rfp: RFP, bob: User) -> None:
    document = QuestionDocumentFactory(rfp=rfp)
    one = QuestionFactory(document=document, text=TEXT, answer_cells=cells(2, "C", "N"))
    QuestionFactory(document=document, text=TEXT, answer_cells=cells(3, "A", "B", "C"))
    grouping.group_questions(rfp)
    one.refresh_from_db()
    answered(one, choice="C")
    assert copy_to_group(one, user=bob).not_offered == 1


def make_draft(choice: str, text: str = "With AES-256.", status: Any = "supported") -> Draft:
    return Draft(
        text=text, choice=choice, status=status, confidence=0.8, origin="extractive", missing="", sentences=()
    )


@pytest.mark.parametrize(
    ("source", "member", "choice", "fits"),
    [
        (("Yes", "No"), ("Yes", "No"), "Yes", "Yes"),
        (("Yes", "No", "Partially"), ("No", "Yes"), "Yes", "Yes"),
        (("Yes", "No"), ("Yes", "No", "Partially"), "No", None),
        (("Yes", "No"), ("Full", "None"), "Yes", None),
        (("Yes", "No"), (), "Yes", ""),
    ],
)
def test_a_draft_is_used_again_only_where_its_choice_is_permitted(
    rfp: RFP, source: tuple[str, ...], member: tuple[str, ...], choice: str, fits: str | None
) -> None:
    document = QuestionDocumentFactory(rfp=rfp)
    one = QuestionFactory(document=document, answer_cells=cells(2, *source))
    other = QuestionFactory(document=document, answer_cells=cells(3, *member))
    found = question_drafts.fitting_draft(other, [(one, make_draft(choice))])
    assert (found.choice if found else None) == fits


def test_a_gap_is_a_gap_for_every_member(rfp: RFP) -> None:
    document = QuestionDocumentFactory(rfp=rfp)
    one, other = QuestionFactory(document=document), QuestionFactory(document=document)
    gap = make_draft("", "", "no_answer")
    assert question_drafts.fitting_draft(other, [(one, gap)]) == gap
