import pytest
from django.test import Client
from django.urls import reverse

from core.models import User
from rfp_manager.models import RFP, Question
from rfp_manager.tests.factories import QuestionDocumentFactory, QuestionFactory, RFPFactory

pytestmark = pytest.mark.django_db


def test_the_dashboard_lists_the_open_rfps_that_a_person_sees(
    client: Client, alice: User, charlie: User
) -> None:
    RFPFactory(title="Records for the waterworks", owner=alice)
    RFPFactory(title="Sent long ago", owner=alice, status=RFP.Status.SUBMITTED)
    client.force_login(alice)
    page = client.get(reverse("themis:dashboard")).content.decode()
    assert "Records for the waterworks" in page
    assert "no questions yet" in page
    assert "0 / 0" not in page
    assert "Sent long ago" not in page
    client.force_login(charlie)
    assert "Records for the waterworks" not in client.get(reverse("themis:dashboard")).content.decode()


def test_the_dashboard_leads_to_what_is_ones_own_and_what_waits_for_review(
    client: Client, rfp: RFP, bob: User
) -> None:
    document = QuestionDocumentFactory(rfp=rfp)
    mine = [QuestionFactory(document=document, assignee=bob) for _ in range(3)]
    Question.objects.filter(pk=mine[0].pk).update(status=Question.Status.DECLINED)
    Question.objects.filter(pk=mine[1].pk).update(status=Question.Status.IN_REVIEW)
    client.force_login(bob)
    page = client.get(reverse("themis:dashboard")).content.decode()
    questions = reverse("rfp_manager:questions", args=[rfp.pk])
    assert f'{questions}?assignee=me&amp;status=unsettled">2 questions are yours to answer' in page
    assert f'{questions}?status=in_review">1 answer waits for review' in page
