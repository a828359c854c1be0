"""A question of several parts is answered when all are; what is missing is shown, counted and on the gap list."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from core.models import User
from rag.services.drafts import Draft, DraftPart, DraftSentence
from rfp_manager.models import RFP, Answer, Question
from rfp_manager.services.answering import restore_version, save_answer
from rfp_manager.services.bid_evidence import measure_coverage
from rfp_manager.services.gaps import gaps_by_topic
from rfp_manager.services.group_answers import copy_to_group
from rfp_manager.services.overview import build_overview
from rfp_manager.services.saved_drafts import save_draft
from rfp_manager.tests.factories import QuestionDocumentFactory, QuestionFactory

pytestmark = pytest.mark.django_db

ASKED = "Do you encrypt data at rest, and who holds the keys?"
KEYS = "who holds the keys?"
SAID = "All data is encrypted at rest."


@pytest.fixture
def question(rfp: RFP) -> Question:
    return QuestionFactory(document=QuestionDocumentFactory(rfp=rfp), text=ASKED)


def half(text: str = SAID) -> Draft:
    """A draft that covers the first part by its only sentence."""
    parts = (DraftPart("Do you encrypt data at rest", True, (0,)), DraftPart(KEYS, False))
    missing = f"The library does not answer: {KEYS}"
    sentences = (DraftSentence(text, ()),)
    return Draft(text, "", "needs_review", 0.8, "extractive", missing, sentences, parts=parts)


def drafted(question: Question) -> Answer:
    save_draft(question, half())
    return Answer.objects.get(question=question)


def edited(question: Question, text: str, user: User) -> Answer:
    version = Answer.objects.get(question=question).version
    return save_answer(question, text=text, choice="", expected_version=version, user=user)


def covered(answer: Answer) -> list[bool | None]:
    return [part["covered"] for part in answer.parts]


def test_a_draft_keeps_each_part_with_the_sentences_that_cover_it(question: Question) -> None:
    answer = drafted(question)
    assert answer.parts == [
        {"text": "Do you encrypt data at rest", "covered": True, "sentences": [0], "said": [SAID]},
        {"text": KEYS, "covered": False, "sentences": [], "said": []},
    ]
    assert answer.open_parts == 1
    assert answer.is_partly_answered


def test_what_is_partly_answered_counts_as_a_gap_and_not_as_answered(question: Question, rfp: RFP) -> None:
    drafted(question)
    (topic,) = gaps_by_topic(rfp)
    assert [gap.parts for gap in topic.gaps] == [[KEYS]]
    assert build_overview(rfp).gaps == 1
    coverage = measure_coverage(rfp)
    assert (coverage.supported, coverage.partly, coverage.gaps) == (0, 1, 0)


def test_a_new_draft_that_covers_all_closes_the_gap(question: Question, rfp: RFP) -> None:
    drafted(question)
    parts = (DraftPart("Do you encrypt data at rest", True, (0,)), DraftPart(KEYS, True, (0,)))
    save_draft(
        question, Draft(SAID, "", "supported", 0.9, "extractive", "", (DraftSentence(SAID, ()),), parts=parts)
    )
    assert gaps_by_topic(rfp) == []


@pytest.mark.parametrize(
    ("text", "after"),
    [
        (f"{SAID} You hold the keys.", [True, None]),
        ("Everything is encrypted. You hold the keys.", [None, None]),
        ("", [None, False]),
    ],
)
def test_a_persons_words_are_not_called_covered(
    question: Question, bob: User, text: str, after: list[bool | None]
) -> None:
    drafted(question)
    answer = edited(question, text, bob)
    assert covered(answer) == after
    assert answer.open_parts == after.count(False)


def test_taking_out_a_sentence_leaves_the_missing_part_missing(question: Question, bob: User) -> None:
    save_draft(question, half(f"{SAID} So are backups."))
    Answer.objects.filter(question=question).update(text=f"{SAID} So are backups.")
    assert covered(edited(question, "So are backups.", bob)) == [None, False]


def test_typing_and_taking_it_back_changes_nothing(question: Question, bob: User) -> None:
    before = drafted(question).parts
    edited(question, "Everything is.", bob)
    assert edited(question, SAID, bob).parts == before


def test_restoring_the_draft_restores_its_parts(question: Question, bob: User) -> None:
    before = drafted(question).parts
    edited(question, "Everything is.", bob)
    answer = restore_version(question, version=1, expected_version=2, user=bob)
    assert answer.parts == before
    assert answer.open_parts == 1


def test_a_copied_answer_brings_its_parts(question: Question, rfp: RFP, bob: User) -> None:
    group = rfp.question_groups.create()
    other = QuestionFactory(document=question.document, text=ASKED)
    Question.objects.filter(pk__in=[question.pk, other.pk]).update(group=group)
    answer = drafted(question)
    question.refresh_from_db()
    copy_to_group(question, user=bob)
    assert Answer.objects.get(question=other).parts == answer.parts
    assert Answer.objects.get(question=other).open_parts == 1


def test_the_panel_names_each_part_in_words(client: Client, question: Question, rfp: RFP, bob: User) -> None:
    drafted(question)
    client.force_login(bob)
    address = reverse("rfp_manager:question", args=[rfp.pk, question.pk])
    page = client.get(address).content.decode()
    panel = page.split('id="answer-parts"')[1].split("</section>")[0]
    for words in ("Parts of the question", "Covered", "Missing", "Who holds the keys?", SAID):
        assert words in panel
    assert "Partly answered" in page
    edited(question, f"{SAID} You hold the keys.", bob)
    panel = client.get(address).content.decode().split('id="answer-parts"')[1].split("</section>")[0]
    assert "Not checked since the edit" in panel
    assert "Missing" not in panel


def test_a_question_of_one_part_shows_no_parts(
    client: Client, question: Question, rfp: RFP, bob: User
) -> None:
    save_draft(question, Draft(SAID, "", "supported", 0.9, "extractive", "", (DraftSentence(SAID, ()),)))
    client.force_login(bob)
    page = client.get(reverse("rfp_manager:question", args=[rfp.pk, question.pk])).content.decode()
    assert 'id="answer-parts"' not in page


def test_typing_updates_the_parts_at_once(client: Client, question: Question, rfp: RFP, bob: User) -> None:
    answer = drafted(question)
    client.force_login(bob)
    saved: Any = client.post(
        reverse("rfp_manager:answer_autosave", args=[rfp.pk, question.pk]),
        {"text": "Everything is.", "choice": "", "version": answer.version},
    )
    page = saved.content.decode()
    assert 'id="answer-parts"' in page
    assert page.count("Not checked since the edit") == 2


def test_the_list_and_its_filter_know_what_is_partly_answered(
    client: Client, question: Question, rfp: RFP, bob: User
) -> None:
    drafted(question)
    QuestionFactory(document=question.document, text="Is it fast?")
    client.force_login(bob)
    for status in ("partly", "gap", "look"):
        page = client.get(reverse("rfp_manager:questions", args=[rfp.pk]), {"status": status})
        assert [row.pk for row in page.context["page"]] == [question.pk]
    assert "Partly answered" in page.content.decode()
    gaps = client.get(reverse("rfp_manager:gaps", args=[rfp.pk])).content.decode()
    assert "Who holds the keys?" in gaps
