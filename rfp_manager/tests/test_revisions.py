"""A new version of a workbook: answers are kept, changes are shown, and nothing happens unasked."""

import time
from typing import Any

import pytest

from core import jobs
from core.models import User
from core.tests.pace import allowed
from rfp_manager.exceptions import RFPError
from rfp_manager.models import RFP, Answer, Question, RFPQuestionDocument
from rfp_manager.services import answering, question_drafts, revision_comparison, revisions
from rfp_manager.services.excel_processor import import_questions
from rfp_manager.services.uploads import add_question_workbook
from rfp_manager.tests.factories import QuestionDocumentFactory, answered
from rfp_manager.tests.workbooks import QUESTIONS, question_workbook, uploaded

pytestmark = pytest.mark.django_db

Status = Question.Status

# One reworded (another number), one dropped, one new at the top, the rest as before.
SECOND = [
    ("Access", "A-1", "Do you hold an ISO 27001 certificate?"),
    *((topic, identifier, text) for topic, identifier, text in QUESTIONS if identifier not in {"A-3", "D-3"}),
    ("Access", "A-4", "How long are access logs kept, in months?"),
]


def detected(rfp: RFP, user: User, questions: list[tuple[str, str, str]], name: str) -> RFPQuestionDocument:
    document, job = add_question_workbook(rfp, upload=uploaded(question_workbook(questions), name), user=user)
    jobs.execute(job.pk)
    document.refresh_from_db()
    return document


@pytest.fixture
def first(rfp: RFP, alice: User) -> RFPQuestionDocument:
    document = detected(rfp, alice, QUESTIONS, "first.xlsx")
    import_questions(document, sheets=["Questions"], user=alice)
    document.refresh_from_db()
    return document


@pytest.fixture
def second(rfp: RFP, alice: User, first: RFPQuestionDocument) -> RFPQuestionDocument:
    return detected(rfp, alice, SECOND, "second.xlsx")


def apply(
    document: RFPQuestionDocument, replaced: RFPQuestionDocument, user: User
) -> revision_comparison.Revision:
    seen = revision_comparison.compare_versions(document, replaced=replaced).digest
    return revisions.apply_revision(document, replaced=replaced, seen=seen, user=user)


def question(rfp: RFP, words: str) -> Question:
    return rfp.questions.get(text__contains=words)


def test_comparing_says_what_changed_and_changes_nothing(
    rfp: RFP, first: RFPQuestionDocument, second: RFPQuestionDocument
) -> None:
    before = list(Question.ever_asked.order_by("pk").values())
    revision = revision_comparison.compare_versions(second, replaced=first)
    assert [change.new.text for change in revision.added if change.new] == [SECOND[0][2]]
    assert [change.old.identifier for change in revision.removed if change.old] == ["D-3"]
    assert [(c.old.identifier, c.new.identifier) for c in revision.reworded if c.old and c.new] == [
        ("A-3", "A-4")
    ]
    assert revision.unchanged == len(QUESTIONS) - 2
    assert list(Question.ever_asked.order_by("pk").values()) == before


def test_a_new_version_is_recognised_and_a_stranger_is_not(
    rfp: RFP, alice: User, first: RFPQuestionDocument, second: RFPQuestionDocument
) -> None:
    assert revision_comparison.likely_predecessor(second) == first
    other = detected(
        rfp, alice, [("Price", f"P-{n}", f"What does module {n} cost a year?") for n in range(9)], "p.xlsx"
    )
    assert revision_comparison.likely_predecessor(other) is None


def test_unchanged_answers_stay_approved_with_their_history(
    rfp: RFP, alice: User, bob: User, first: RFPQuestionDocument, second: RFPQuestionDocument
) -> None:
    kept = question(rfp, "encrypted at rest")
    answered(kept, text="With AES-256.")
    answering.save_answer(kept, text="With AES-256-GCM.", choice="Yes", expected_version=1, user=bob)
    answering.approve([kept.pk], rfp=rfp, user=alice)
    answering.assign([kept.pk], rfp=rfp, assignee=bob)
    apply(second, first, alice)
    kept.refresh_from_db()
    assert (kept.status, kept.document, kept.assignee, kept.previous_text) == (
        Status.APPROVED,
        second,
        bob,
        "",
    )
    assert (kept.answer.text, kept.answer.approved_by) == ("With AES-256-GCM.", alice)
    assert kept.answer.versions.count() == 2
    assert kept.answer_cells[0]["cell"].endswith(str(kept.row))


def test_a_reworded_question_keeps_its_answer_and_is_marked(
    rfp: RFP, alice: User, first: RFPQuestionDocument, second: RFPQuestionDocument
) -> None:
    reworded = question(rfp, "access logs")
    before = reworded.text
    answered(reworded, text="For a year.", choice="")
    answering.approve([reworded.pk], rfp=rfp, user=alice)
    apply(second, first, alice)
    reworded.refresh_from_db()
    assert (reworded.text, reworded.previous_text) == (SECOND[-1][2], before)
    assert reworded.status == Status.IN_REVIEW
    assert (reworded.answer.text, reworded.answer.status) == ("For a year.", Answer.Status.NEEDS_REVIEW)
    assert reworded.answer.approved_by is None
    answering.approve([reworded.pk], rfp=rfp, user=alice)
    reworded.refresh_from_db()
    assert reworded.previous_text == ""


def test_what_is_no_longer_asked_is_history(
    rfp: RFP, alice: User, first: RFPQuestionDocument, second: RFPQuestionDocument
) -> None:
    gone = question(rfp, "read the customer's data")
    answered(gone)
    apply(second, first, alice)
    assert not rfp.questions.filter(pk=gone.pk).exists()
    kept = Question.ever_asked.get(pk=gone.pk)
    assert kept.removed_at is not None
    assert kept.answer.text
    assert (rfp.questions.count(), second.questions.count()) == (len(SECOND), len(SECOND))
    assert question_drafts.questions_to_draft(rfp, only=[gone.pk]) == []


def test_the_old_workbook_is_exported_no_more_and_the_report_stays(
    rfp: RFP, alice: User, first: RFPQuestionDocument, second: RFPQuestionDocument
) -> None:
    apply(second, first, alice)
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.layout_status, second.layout_status) == ("replaced", "confirmed")
    assert second.replaces == first
    assert second.revision["unchanged"] == len(QUESTIONS) - 2
    assert len(second.revision["changes"]) == 3


def test_a_choice_that_is_offered_no_more_wants_another_look(
    rfp: RFP, alice: User, first: RFPQuestionDocument, second: RFPQuestionDocument
) -> None:
    kept = question(rfp, "single sign-on")
    answered(kept, choice="Partially")
    answering.approve([kept.pk], rfp=rfp, user=alice)
    for sheet in second.layout["sheets"]:
        for row in sheet["questions"]:
            row["answers"][0]["allowed"] = ["Yes", "No"]
    second.save()
    apply(second, first, alice)
    kept.refresh_from_db()
    assert (kept.status, kept.answer.status) == (Status.IN_REVIEW, Answer.Status.NEEDS_REVIEW)
    assert "Partially" in kept.answer.missing
    assert answering.approve([kept.pk], rfp=rfp, user=alice).changed == 0


def test_what_changed_after_the_comparison_is_not_written(
    rfp: RFP, alice: User, first: RFPQuestionDocument, second: RFPQuestionDocument
) -> None:
    seen = revision_comparison.compare_versions(second, replaced=first).digest
    for sheet in second.layout["sheets"]:
        del sheet["questions"][:1]
    second.save()
    with pytest.raises(RFPError, match="changed since"):
        revisions.apply_revision(second, replaced=first, seen=seen, user=alice)
    assert first.questions.count() == len(QUESTIONS)


def test_confirming_twice_changes_once(
    rfp: RFP, alice: User, first: RFPQuestionDocument, second: RFPQuestionDocument
) -> None:
    apply(second, first, alice)
    with pytest.raises(RFPError):
        apply(second, first, alice)
    assert rfp.questions.count() == len(SECOND)


def test_a_third_version_goes_on_from_the_second(
    rfp: RFP, alice: User, first: RFPQuestionDocument, second: RFPQuestionDocument
) -> None:
    kept = question(rfp, "encrypted at rest")
    answered(kept, text="With AES-256.")
    apply(second, first, alice)
    third = detected(rfp, alice, SECOND[1:], "third.xlsx")
    second.refresh_from_db()
    assert revision_comparison.likely_predecessor(third) == second
    apply(third, second, alice)
    kept.refresh_from_db()
    assert (kept.document, kept.answer.text) == (third, "With AES-256.")


def _layout(texts: list[str]) -> dict[str, Any]:
    rows = [
        {"row": n, "identifier": f"Q-{n}", "section": "", "text": text, "answers": []}
        for n, text in enumerate(texts, start=2)
    ]
    return {"sheets": [{"sheet": "Questions", "is_question_sheet": True, "questions": rows}]}


def test_a_thousand_questions_are_compared_and_carried_over_in_seconds(rfp: RFP, alice: User) -> None:
    texts = [f"Does module {n} keep records of kind {n % 17} for {n % 9} years?" for n in range(1000)]
    first = QuestionDocumentFactory(rfp=rfp, layout_status="detected", layout=_layout(texts))
    import_questions(first, sheets=["Questions"], user=alice)
    first.refresh_from_db()
    changed = [text.replace("keep", "retain") if n % 5 == 0 else text for n, text in enumerate(texts)]
    second = QuestionDocumentFactory(rfp=rfp, layout_status="detected", layout=_layout(changed))
    start = time.process_time()
    revision = apply(second, first, alice)
    assert time.process_time() - start < allowed(6)
    assert (len(revision.reworded), revision.unchanged) == (200, 800)
