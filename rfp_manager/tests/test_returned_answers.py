"""A new version that comes back with our earlier answers in it takes our later ones."""

from collections.abc import Callable
from io import BytesIO
from typing import Any

import pytest
from openpyxl import load_workbook

from core.models import User
from rfp_manager.models import RFP, Question, RFPQuestionDocument
from rfp_manager.services import answering
from rfp_manager.services.exports import create_export
from rfp_manager.services.revision_comparison import compare_versions
from rfp_manager.services.revisions import apply_revision
from rfp_manager.tests.detection_texts import REQUIREMENTS
from rfp_manager.tests.exporting import approved, detected, exported, imported, not_written
from rfp_manager.tests.workbook_factory import Sheet, heading

pytestmark = pytest.mark.django_db

LISTED = Sheet(
    "Form",
    [
        heading("ID", "Requirement", "Compliant", "Comment"),
        *[[f"R{n}", text, "", ""] for n, text in enumerate(REQUIREMENTS, 1)],
    ],
    lists={"C2:C9": ["Yes", "No"]},
)
MARKED = Sheet(
    "Form",
    [
        heading("ID", "Requirement", "Yes", "No", "Comment"),
        *[[f"R{n}", text, "", "", ""] for n, text in enumerate(REQUIREMENTS, 1)],
    ],
)


def come_back(question: Question, user: User, change: Callable[[Any], None]) -> Question:
    """Our export with the customer's changes, uploaded and applied as the new version of its workbook."""
    first = RFPQuestionDocument.objects.get(pk=question.document_id)
    with create_export(first, drafts=False, user=user).export_file.open("rb") as file:
        book = load_workbook(BytesIO(file.read()))
    change(book["Form"])
    target = BytesIO()
    book.save(target)
    second = detected(question.rfp, target.getvalue(), user)
    seen = compare_versions(second, replaced=first).digest
    apply_revision(second, replaced=first, seen=seen, user=user)
    question.refresh_from_db()
    assert question.document_id == second.pk
    return question


def say(question: Question, user: User, *, text: str, choice: str) -> None:
    answering.reopen([question.pk], rfp=question.rfp)
    question.refresh_from_db()
    version = question.answer.version
    answering.save_answer(question, text=text, choice=choice, expected_version=version, user=user)
    answering.approve([question.pk], rfp=question.rfp, user=user)


def test_our_earlier_answer_gives_way_to_the_one_of_today(rfp: RFP, alice: User) -> None:
    question = imported(rfp, alice, LISTED)[0]
    approved(question, user=alice, choice="No", text="Not yet.\r\n\r\nFrom June on.")
    question = come_back(question, alice, lambda sheet: sheet.append(["R9", "The supplier shall be kind."]))
    assert [cell["filled"] for cell in question.answer_cells] == [False, False]
    say(question, alice, text="It is there.", choice="Yes")
    sheet, export = exported(question, alice)
    assert (sheet["C2"].value, sheet["D2"].value, not_written(export)) == ("Yes", "It is there.", {})


def test_what_the_customer_wrote_into_our_answer_stays(rfp: RFP, alice: User) -> None:
    question = imported(rfp, alice, LISTED)[0]
    approved(question, user=alice, choice="No", text="Not yet.")

    def remark(sheet: Any) -> None:
        sheet["D2"] = "Not yet. (When? - the buyer)"

    question = come_back(question, alice, remark)
    assert [cell["filled"] for cell in question.answer_cells] == [False, True]


def test_a_choice_where_words_belong_is_the_customers(rfp: RFP, alice: User) -> None:
    question = imported(rfp, alice, LISTED)[0]
    approved(question, user=alice, choice="Yes", text="")

    def remark(sheet: Any) -> None:
        sheet["D2"] = "Yes"

    question = come_back(question, alice, remark)
    assert [cell["filled"] for cell in question.answer_cells] == [False, True]


def test_our_earlier_mark_is_no_answer_of_the_customers(rfp: RFP, alice: User) -> None:
    question = imported(rfp, alice, MARKED)[0]
    approved(question, user=alice, choice="No", text="Not yet.")
    question = come_back(question, alice, lambda sheet: sheet.append(["R9", "The supplier shall be kind."]))
    assert [cell["filled"] for cell in question.answer_cells] == [False, False, False]


def test_a_mark_at_another_option_is_the_customers(rfp: RFP, alice: User) -> None:
    question = imported(rfp, alice, MARKED)[0]
    approved(question, user=alice, choice="No", text="Not yet.")

    def contradict(sheet: Any) -> None:
        sheet["C2"], sheet["D2"] = "X", None

    question = come_back(question, alice, contradict)
    assert [cell["filled"] for cell in question.answer_cells] == [True, False, False]
