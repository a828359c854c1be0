"""What a page may cost: bytes, scripts, requests and layout shift; each kind of page is opened once."""

import gzip
import re
from functools import cache
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page, Response

from core.models import User
from core.permissions import ADMINISTRATOR
from core.tests.factories import UserFactory
from rfp_manager.tests.factories import (
    QuestionDocumentFactory,
    QuestionFactory,
    RFPFactory,
    answered,
)
from solution_library.tests.factories import DocumentationSourceFactory, DocumentFactory, LibraryAnswerFactory
from themis.services.notifications import notify
from themis.tests.browser import Surfer
from themis.tests.conftest import surfer

__all__ = ["surfer"]

HTML_BYTES = 200_000
ASSET_BYTES = 150_000  # style sheet and scripts together, compressed
LAYOUT_SHIFT = 0.1
# Links that do something, leave us, or give a file.
NO_PAGE = re.compile(
    r"/(file|download|logout|report|report\.json|admin|api|static)(/|$)|\.(json|csv|docx|xlsx)$"
)
SHIFTS = """
window.layoutShift = 0;
new PerformanceObserver((list) => {
  for (const entry of list.getEntries()) if (!entry.hadRecentInput) window.layoutShift += entry.value;
}).observe({ type: "layout-shift", buffered: true });
"""
# The top level, and the pages of signing in: nothing is above them.
TOP = re.compile(
    r"^/(|rfps/|library/|ask/|jobs/|notifications/|people/|language-model/|webhooks/|status/|profile/|search/|setup/"
    r"|accounts/(password/reset|reauthenticate)/)$"
)


@pytest.fixture
def ada(transactional_db: None) -> User:
    return UserFactory(email="ada@example.com", first_name="Ada", groups=[ADMINISTRATOR])


def fill(owner: User, rows: int) -> None:
    """`rows` of each thing that a list shows."""
    rfp = RFPFactory(owner=owner, title="Records service")
    book = QuestionDocumentFactory(rfp=rfp, layout_status="confirmed", layout={"sheets": []})
    for number in range(rows):
        answered(QuestionFactory(document=book))
        notify(owner, text=f"News {number}", link="/jobs/")
    RFPFactory.create_batch(rows, owner=owner)
    document = DocumentFactory.create_batch(rows, solution=DocumentFactory().solution)[0]
    DocumentationSourceFactory.create_batch(2, solution=document.solution)
    LibraryAnswerFactory.create_batch(rows, solution=document.solution)


def test_every_page_keeps_its_budget(ada: User, surfer: Surfer) -> None:
    fill(ada, 12)
    page = surfer.open("/", user=ada)
    page.add_init_script(SHIFTS)
    assets: dict[str, int] = {}
    page.on("response", lambda response: _note_asset(response, assets))
    found: dict[str, str] = {}
    waiting = ["/"]
    too_much: list[str] = []
    while waiting and len(found) < 60:
        path = waiting.pop(0)
        kind = re.sub(r"[0-9a-f-]{36}|\d+", "#", path)
        if kind in found or NO_PAGE.search(path):
            continue
        assets.clear()
        response = page.goto(path, wait_until="load")
        if response is None or "text/html" not in response.headers.get("content-type", ""):
            continue
        found[kind] = path
        too_much += _over_budget(page, path, response, assets)
        links: list[str] = page.eval_on_selector_all("a[href]", "links => links.map(link => link.href)")
        waiting += [urlsplit(link).path for link in links if link.startswith(f"{surfer.base_url}/")]
    assert len(found) > 25, sorted(found)
    assert not too_much, "\n".join(too_much)


def _note_asset(response: Response, assets: dict[str, int]) -> None:
    if response.request.resource_type in ("stylesheet", "script") and response.ok:
        assets[response.url] = _weigh(response.body())


@cache
def _weigh(body: bytes) -> int:
    """Bytes, compressed; the same files are sent with every page."""
    return len(gzip.compress(body))


def _over_budget(page: Page, path: str, response: Response, assets: dict[str, int]) -> list[str]:
    page.wait_for_timeout(100)  # what comes after the load shifts the layout too
    html, code = len(response.body()), sum(assets.values())
    shift: float = page.evaluate("window.layoutShift")
    crumbs = page.locator('nav[aria-label="Breadcrumbs"] [aria-current="page"]').count()
    wrong = []
    if html > HTML_BYTES:
        wrong.append(f"{path}: {html} bytes of HTML")
    if code > ASSET_BYTES:
        wrong.append(f"{path}: {code} bytes of style and scripts, compressed")
    if shift >= LAYOUT_SHIFT:
        wrong.append(f"{path}: the layout shifts by {shift:.2f}")
    if crumbs != (0 if TOP.match(urlsplit(page.url).path) else 1) and page.locator("h1").count():
        wrong.append(f"{path}: {crumbs} ways up")
    return wrong
