"""RFP details: who saves over a colleague's change is asked first, and a date can be taken away."""

import datetime as dt
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from core.models import User
from rfp_manager.models import RFP
from rfp_manager.services.rfp_details import save_rfp
from solution_library.tests.factories import SolutionFactory

pytestmark = pytest.mark.django_db


def address(rfp: RFP) -> str:
    return reverse("rfp_manager:edit", args=[rfp.pk])


def typed(page: Any, **changes: Any) -> dict[str, Any]:
    """What the form of the page would send."""
    form = page.context["form"]
    values = {name: form[name].value() for name in form.fields}
    values |= {"solutions": [row.pk for row in form.instance.solutions.all()]} | changes
    return {name: "" if value is None else value for name, value in values.items()}


@pytest.fixture
def scoped(rfp: RFP) -> RFP:
    rfp.solutions.add(SolutionFactory())
    return rfp


def test_the_second_of_two_is_shown_what_has_changed(scoped: RFP, alice: User, client: Client) -> None:
    client.force_login(alice)
    data = typed(client.get(address(scoped)), reference="Of the second")
    save_rfp(scoped, title="As the first called it")
    response = client.post(address(scoped), data)
    assert response.status_code == 409
    assert "As the first called it" in response.content.decode()
    assert response.context["form"]["reference"].value() == "Of the second"
    assert RFP.objects.get().title == "As the first called it"
    again = client.post(address(scoped), typed(response))
    assert again.status_code == 302
    found = RFP.objects.get()
    assert (found.title, found.reference) == ("Records service", "Of the second")


def test_another_solution_in_scope_is_a_change(scoped: RFP, alice: User, client: Client) -> None:
    client.force_login(alice)
    data = typed(client.get(address(scoped)))
    scoped.solutions.add(SolutionFactory(name="Vault of the first"))
    response = client.post(address(scoped), data)
    assert response.status_code == 409
    assert "Vault of the first" in response.content.decode()


def test_what_is_no_detail_is_no_conflict(scoped: RFP, alice: User, client: Client) -> None:
    client.force_login(alice)
    data = typed(client.get(address(scoped)), title="Renamed")
    scoped.status = RFP.Status.REVIEWING
    scoped.save()
    assert client.post(address(scoped), data).status_code == 302
    found = RFP.objects.get()
    assert (found.title, found.status) == ("Renamed", RFP.Status.REVIEWING)


def test_the_api_takes_a_date_away_and_leaves_what_is_not_named(
    scoped: RFP, alice: User, client: Client
) -> None:
    due = timezone.now() + dt.timedelta(days=9)
    RFP.objects.update(due_at=due, questions_until=due, reference="R-1")
    client.force_login(alice)
    url = f"/api/v1/rfps/{scoped.pk}"
    assert client.patch(url, {"due_at": None}, content_type="application/json").status_code == 200
    found = RFP.objects.get()
    assert (found.due_at, found.questions_until, found.reference) == (None, due, "R-1")
    changes = {"reference": None, "title": None}
    assert client.patch(url, changes, content_type="application/json").status_code == 200
    found = RFP.objects.get()
    assert (found.title, found.reference) == ("Records service", "")


def test_a_summary_is_written_in_the_form_and_read_first(
    scoped: RFP, alice: User, bob: User, client: Client
) -> None:
    client.force_login(alice)
    words = "Records for 40 offices.\nPrice counts for <half>."
    response = client.post(address(scoped), typed(client.get(address(scoped)), summary=words))
    assert response.status_code == 302
    client.force_login(bob)
    page = client.get(scoped.get_absolute_url()).content.decode()
    assert "Records for 40 offices.<br>Price counts for &lt;half&gt;." in page


def test_the_api_writes_and_takes_away_a_summary(scoped: RFP, alice: User, client: Client) -> None:
    client.force_login(alice)
    url = f"/api/v1/rfps/{scoped.pk}"
    answer = client.patch(url, {"summary": "For 40 offices."}, content_type="application/json")
    assert answer.json()["summary"] == "For 40 offices."
    answer = client.patch(url, {"summary": None}, content_type="application/json")
    assert answer.json()["summary"] == ""


def test_the_customers_page_is_one_click_away(scoped: RFP, bob: User, client: Client) -> None:
    client.force_login(bob)
    page = client.get(scoped.get_absolute_url()).content.decode()
    assert f'href="{scoped.customer.get_absolute_url()}"' in page
