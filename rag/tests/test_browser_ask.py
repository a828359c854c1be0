"""The ask page in a browser: by keyboard alone, accessible, and as wide as the window."""

import re

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from core.models import User
from rag.services.embeddings import embed_document
from rag.tests.llm_stub import LLMStub
from rag.tests.pdf_files import heading, laid_out_pdf, paragraph
from rag.tests.test_ask_page import QUESTION, SECURITY
from solution_library.models import Document
from solution_library.tests.factories import DocumentFactory
from themis.tests.accessibility import assert_good_in_every_look
from themis.tests.browser import Surfer
from themis.tests.conftest import surfer

__all__ = ["surfer"]

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("folder_storage")]

ASK = reverse("rag:ask")


@pytest.fixture
def guide() -> Document:
    document = DocumentFactory(content=SECURITY, filename="guide.md", title="Security guide")
    embed_document(document.pk)
    second = b"# Restore guide\n\nRestores of backups are tested twice a year by the operations team.\n"
    embed_document(DocumentFactory(solution=document.solution, content=second, title="Restore guide").pk)
    return document


def test_a_question_is_asked_and_its_source_opened_by_keyboard(
    surfer: Surfer, charlie: User, guide: Document
) -> None:
    page = surfer.open(ASK, user=charlie)
    page.set_default_timeout(20_000)
    expect(page.locator("#ask-question")).to_be_focused()
    page.keyboard.type(QUESTION)
    page.keyboard.press("Enter")
    expect(page.locator("#reply-title")).to_have_text(re.compile("Answer"), timeout=20_000)
    expect(page).to_have_url(re.compile(r"\?q=How[^&]*$"))  # the boxes left alone are not in it
    expect(page.locator("mark").first).to_contain_text("thirty days")
    page.keyboard.press("j")
    expect(page.locator("#found-1 a[data-found]")).to_be_focused()
    page.keyboard.press("j")
    expect(page.locator("#found-2 a[data-found]")).to_be_focused()
    page.keyboard.press("k")
    expect(page.locator("#found-1 a[data-found]")).to_be_focused()
    page.keyboard.press("/")
    expect(page.locator("#ask-question")).to_be_focused()
    page.keyboard.type("j")  # a letter while typing
    page.keyboard.press("Escape")
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(r"/documents/\d+/\?passage=\d+#passage-\d+"))
    expect(page.locator("li[aria-current=true]")).to_be_visible()
    page.go_back()
    expect(page.locator("#found-1 a[data-found]")).to_be_focused()


def test_every_state_is_accessible_and_fits(surfer: Surfer, alice: User, guide: Document) -> None:
    printed = laid_out_pdf([heading("Backups"), paragraph("Backups are kept for thirty days in two places.")])
    embed_document(DocumentFactory(solution=guide.solution, content=printed, filename="backups.pdf").pk)
    page = surfer.open(ASK, user=alice)
    page.set_default_timeout(20_000)
    states = {
        "empty": "",
        "answer": f"?q={QUESTION}",
        "gap": "?q=Which law firm represents you in Denmark?",
        "error": f"?q={QUESTION}&scope=solution-999",
    }
    for name, query in states.items():
        page.goto(ASK + query)
        assert_good_in_every_look(page, name)


def test_an_answer_that_was_waited_for_is_said(
    surfer: Surfer, charlie: User, guide: Document, llm: LLMStub
) -> None:
    page = surfer.open(f"{ASK}?q={QUESTION}", user=charlie)
    page.set_default_timeout(20_000)
    said = page.locator("[data-asking]")
    expect(said).to_have_text("The answer is there.", timeout=20_000)
    llm.script = ["no idea"]
    page.locator("#ask-question").press("Enter")
    expect(said).to_have_text("No answer was written", timeout=20_000)
