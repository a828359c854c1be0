"""The cells of a row beside its answer: a person fills them in, and they go out with the answer."""

from io import BytesIO
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from core.models import User
from rfp_manager.exceptions import AnswerConflict, RFPError, TransitionRefused
from rfp_manager.models import RFP, FurtherCell, Question, RFPMembership, RFPQuestionDocument
from rfp_manager.services import answering
from rfp_manager.services.further_cells import further_values, open_cells, save_further_cells
from rfp_manager.services.revision_comparison import compare_versions
from rfp_manager.services.revisions import apply_revision
from rfp_manager.tests.detection_texts import REQUIREMENTS
from rfp_manager.tests.exporting import approved, detected, exported, imported, not_written
from rfp_manager.tests.factories import QuestionDocumentFactory, QuestionFactory, add_member, answered
from rfp_manager.tests.workbook_factory import Sheet, build, heading

pytestmark = pytest.mark.django_db
TITLES = ("ID", "Requirement", "Supported today", "Customisation needed", "Comment")
DEGREES = ["None", "Some", "Much"]
# The answer's form, with the cells that scripts send along.
APPROVING = {
    "text": "It is there.",
    "choice": "Yes",
    "version": "0",
    "approve": "1",
    "seen": "0",
    "cell_D": "Some",
}


def two_lists(titles: tuple[str, ...] = TITLES, second: list[str] = DEGREES) -> Sheet:
    """As many lists as there are titles between the requirement and the comment; the last is the second."""
    blanks = [""] * (len(titles) - 2)
    rows = [heading(*titles), *[[f"R{n}", text, *blanks] for n, text in enumerate(REQUIREMENTS, 1)]]
    last = chr(ord("A") + len(titles) - 2)
    return Sheet("Form", rows, lists={"C2:C9": ["Yes", "No"], f"{last}2:{last}9": second})


@pytest.fixture
def question(rfp: RFP, alice: User) -> Question:
    return imported(rfp, alice, two_lists())[0]


def fill(question: Question, user: User, **values: str) -> None:
    seen = max((row.pk for row in question.further_cells.all()), default=0)
    save_further_cells(question, values, seen=seen, user=user)


def save_url(question: Question) -> str:
    return reverse("rfp_manager:further_save", args=[question.rfp_id, question.pk])


def page_of(client: Client, question: Question) -> str:
    url = reverse("rfp_manager:question", args=[question.rfp_id, question.pk])
    return client.get(url).content.decode()


def test_a_second_list_is_open_and_goes_out_with_the_answer(question: Question, alice: User) -> None:
    assert [(place.column, place.options) for place in open_cells(question)] == [("D", DEGREES)]
    fill(question, alice, D="Some")
    approved(question, user=alice, choice="Yes", text="It is there.")
    sheet, export = exported(question, alice)
    assert [sheet[cell].value for cell in ("C2", "D2", "E2")] == ["Yes", "Some", "It is there."]
    assert not_written(export) == {}


def test_a_second_group_of_marks_is_marked(rfp: RFP, alice: User) -> None:
    rows = [
        heading("ID", "Requirement", "Today", "", "Roadmap", "", "Remarks"),
        heading("", "", "Yes", "No", "Yes", "No", ""),
        *[[f"R{n}", text, *[""] * 5] for n, text in enumerate(REQUIREMENTS, 1)],
    ]
    merges = ["A1:A2", "B1:B2", "C1:D1", "E1:F1", "G1:G2"]
    question = imported(rfp, alice, Sheet("Form", rows, merges=merges))[0]
    fill(question, alice, E="Yes")
    approved(question, user=alice, choice="No", text="")
    sheet, export = exported(question, alice)
    assert [cell.value for cell in sheet[3][2:6]] == [None, "X", "X", None]
    assert not_written(export) == {}


def test_words_of_ones_own_take_the_place_of_the_sources(alice: User, rfp: RFP) -> None:
    cells = [
        {"cell": "C2", "role": "narrative", "kind": "value", "allowed": None, "filled": False},
        {"cell": "D2", "role": "narrative", "kind": "value", "allowed": None, "filled": False},
        {"cell": "E2", "role": "evidence", "kind": "value", "allowed": None, "filled": False},
        {"cell": "F2", "role": "narrative", "kind": "value", "allowed": None, "filled": True},
    ]
    question = QuestionFactory(document=QuestionDocumentFactory(rfp=rfp), answer_cells=cells)
    assert [(place.column, place.role) for place in open_cells(question)] == [
        ("D", "narrative"),
        ("E", "evidence"),
    ]


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"D": "Plenty"}, "not one of the customer's choices"),
        ({"E": "Words"}, "Column E"),
        ({"ZZZ": "Words"}, "Column ZZZ"),
    ],
    ids=["not offered", "the answer's own", "no cell"],
)
def test_what_the_row_does_not_take_is_refused(
    question: Question, alice: User, values: dict[str, str], said: str
) -> None:
    with pytest.raises(RFPError, match=said):
        fill(question, alice, **values)
    assert not FurtherCell.objects.exists()


def test_only_what_changed_is_kept_and_nothing_is_lost_by_it(question: Question, alice: User) -> None:
    for value in ("Some", "Some", "Much", ""):
        fill(question, alice, D=value)
    assert [row.value for row in question.further_cells.all()] == ["Some", "Much", ""]
    assert further_values(question) == {}


def test_somebody_elses_in_between_is_a_conflict(question: Question, alice: User, bob: User) -> None:
    save_further_cells(question, {"D": "Some"}, seen=0, user=bob)
    with pytest.raises(AnswerConflict):
        save_further_cells(question, {"D": "Much"}, seen=0, user=alice)
    assert further_values(question) == {"D": "Some"}


def test_an_approved_answers_cells_are_locked(question: Question, alice: User) -> None:
    approved(question, user=alice, choice="Yes")
    with pytest.raises(TransitionRefused):
        fill(question, alice, D="Some")


def test_a_value_that_is_no_longer_offered_is_reported_and_not_written(
    question: Question, alice: User
) -> None:
    fill(question, alice, D="Some")
    question.answer_cells = [
        cell | {"allowed": ["None", "Much"]} if cell["cell"] == "D2" else cell
        for cell in question.answer_cells
    ]
    question.save()
    approved(question, user=alice, choice="Yes", text="It is there.")
    sheet, export = exported(question, alice)
    assert sheet["D2"].value is None
    assert "Some" in next(row["detail"] for row in export.report["skipped"] if row["cell"] == "D2")


def revise(question: Question, user: User, book: bytes) -> Question:
    first = RFPQuestionDocument.objects.get(pk=question.document_id)
    second = detected(question.rfp, book, user)
    seen = compare_versions(second, replaced=first).digest
    apply_revision(second, replaced=first, seen=seen, user=user)
    question.refresh_from_db()
    return question


def test_values_move_with_their_column_to_a_new_version(question: Question, alice: User) -> None:
    fill(question, alice, D="Some")
    titles = ("ID", "Requirement", "Supported today", "Priority", "Customisation needed", "Comment")
    question = revise(question, alice, build(two_lists(titles)).getvalue())
    assert [place.column for place in open_cells(question)] == ["E"]
    assert further_values(question) == {"E": "Some"}


def test_values_whose_list_became_another_are_taken_back_and_the_answer_is_looked_at(
    question: Question, alice: User
) -> None:
    fill(question, alice, D="Some")
    approved(question, user=alice, choice="Yes", text="It is there.")
    question = revise(question, alice, build(two_lists(second=["Small", "Some", "Large"])).getvalue())
    assert further_values(question) == {}
    assert question.status == Question.Status.IN_REVIEW
    assert "cells of this row" in question.answer.missing


def test_what_we_sent_in_a_second_list_is_ours_to_write_again(question: Question, alice: User) -> None:
    fill(question, alice, D="Some")
    approved(question, user=alice, choice="Yes", text="It is there.")
    _sheet, export = exported(question, alice)
    with export.export_file.open("rb") as file:
        question = revise(question, alice, BytesIO(file.read()).getvalue())
    assert [cell["filled"] for cell in question.answer_cells] == [False, False, False]
    assert further_values(question) == {"D": "Some"}


def test_the_page_names_the_column_and_saves(client: Client, question: Question, bob: User) -> None:
    client.force_login(bob)
    page = page_of(client, question)
    assert "Customisation needed" in page
    client.post(save_url(question), {"seen": "0", "cell_D": "Much"})
    assert further_values(question) == {"D": "Much"}
    assert FurtherCell.objects.get().edited_by == bob


def test_what_was_just_entered_is_saved_before_the_approval_locks_it(
    client: Client, question: Question, alice: User
) -> None:
    client.force_login(alice)
    url = reverse("rfp_manager:answer_save", args=[question.rfp_id, question.pk])
    client.post(url, APPROVING)
    question.refresh_from_db()
    assert (question.status, further_values(question)) == (Question.Status.APPROVED, {"D": "Some"})
    late = client.post(save_url(question), {"seen": "0", "cell_D": "Some"}, headers={"HX-Request": "true"})
    assert late.status_code == 200


def test_cells_that_are_not_saved_keep_the_answer_from_being_approved(
    client: Client, question: Question, alice: User, bob: User
) -> None:
    fill(question, bob, D="Much")
    client.force_login(alice)
    url = reverse("rfp_manager:answer_save", args=[question.rfp_id, question.pk])
    response = client.post(url, APPROVING)
    question.refresh_from_db()
    assert (response.status_code, question.status) == (422, Question.Status.UNANSWERED)
    assert response.context["form"]["text"].value() == "It is there."
    assert "Much" in response.context["further_form"].non_field_errors()[0]


def test_htmx_gets_the_line_alone_with_what_to_send_next(
    client: Client, question: Question, bob: User
) -> None:
    client.force_login(bob)
    sent: dict[str, Any] = {"seen": "0", "cell_D": "Much"}
    answer = client.post(save_url(question), sent, headers={"HX-Request": "true"}).content.decode()
    assert "Saved" in answer
    assert f'value="{FurtherCell.objects.get().pk}"' in answer
    assert "answer-form" not in answer


def test_a_conflict_on_the_page_shows_theirs_and_keeps_yours(
    client: Client, question: Question, alice: User, bob: User
) -> None:
    fill(question, alice, D="Some")
    client.force_login(bob)
    response = client.post(save_url(question), {"seen": "0", "cell_D": "Much"})
    assert response.status_code == 422
    form = response.context["further_form"]
    assert "Customisation needed: Some" in form.non_field_errors()[0]
    assert form["cell_D"].value() == "Much"
    client.post(save_url(question), {"seen": form["seen"].value(), "cell_D": "Much"})
    assert further_values(question) == {"D": "Much"}


def test_a_viewer_reads_them_and_an_outsider_finds_nothing(
    client: Client, question: Question, alice: User, charlie: User
) -> None:
    fill(question, alice, D="Some")
    client.force_login(charlie)
    assert client.post(save_url(question), {"seen": "0", "cell_D": "Much"}).status_code == 404
    add_member(question.rfp, charlie, RFPMembership.Role.VIEWER)
    assert client.post(save_url(question), {"seen": "0", "cell_D": "Much"}).status_code == 403
    page = page_of(client, question)
    assert "Some" in page
    assert "further-state" not in page


def test_a_row_that_the_answer_fills_has_no_such_form(client: Client, rfp: RFP, bob: User) -> None:
    question = QuestionFactory(document=QuestionDocumentFactory(rfp=rfp))
    client.force_login(bob)
    assert "further-state" not in page_of(client, question)
    assert client.post(save_url(question), {"seen": "0"}).status_code == 404


def test_over_the_api(client: Client, question: Question, bob: User) -> None:
    client.force_login(bob)
    url = f"/api/v1/rfps/{question.rfp_id}/questions/{question.pk}/cells"
    before = client.get(url).json()
    assert before["version"] == 0
    assert [(row["column"], row["heading"], row["options"]) for row in before["cells"]] == [
        ("D", "Customisation needed", DEGREES)
    ]
    after = client.put(url, {"version": 0, "values": {"D": "Much"}}, content_type="application/json").json()
    assert after["cells"][0]["value"] == "Much"
    again = client.put(url, {"version": 0, "values": {"D": "None"}}, content_type="application/json")
    assert again.status_code == 409


def test_an_export_of_many_rows_reads_them_at_once(rfp: RFP, alice: User) -> None:
    questions = imported(rfp, alice, two_lists())
    for question in questions:
        fill(question, alice, D="Some")
        answered(question, choice="Yes", text="It is there.")
    answering.approve([question.pk for question in questions], rfp=rfp, user=alice)
    with CaptureQueriesContext(
        connection,
    ) as caught:
        sheet, _export = exported(questions[0], alice)
    assert [sheet[f"D{row}"].value for row in range(2, 2 + len(questions))] == ["Some"] * len(questions)
    assert sum("rfp_manager_furthercell" in query["sql"] for query in caught.captured_queries) == 1
