"""The analytics page in a browser: charts in either colour scheme, tables without scripts, and what it weighs."""

import datetime as dt
import gzip
import re
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders
from django.test import Client
from django.utils import timezone

from core.models import User
from rfp_manager.models import RFP, Answer, AnswerVersion, Citation, Question
from rfp_manager.services import answering
from rfp_manager.tests.factories import QuestionDocumentFactory, QuestionFactory, RFPFactory, answered
from rfp_manager.tests.test_browser_overview import look_at
from solution_library.models import Document
from solution_library.tests.factories import DocumentFactory, LibraryAnswerFactory
from themis.tests.browser import Surfer
from themis.tests.conftest import surfer

__all__ = ["surfer"]

pytestmark = [pytest.mark.django_db(transaction=True)]
URL = "/rfps/analytics/"
# What style sheet and scripts of one page may weigh together, compressed.
MOST_BYTES = 150_000


@pytest.fixture
def history(alice: User) -> list[RFP]:
    """Half a year of RFPs, some of which were decided."""
    sources = [DocumentFactory(title=f"Operations manual, volume {n}") for n in range(5)]
    entry = LibraryAnswerFactory(question="Do you hold a certificate for information security management?")
    for n, source in enumerate(sources):
        Document.objects.filter(pk=source.pk).update(updated_at=timezone.now() - dt.timedelta(days=90 * n))
    found = []
    for months, status in enumerate(("answering", "submitted", "won", "won", "lost", "dropped")):
        rfp = RFPFactory(owner=alice, status=status, title=f"Request {months}")
        begun = timezone.now() - dt.timedelta(days=31 * months)
        document = QuestionDocumentFactory(rfp=rfp)
        questions = [QuestionFactory(document=document) for _ in range(6)]
        for n, question in enumerate(questions[: 3 + months % 4]):
            answer = answered(question)
            Citation.objects.create(
                answer=answer, sentence_index=0, document=sources[n % 5], source_title="M", quote="Q"
            )
            Citation.objects.create(
                answer=answer, sentence_index=1, library_answer=entry, source_title="E", quote="Q"
            )
        if months:
            answering.save_answer(questions[0], text="Better.", choice="", expected_version=1, user=alice)
        answering.approve([question.pk for question in questions[:3]], rfp=rfp, user=alice)
        RFP.objects.filter(pk=rfp.pk).update(created_at=begun)
        Question.objects.filter(rfp=rfp).update(created_at=begun)
        AnswerVersion.objects.filter(answer__question__rfp=rfp).update(
            created_at=begun + dt.timedelta(minutes=20 * (months + 1))
        )
        Answer.objects.filter(question__rfp=rfp, approved_at__isnull=False).update(
            approved_at=begun + dt.timedelta(hours=30 + 9 * months)
        )
        found.append(rfp)
    return found


def test_the_charts_fit_and_are_accessible(surfer: Surfer, history: list[RFP], alice: User) -> None:
    page = look_at(surfer, URL, alice)
    assert page.locator("canvas:visible").count() == 6
    page.get_by_role("button", name="Show", exact=True).click()
    page.wait_for_url("**period=**")


def test_the_tables_need_no_script(surfer: Surfer, history: list[RFP], alice: User) -> None:
    page = surfer.open(URL, user=alice, scripts=False)
    assert page.locator("canvas:visible").count() == 0
    assert page.get_by_role("table").count() == 6
    assert page.get_by_role("table", name="Outcomes").get_by_role("row").count() >= 6


def test_on_a_phone_a_row_is_a_list_and_no_table_scrolls(
    surfer: Surfer, history: list[RFP], alice: User
) -> None:
    page = surfer.open(URL, user=alice)
    page.set_viewport_size({"width": 360, "height": 740})
    boxes = page.locator(".table-box")
    assert boxes.count() == 6
    assert boxes.evaluate_all("all => all.filter((box) => box.scrollWidth > box.clientWidth).length") == 0
    # Still a table to whoever hears it.
    outcomes = page.get_by_role("table", name="Outcomes")
    assert outcomes.get_by_role("row").count() >= 6
    assert outcomes.get_by_role("columnheader").count() == outcomes.locator("thead th").count()


def test_the_page_is_light_and_only_it_loads_the_charts(
    client: Client, history: list[RFP], alice: User
) -> None:
    client.force_login(alice)
    names = re.findall(r'(?:src|href)="/static/([^"?]+\.(?:js|css))', client.get(URL).content.decode())
    files = [finders.find(name) for name in names]
    assert "vendor/chart.js/4.5.1/chart.umd.min.js" in names
    weight = sum(len(gzip.compress(Path(file).read_bytes())) for file in files)
    print(f"\nanalytics: {len(files)} style sheets and scripts, {weight / 1000:.0f} KB compressed")
    assert weight < MOST_BYTES
    assert "chart.js" not in client.get("/rfps/").content.decode()
