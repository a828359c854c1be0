"""Pickers: who may look up what, how many rows come, and what the page holds without a script."""

from collections.abc import Callable
from typing import Any

import pytest
from django import forms
from django.test import Client

from core.models import Organization, User
from core.permissions import CONTRIBUTOR, LIBRARY_EDITOR, VIEWER
from core.tests.factories import UserFactory
from themis import pickers
from themis.pickers import PickerSelect

SignIn = Callable[[User], Client]


def pick(client: Client, key: str, query: str = "") -> dict[str, Any]:
    answer: dict[str, Any] = client.get(f"/pick/{key}/", {"q": query}).json()
    return answer


@pytest.fixture
def contributor(db: None) -> User:
    return UserFactory(email="cora@example.com", first_name="Cora", groups=[CONTRIBUTOR])


def test_people_are_found_by_each_word_of_name_and_address(alice: User, client_of: SignIn) -> None:
    UserFactory(email="gone@example.com", first_name="Alice", last_name="Gone", is_active=False)
    client = client_of(alice)
    found = pick(client, "people", "ALICE example")
    assert found == {"results": [{"value": str(alice.pk), "label": str(alice)}], "more": False}
    assert pick(client, "people", "nobody of that name")["results"] == []
    assert pick(client, "people", "%_")["results"] == []


def test_at_most_thirty_come_and_more_is_said(contributor: User, client_of: SignIn) -> None:
    Organization.objects.bulk_create(
        Organization(name=f"Customer {number:02}", kind=Organization.Kind.CUSTOMER) for number in range(40)
    )
    found = pick(client_of(contributor), "customers", "customer")
    assert len(found["results"]) == 30
    assert found["more"] is True
    assert found["results"][0]["label"] == "Customer 00"


@pytest.mark.parametrize("key", ["people", "customers", "vendors", "tags", "teammates"])
def test_who_may_not_fill_in_the_form_may_not_look_up(key: str, db: None, client_of: SignIn) -> None:
    viewer = UserFactory(email="vera@example.com", groups=[VIEWER])
    assert client_of(viewer).get(f"/pick/{key}/").status_code == 403
    assert Client().get(f"/pick/{key}/").status_code == 302


def test_tags_vendors_and_owners_are_for_those_who_edit_the_library(
    contributor: User, client_of: SignIn
) -> None:
    for key in ("tags", "vendors", "people"):
        assert client_of(contributor).get(f"/pick/{key}/").status_code == 403
    editor = UserFactory(email="edda@example.com", groups=[LIBRARY_EDITOR])
    Organization.objects.create(name="Acme", kind=Organization.Kind.VENDOR)
    Organization.objects.create(name="Acme", kind=Organization.Kind.CUSTOMER)
    assert len(pick(client_of(editor), "vendors", "acme")["results"]) == 1


def test_an_unknown_source_is_not_found_and_posting_is_refused(contributor: User, client_of: SignIn) -> None:
    client = client_of(contributor)
    assert client.get("/pick/passwords/").status_code == 404
    assert client.post("/pick/people/").status_code == 405


class OwnerForm(forms.Form):
    owner = forms.ModelChoiceField(User.objects.order_by("pk"), widget=PickerSelect(source="people"))


def test_a_short_list_stands_in_the_page_and_asks_nobody(db: None) -> None:
    people = UserFactory.create_batch(3)
    drawn = str(OwnerForm())
    assert all(f'value="{person.pk}"' in drawn for person in people)
    assert "data-picker-source" not in drawn


def test_a_long_list_is_cut_and_keeps_what_is_chosen(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pickers, "MOST_CHOICES", 3)
    people = UserFactory.create_batch(6)
    form = OwnerForm(initial={"owner": people[-1].pk})
    drawn = str(form)
    assert 'data-picker-source="/pick/people/"' in drawn
    assert f'<option value="{people[-1].pk}" selected>' in drawn
    assert f'value="{people[-2].pk}"' not in drawn
    # Whoever the script found is a legal choice all the same.
    assert OwnerForm({"owner": people[-2].pk}).is_valid()
