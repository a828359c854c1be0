"""Saved views: filters kept under a name, for oneself or the team, and what the list opens with."""

from typing import Any

import pytest
from django.contrib.messages import get_messages
from django.test import Client
from django.urls import reverse

from core.models import User
from rfp_manager.models import RFP, SavedView
from rfp_manager.tests.factories import QuestionDocumentFactory, QuestionFactory, add_member

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def questions(rfp: RFP) -> None:
    document = QuestionDocumentFactory(rfp=rfp, layout_status="confirmed")
    for section in ("Access", "Data"):
        QuestionFactory(document=document, section=section)


def address(rfp: RFP, name: str, *arguments: int) -> str:
    return reverse(f"rfp_manager:{name}", args=[rfp.pk, *arguments])


def keep(client: Client, rfp: RFP, query: str = "section=Access", **data: str) -> str:
    """Keep a view; returns what the page said."""
    response = client.post(f"{address(rfp, 'view_save')}?{query}", {"name": "Access"} | data)
    assert response.status_code == 302
    return str([str(message) for message in get_messages(response.wsgi_request)])


def listed(client: Client, rfp: RFP) -> list[str]:
    page: Any = client.get(f"{address(rfp, 'questions')}?view=all")
    return [view.name for view in page.context["saved_views"]]


def test_what_one_keeps_is_ones_own_and_what_is_shared_everybodys(
    client: Client, rfp: RFP, bob: User, alice: User
) -> None:
    client.force_login(bob)
    keep(client, rfp)
    keep(client, rfp, "status=gap", name="Gaps", shared="on")
    assert listed(client, rfp) == ["Access", "Gaps"]
    client.force_login(alice)
    assert listed(client, rfp) == ["Gaps"]


def test_a_view_keeps_filters_that_mean_something_in_one_order(client: Client, rfp: RFP, bob: User) -> None:
    client.force_login(bob)
    keep(client, rfp, "assignee=me&confidence=nonsense&page=3&status=gap")
    view = SavedView.objects.get()
    assert view.query == "status=gap&assignee=me"
    page = client.get(f"{address(rfp, 'questions')}?assignee=me&status=gap")
    assert page.context["current_view"] == view


@pytest.mark.parametrize(
    ("query", "data", "said"),
    [
        ("", {"name": "Other"}, "Set a filter first"),
        ("section=Data", {}, "You have a view named “Access” already"),
        ("section=Data", {"name": "aCCess "}, "You have a view named “aCCess” already"),
        ("section=Access", {"name": "Other"}, "These filters are kept already, as “Access”"),
        ("section=Data", {"name": "  "}, "Give the view a name"),
    ],
)
def test_duplicates_are_refused_in_words(
    client: Client, rfp: RFP, bob: User, query: str, data: dict[str, str], said: str
) -> None:
    client.force_login(bob)
    keep(client, rfp)
    assert said in keep(client, rfp, query, **data)
    assert SavedView.objects.count() == 1


def test_the_list_opens_with_the_view_that_was_chosen(client: Client, rfp: RFP, bob: User) -> None:
    client.force_login(bob)
    keep(client, rfp)
    view = SavedView.objects.get()
    client.post(address(rfp, "view_default", view.pk))
    response = client.get(address(rfp, "questions"))
    assert response.headers["Location"] == view.get_absolute_url()
    assert client.get(f"{address(rfp, 'questions')}?view=all").context["page"].paginator.count == 2
    client.post(address(rfp, "view_default", view.pk))
    assert client.get(address(rfp, "questions")).status_code == 200


def test_a_default_that_is_gone_or_no_longer_shared_opens_nothing(
    client: Client, rfp: RFP, bob: User, alice: User
) -> None:
    view = SavedView.objects.create(rfp=rfp, owner=alice, name="Gaps", query="status=gap", shared=True)
    client.force_login(bob)
    client.post(address(rfp, "view_default", view.pk))
    assert client.get(address(rfp, "questions")).status_code == 302
    SavedView.objects.update(shared=False)
    assert client.get(address(rfp, "questions")).status_code == 200


def test_renaming_and_deleting_is_for_the_keeper_and_for_managers(
    client: Client, rfp: RFP, bob: User, alice: User, charlie: User
) -> None:
    add_member(rfp, charlie)
    client.force_login(bob)
    keep(client, rfp, shared="on")
    keep(client, rfp, "status=gap", name="Mine")
    shared, own = SavedView.objects.get(shared=True), SavedView.objects.get(shared=False)
    client.post(address(rfp, "view_rename", own.pk), {"name": "Gaps"})
    client.force_login(charlie)
    assert client.post(address(rfp, "view_delete", shared.pk)).status_code == 403
    assert client.post(address(rfp, "view_rename", own.pk), {"name": "X"}).status_code == 404
    assert "Open with this" in client.get(address(rfp, "view_list")).content.decode()
    client.force_login(alice)
    assert client.post(address(rfp, "view_delete", own.pk)).status_code == 404
    client.post(address(rfp, "view_delete", shared.pk))
    assert [view.name for view in SavedView.objects.all()] == ["Gaps"]
