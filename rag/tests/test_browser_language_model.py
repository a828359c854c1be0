"""The language model's page in a browser: good to look at, and tried without leaving it."""

import pytest
from playwright.sync_api import expect

from core.permissions import ADMINISTRATOR
from core.tests.factories import UserFactory
from rag.tests.language_models import KEY, save_row
from rag.tests.llm_stub import running_stub
from themis.tests.accessibility import assert_good_in_every_look
from themis.tests.browser import Surfer
from themis.tests.conftest import surfer

__all__ = ["surfer"]

pytestmark = pytest.mark.django_db(transaction=True)


def test_it_is_filled_in_tried_and_good_to_look_at(surfer: Surfer) -> None:
    ada = UserFactory(email="ada@example.com", first_name="Ada", groups=[ADMINISTRATOR])
    with running_stub(lambda asked: "ready") as stub:
        save_row(
            url=stub.url,
            currency="EUR",
            input_price=3,
            output_price="15.5",
            budget_per_rfp=20,
            drafting_style="Say “we”, and no superlatives.",
            updated_by=ada,
        )
        page = surfer.open("/language-model/", user=ada)
        page.get_by_role("button", name="Test it").click()
        # The first of a process loads the client's code
        expect(page.get_by_text("“ready”")).to_be_visible(timeout=60_000)
    page.get_by_text("The built-in prompt: Drafts").click()
    assert_good_in_every_look(page, "language-model")
    page.get_by_label("Key", exact=True).fill(KEY)
    page.get_by_label("Address").fill("http://169.254.169.254/")
    page.get_by_label("Budget for one RFP").fill("-1")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text("Nothing is asked of those")).to_be_visible()
    expect(page.get_by_label("Key", exact=True)).to_have_value("")
    assert_good_in_every_look(page, "language-model-refused")
    # The browser's console takes a refused form for a failure
    surfer.problems[:] = [problem for problem in surfer.problems if "422" not in problem]
