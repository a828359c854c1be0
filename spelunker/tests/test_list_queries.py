"""What pages ask of the database: ten queries at most, however long their lists are.

The URLconf is walked, so a new page is counted as soon as it has a route.
"""

import re
from collections.abc import Iterator

import pytest
from django.contrib import admin
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from core.permissions import ADMINISTRATOR, CONTRIBUTOR
from core.tests.factories import UserFactory
from spelunker.tests.list_content import make_content
from themis import health

pytestmark = pytest.mark.django_db

MOST_QUERIES = 10
# The API's lists are counted by its own tests, the admin's below; signing in lists nothing.
ELSEWHERE = re.compile(r"api/v1/|admin/|accounts/(?!sessions)")
ARGUMENT = re.compile(r"(?P<before>[\w-]+)/<(?:\w+:)?\w+>")
# Filters that are answered by other queries than the whole list is.
FILTERED = {
    "rfps/": ["q=records"],
    "rfps/analytics/": ["period=all", "period=year&owner={administrator}&member={contributor}"],
    "rfps/{rfps}/questions/": [
        "q=safe",
        "sheet=&status=unapproved",
        "status=gap&assignee=me&confidence=high",
        "status=repeated&page=2",
    ],
    "rfps/{rfps}/questions/{questions}/": ["status=unapproved"],
    "library/": ["q=solution"],
    "library/solutions/{solutions}/": [
        "q=manual",
        "status=waiting&type=md&tag=both&owner={administrator}",
        "freshness=overdue",
        "freshness=changed&likeness=near",
        "freshness=unused",
    ],
    "library/solutions/{solutions}/statuses/": ["id={documents}&id={waiting}"],
    "library/answers/": [
        "q=backups&order=used",
        "solution={solutions}&tag=both&freshness=overdue&order=review",
    ],
    "library/reviews/": ["owner=nobody", "owner=all"],
    "library/syncs/{syncs}/": ["change=changed"],
    "people/": ["q=person"],
    "search/": ["q=r"],
    "pick/people/": ["q=person"],
}
# What htmx asks a page for: parts of it, by their elements' ids.
PARTS = {
    "rfps/{rfps}/": ["workbooks", "information"],
    "rfps/{rfps}/questions/": ["question-list"],
    "rfps/{rfps}/questions/{questions}/": ["answer"],
    "rfps/{rfps}/questions/{questions}/history/": ["history"],
    "rfps/{rfps}/questions/{questions}/similar/": ["similar"],
    "rfps/{rfps}/consistency/": ["contradiction-count"],
    "rfps/{rfps}/exports/": ["exports"],
    "search/": ["palette-list"],
    "jobs/{jobs}/": ["job"],
    "notifications/bell/": ["bell"],
    "webhooks/{webhooks}/": ["deliveries"],
}
# Routes that give no page to an administrator either: pictures that nobody uploaded, no PDF, and ways to elsewhere.
NO_PAGE = {
    "favicon.ico",
    "invitation/{invitation}/",
    "library/documents/{documents}/pdf/",
    "library/organizations/{organizations}/logo/",
    "notifications/bell/",
    "people/{people}/picture/",
    "rfps/{rfps}/questions/{questions}/library/",
}
# One question with all that belongs to it, which is no list; and the same beside the list of them, in one page.
ALLOWED = {
    ("/rfps/{rfps}/questions/{questions}/", "answer"): 11,
    ("/rfps/{rfps}/questions/{questions}/", ""): 14,
}


def routes(resolver: URLResolver, prefix: str = "") -> Iterator[str]:
    """Every route as a format string: each argument is called by the word before it."""
    for pattern in resolver.url_patterns:
        route = prefix + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from routes(pattern, route)
        elif isinstance(pattern, URLPattern) and not ELSEWHERE.match(route):
            yield ARGUMENT.sub(r"\g<before>/{\g<before>}", route)


def asked() -> Iterator[tuple[str, str, str]]:
    """Route, address and htmx's target, of every page, its filters and its parts."""
    for route in routes(get_resolver()):
        yield route, f"/{route}", ""
        for query in FILTERED.get(route, ()):
            yield route, f"/{route}?{query}", ""
        for part in PARTS.get(route, ()):
            yield route, f"/{route}", part


def count(client: Client, address: str, part: str) -> tuple[int, int]:
    """The status of the answer, and how many queries it took."""
    health.recent.forget()  # what machines ask is answered from memory for some seconds
    headers = {"HX-Request": "true", "HX-Target": part} if part else {}
    with CaptureQueriesContext(connection) as queries:
        response = client.get(address, headers=headers)
    if response.streaming:
        list(response.streaming_content)  # closes the file
    return response.status_code, len(queries)


@pytest.mark.parametrize("role", [ADMINISTRATOR, CONTRIBUTOR])
def test_no_page_takes_more_than_ten_queries_however_long_its_lists_are(role: str, client: Client) -> None:
    ada, bob = UserFactory(groups=[ADMINISTRATOR]), UserFactory(groups=[CONTRIBUTOR])
    content = make_content(ada, bob)
    content.add(2)
    values = content.arguments()
    client.force_login(ada if role == ADMINISTRATOR else bob)
    few: dict[tuple[str, str], int] = {}
    for route, address, part in asked():
        # A KeyError names what content.arguments() has to know for a new route.
        status, queries = count(client, address.format_map(values), part)
        if status == 200:
            few[address, part] = queries
        elif role == ADMINISTRATOR and not part and status != 405:
            assert route in NO_PAGE, f"{address}: {status}. A page whose rows are not in the content?"
    assert len(few) > 60, sorted(few)
    content.add(6)
    too_many = []
    for (address, part), before in few.items():
        status, queries = count(client, address.format_map(values), part)
        most = ALLOWED.get((address.partition("?")[0], part), MOST_QUERIES)
        if status != 200 or queries > most or queries > before:
            too_many.append(f"{address} {part}: {before} queries, with more rows {queries} ({status})")
    assert not too_many, "\n".join(too_many)


def test_nor_does_a_list_of_the_admin_site(client: Client) -> None:
    root = UserFactory(groups=[ADMINISTRATOR], is_staff=True, is_superuser=True)
    make_content(root, UserFactory(groups=[CONTRIBUTOR])).add(3)
    client.force_login(root)
    assert (
        client.get(reverse("admin:index")).status_code == 200
    )  # the addresses are loaded, and the registry is whole
    costs = {}
    for model in list(admin.site._registry):
        address = reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")
        count(client, address, "")
        status, costs[address] = count(client, address, "")
        assert status == 200, address
    assert {address: cost for address, cost in costs.items() if cost > MOST_QUERIES} == {}
