"""What stands beside an answer: in our own exports, where the answer is used again, and where a list is left empty."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from core.models import User
from rfp_manager.models import RFP, Question, QuestionGroup
from rfp_manager.services.further_cells import further_values
from rfp_manager.services.group_answers import copy_to_group
from rfp_manager.services.lists_left import with_lists_left
from rfp_manager.tests.exporting import approved, imported
from rfp_manager.tests.factories import QuestionDocumentFactory, QuestionFactory, answered
from rfp_manager.tests.test_answer_documents import rows, word
from rfp_manager.tests.test_further_cells import fill, two_lists

pytestmark = pytest.mark.django_db

OTHER_TITLES = ("ID", "Requirement", "Supported today", "Phase", "Customisation needed", "Comment")


@pytest.fixture
def questions(rfp: RFP, alice: User) -> list[Question]:
    return imported(rfp, alice, two_lists())


def _together(rfp: RFP, *questions: Question) -> None:
    group = QuestionGroup.objects.create(rfp=rfp)
    for question in questions:
        question.group = group
        question.save(update_fields=["group"])


def test_the_exports_name_it_as_the_customer_does(rfp: RFP, questions: list[Question], alice: User) -> None:
    fill(questions[0], alice, D="Some")
    fill(questions[1], alice, D="Much")
    approved(questions[0], user=alice, choice="Yes", text="It is there.")
    answered(questions[1])
    head, first, second, *_others = rows(rfp, alice, drafts=False)
    assert (head[-2:], first[-2:]) == (["Status", "Customisation needed"], ["Approved", "Some"])
    assert second[-1] == ""  # its answer does not go out either
    document = word(rfp, alice, drafts=False)
    texts = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    assert "Yes\nIt is there.\nCustomisation needed: Some" in texts
    assert not any("Much" in text for text in texts)


def test_no_formula_of_the_customers_begins_a_heading(rfp: RFP, alice: User) -> None:
    titles = ("ID", "Requirement", "Supported today", "+Needed", "Comment")
    question = imported(rfp, alice, two_lists(titles))[0]
    fill(question, alice, D="Some")
    approved(question, user=alice)
    assert rows(rfp, alice)[0][-1] == "'+Needed"


def test_it_goes_along_with_an_answer_that_is_used_again(
    rfp: RFP, questions: list[Question], alice: User
) -> None:
    """Into cells of the same heading, in the same workbook and in another."""
    asked, same, filled, *_others = questions
    elsewhere = imported(rfp, alice, two_lists(OTHER_TITLES))[0]
    _together(rfp, asked, same, filled, elsewhere)
    fill(filled, alice, D="Much")
    fill(asked, alice, D="Some")
    answered(asked, choice="Yes")
    copy_to_group(asked, user=alice)
    assert further_values(same) == {"D": "Some"}
    assert further_values(filled) == {"D": "Much"}
    assert further_values(elsewhere) == {"E": "Some"}
    assert same.further_cells.get().edited_by == alice


def test_a_list_that_does_not_offer_it_and_an_approved_answer_stay(
    rfp: RFP, questions: list[Question], alice: User
) -> None:
    asked, locked, *_others = questions
    elsewhere = imported(rfp, alice, two_lists(second=["None", "Little"]))[0]
    _together(rfp, asked, locked, elsewhere)
    approved(locked, user=alice)
    fill(asked, alice, D="Some")
    answered(asked, choice="Yes")
    copy_to_group(asked, user=alice)
    assert further_values(locked) == further_values(elsewhere) == {}


def test_one_letter_means_the_same_in_the_same_list_only(rfp: RFP, alice: User) -> None:
    one, two = (imported(rfp, alice, two_lists(second=letters))[0] for letters in (["A", "B"], ["A", "C"]))
    _together(rfp, one, two)
    fill(one, alice, D="A")
    answered(one, choice="Yes")
    copy_to_group(one, user=alice)
    assert further_values(two) == {}


def test_only_answered_questions_with_an_empty_list_beside_are_shown(
    client: Client, rfp: RFP, questions: list[Question], alice: User
) -> None:
    left, filled, untouched, declined, *_others = questions
    for question in (left, filled, declined):
        answered(question)
        question.status = Question.Status.DRAFTED
        question.save(update_fields=["status"])
    Question.objects.filter(pk=declined.pk).update(status=Question.Status.DECLINED)
    fill(filled, alice, D="Some")
    assert with_lists_left(rfp.questions) == {left.pk}
    client.force_login(alice)
    url = reverse("rfp_manager:questions", args=[rfp.pk])
    page = client.get(url)
    assert page.context["lists_left"] == {left.pk}
    assert page.content.decode().count("List left empty") == 2  # the filter's and the row's
    shown = client.get(f"{url}?status=beside").context["page"]
    assert [row.pk for row in shown] == [left.pk]
    fill(left, alice, D="None")
    assert not client.get(f"{url}?status=beside").context["page"].object_list
    assert untouched.pk not in with_lists_left(rfp.questions)


@pytest.mark.parametrize("route", ["detail", "exports"])
def test_it_is_said_before_an_export_and_blocks_nothing(
    client: Client, rfp: RFP, questions: list[Question], alice: User, route: str
) -> None:
    approved(questions[0], user=alice)
    client.force_login(alice)
    url = reverse(f"rfp_manager:{route}", args=[rfp.pk])
    hint = "1 answered question has a list beside the answer that is empty"
    assert hint in client.get(url).content.decode()
    fill_anyway(questions[0], alice)
    assert hint not in client.get(url).content.decode()


def fill_anyway(question: Question, user: User) -> None:
    """As it was filled before the answer was approved."""
    question.further_cells.create(column="D", value="Some", edited_by=user)


def test_one_list_of_marks_is_not_taken_for_two(rfp: RFP) -> None:
    cells: list[dict[str, Any]] = [
        {"cell": f"{column}2", "role": "choice", "kind": "tick", "option": option, "filled": False}
        for column, option in (("C", "Yes"), ("D", "No"))
    ]
    question = QuestionFactory(document=QuestionDocumentFactory(rfp=rfp), answer_cells=cells)
    answered(question)
    Question.objects.filter(pk=question.pk).update(status=Question.Status.DRAFTED)
    assert with_lists_left(rfp.questions) == set()


def test_many_rows_with_two_lists_cost_as_much_as_few(
    rfp: RFP, questions: list[Question], django_assert_num_queries: Any
) -> None:
    Question.objects.update(status=Question.Status.DRAFTED)
    with django_assert_num_queries(2):
        assert with_lists_left(rfp.questions) == {question.pk for question in questions}
