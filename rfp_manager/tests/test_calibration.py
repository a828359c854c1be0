"""How sure a draft is called follows from what the team did with drafts that were as sure."""

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from redis.exceptions import RedisError

from core.models import User
from rfp_manager.models import RFP, Answer, AnswerVersion, Question
from rfp_manager.services.calibration import Calibration, find_calibration, forget_calibration
from rfp_manager.tests.factories import QuestionDocumentFactory, QuestionFactory

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def counted_anew() -> None:
    forget_calibration()


def approve(rfp: RFP, *, confidence: float, edited: bool, count: int = 1) -> Question:
    document = QuestionDocumentFactory(rfp=rfp)
    for number in range(count):
        question = QuestionFactory(
            document=document, text=f"Question {number}?", status=Question.Status.APPROVED
        )
        answer = Answer.objects.create(
            question=question,
            text="Edited." if edited else "Drafted.",
            status="supported",
            confidence=None if edited else confidence,
            origin="human" if edited else "extractive",
            version=2 if edited else 1,
        )
        AnswerVersion.objects.create(
            answer=answer, version=1, text="Drafted.", status="supported", confidence=confidence,
            origin="extractive",
        )  # fmt: skip
        if edited:
            AnswerVersion.objects.create(
                answer=answer, version=2, text="Edited.", status="supported", origin="human"
            )
    return question


def test_where_nothing_was_approved_the_drafters_own_figure_stands() -> None:
    sure = find_calibration().of(0.83)
    assert (sure.share, sure.judged) == (pytest.approx(0.83), 0)


def test_drafts_that_were_edited_make_others_as_sure_less_sure(rfp: RFP) -> None:
    approve(rfp, confidence=0.85, edited=True, count=12)
    approve(rfp, confidence=0.82, edited=False, count=4)
    approve(rfp, confidence=0.31, edited=False, count=3)
    calibration = find_calibration()
    sure = calibration.of(0.88)
    assert (sure.judged, sure.unchanged) == (16, 4)
    assert sure.share == pytest.approx((4 + 8 * 0.88) / 24)
    assert calibration.of(0.35).unchanged == 3
    assert calibration.of(0.5).judged == 0


def test_the_surest_share_a_tenth_with_what_is_nearly_so(rfp: RFP) -> None:
    approve(rfp, confidence=1.0, edited=False)
    assert find_calibration().of(0.97).judged == 1
    assert Calibration({9: (2, 1)}).of(1.0).judged == 2


def test_it_is_counted_once_in_a_while(rfp: RFP, django_assert_num_queries) -> None:
    with django_assert_num_queries(1):
        find_calibration()
        find_calibration()


def test_a_cache_that_is_down_leaves_the_drafters_own_figure(
    rfp: RFP, monkeypatch: pytest.MonkeyPatch
) -> None:
    def down(*args: object, **options: object) -> None:
        raise RedisError("nobody listens")

    approve(rfp, confidence=0.85, edited=True, count=6)
    monkeypatch.setattr(cache, "get", down)
    assert find_calibration().of(0.85).share == pytest.approx(0.85)


def test_the_answer_says_what_became_of_drafts_like_it(client: Client, rfp: RFP, alice: User) -> None:
    approve(rfp, confidence=0.85, edited=True, count=6)
    question = approve(rfp, confidence=0.85, edited=False, count=2)
    forget_calibration()
    client.force_login(alice)
    page = client.get(reverse("rfp_manager:question", args=[rfp.pk, question.pk])).content.decode()
    assert "55%" in page
    assert "2 of 8 drafts as sure as this were approved unchanged" in page
