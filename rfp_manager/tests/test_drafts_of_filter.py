"""Drafting follows the list's filter, as assigning does, and the button says how many it asks for."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from core.models import Job, User
from rfp_manager.models import RFP
from rfp_manager.tests.factories import QuestionDocumentFactory, QuestionFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def document(rfp: RFP) -> Any:
    return QuestionDocumentFactory(rfp=rfp, layout_status="confirmed")


def _draft(client: Client, rfp: RFP, query: str, data: dict[str, Any] | None = None) -> list[int]:
    client.post(reverse("rfp_manager:draft", args=[rfp.pk]) + query, data or {})
    questions: list[int] = Job.objects.get().params["questions"]
    return questions


def test_only_what_the_filter_shows_is_drafted(client: Client, rfp: RFP, document: Any, bob: User) -> None:
    shown = [QuestionFactory(document=document, section="Access") for _ in range(2)]
    QuestionFactory(document=document, section="Backups")
    client.force_login(bob)
    assert _draft(client, rfp, "?section=Access") == [question.pk for question in shown]


def test_what_is_ticked_counts_more_than_the_filter(
    client: Client, rfp: RFP, document: Any, bob: User
) -> None:
    ticked, *_others = (QuestionFactory(document=document, section="Access") for _ in range(3))
    client.force_login(bob)
    assert _draft(client, rfp, "?section=Access", {"question": [ticked.pk]}) == [ticked.pk]


def test_an_address_without_a_filter_drafts_all(client: Client, rfp: RFP, document: Any, bob: User) -> None:
    questions = [QuestionFactory(document=document) for _ in range(3)]
    client.force_login(bob)
    assert _draft(client, rfp, "?view=all&status=nonsense") == [question.pk for question in questions]


def test_the_button_says_what_it_drafts(client: Client, rfp: RFP, document: Any, bob: User) -> None:
    QuestionFactory(document=document, section="Access")
    QuestionFactory(document=document, section="Backups")
    client.force_login(bob)
    url = reverse("rfp_manager:questions", args=[rfp.pk])
    assert "Draft all" in client.get(url).content.decode()
    page = client.get(f"{url}?section=Access").content.decode()
    assert "Draft the 1 shown" in page
    assert "Draft all" not in page


def test_a_filter_that_shows_nothing_drafts_nothing(
    client: Client, rfp: RFP, document: Any, bob: User
) -> None:
    QuestionFactory(document=document)
    client.force_login(bob)
    client.post(reverse("rfp_manager:draft", args=[rfp.pk]) + "?section=Elsewhere")
    assert not Job.objects.exists()
