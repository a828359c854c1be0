"""A row may offer more than one choice; an answer holds one, and says nothing about the others."""

import pytest
from django.test import Client
from django.urls import reverse

from core.models import User
from rfp_manager.models import RFP
from rfp_manager.tests.detection_texts import REQUIREMENTS
from rfp_manager.tests.exporting import approved, exported, imported, not_written
from rfp_manager.tests.workbook_factory import Cell, Sheet, heading

pytestmark = pytest.mark.django_db
TITLES = heading("ID", "Requirement", "Supported today", "Customisation needed", "Comment")


def two_lists(second: list[str]) -> Sheet:
    rows = [TITLES, *[[f"R{n}", text, "", "", ""] for n, text in enumerate(REQUIREMENTS, 1)]]
    return Sheet("Form", rows, lists={"C2:C9": ["Yes", "No"], "D2:D9": second})


def two_groups(second: tuple[str, ...]) -> Sheet:
    """Columns to be marked, under the titles "Today" and "Roadmap"."""
    blanks = [Cell("", "heading")] * (len(second) - 1)
    rows = [
        [*heading("ID", "Requirement", "Today", "", "Roadmap"), *blanks, *heading("Remarks")],
        heading("", "", "Yes", "No", *second, ""),
        *[[f"R{n}", text, *[""] * (3 + len(second))] for n, text in enumerate(REQUIREMENTS, 1)],
    ]
    last = "EFG"[len(second) - 1]
    after = chr(ord(last) + 1)
    return Sheet("Form", rows, merges=["A1:A2", "B1:B2", "C1:D1", f"E1:{last}1", f"{after}1:{after}2"])


@pytest.mark.parametrize("second", [["Yes", "No"], ["None", "Some", "Much"]], ids=["same", "another"])
def test_the_choice_goes_into_the_first_list_and_the_second_is_reported_open(
    rfp: RFP, alice: User, second: list[str]
) -> None:
    question = imported(rfp, alice, two_lists(second))[0]
    assert question.allowed_choices == ["Yes", "No"]
    approved(question, user=alice, choice="Yes", text="It is there.")
    sheet, export = exported(question, alice)
    assert [sheet[cell].value for cell in ("C2", "D2", "E2")] == ["Yes", None, "It is there."]
    assert not_written(export) == {"D2": "left to you"}
    assert "C2" in export.report["skipped"][0]["detail"]
    assert export.report["counts"]["left to you"] == 1
    assert export.answered_count == 1


@pytest.mark.parametrize("second", [("Yes", "No"), ("No", "Yes", "Later")], ids=["same", "more"])
def test_of_two_groups_of_marks_only_the_first_is_marked(
    rfp: RFP, alice: User, second: tuple[str, ...]
) -> None:
    question = imported(rfp, alice, two_groups(second))[0]
    assert question.allowed_choices == ["Yes", "No"]
    approved(question, user=alice, choice="Yes", text="")
    sheet, export = exported(question, alice)
    assert [cell.value for cell in sheet[3][2 : 4 + len(second)]] == ["X", None, *[None] * len(second)]
    assert not_written(export) == {"E3": "left to you"}


def test_nothing_is_reported_open_beside_a_single_list(rfp: RFP, alice: User) -> None:
    rows = [TITLES[:3], *[[f"R{n}", text, ""] for n, text in enumerate(REQUIREMENTS, 1)]]
    question = imported(rfp, alice, Sheet("Form", rows, lists={"C2:C9": ["Yes", "No"]}))[0]
    approved(question, user=alice, choice="No", text="")
    sheet, export = exported(question, alice)
    assert (sheet["C2"].value, not_written(export)) == ("No", {})


def test_the_exports_page_says_which_cell_is_left(rfp: RFP, alice: User, client: Client) -> None:
    question = imported(rfp, alice, two_lists(["Yes", "No"]))[0]
    approved(question, user=alice, choice="Yes")
    _sheet, export = exported(question, alice)
    client.force_login(alice)
    page = client.get(reverse("rfp_manager:export", args=[rfp.pk, export.pk])).content.decode()
    assert "D2" in page
    assert "Left to you" in page


def test_a_list_that_the_answer_leaves_empty_is_reported_and_shown(rfp: RFP, alice: User) -> None:
    question = imported(rfp, alice, two_lists(["None", "Some"]))[0]
    approved(question, user=alice, choice="", text="It is there.")
    _sheet, export = exported(question, alice)
    assert not_written(export) == {"C2": "nothing chosen"}
    assert export.answered_count == 1
    client = Client()
    client.force_login(alice)
    page = client.get(reverse("rfp_manager:question", args=[rfp.pk, question.pk])).content.decode()
    assert "list of values stays empty" in page
