"""What is shown to somebody who is signed in is kept by nobody; and no page breaks over a NUL in its address."""

import pytest
from django.test import Client
from django.urls import get_resolver

from core.models import User
from core.permissions import ADMINISTRATOR, CONTRIBUTOR
from core.tests.factories import UserFactory
from spelunker.tests.list_content import make_content
from spelunker.tests.test_list_queries import routes

pytestmark = pytest.mark.django_db

# The same for everybody, and says nothing.
PUBLIC = {"/favicon.ico"}
# What every list and form of the pages reads from its address.
PARAMETERS = (
    "q",
    "page",
    "status",
    "sheet",
    "order",
    "owner",
    "solution",
    "tag",
    "assignee",
    "change",
    "part",
)


@pytest.fixture
def addresses() -> list[str]:
    """Every page, with a row behind it that Ada may see."""
    ada = UserFactory(email="ada@example.com", groups=[ADMINISTRATOR])
    content = make_content(ada, UserFactory(groups=[CONTRIBUTOR]))
    content.add(1)
    values = content.arguments()
    return sorted({f"/{route.format_map(values)}" for route in routes(get_resolver())})


@pytest.fixture
def ada(client: Client, addresses: list[str]) -> Client:
    client.force_login(User.objects.get(email="ada@example.com"))
    return client


def test_no_browser_and_no_proxy_keeps_what_is_shown(ada: Client, addresses: list[str]) -> None:
    kept, stored = [], 0
    for address in addresses:
        response = ada.get(address)
        if response.streaming:
            list(response.streaming_content)  # closes the file
        said = response.get("Cache-Control", "")
        stored += "no-store" in said
        if response.status_code == 200 and address not in PUBLIC and "private" not in said:
            kept.append(f"{address}: {said}")
    assert not kept, "\n".join(kept)
    assert stored > 60


def test_what_everybody_may_see_is_kept(ada: Client) -> None:
    assert "no-store" not in ada.get("/favicon.ico")["Cache-Control"]


def test_a_nul_in_the_address_is_a_bad_request(ada: Client, addresses: list[str]) -> None:
    query = "&".join(f"{name}=a%00b" for name in PARAMETERS)
    answers = {address: ada.get(f"{address}?{query}").status_code for address in addresses}
    assert set(answers.values()) <= {400, 405}, answers
    assert ada.get("/library/?%00=1").status_code == 400
    assert ada.get("/api/v1/solutions?search=%00").json()["status"] == 400
