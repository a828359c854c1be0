"""The page of a new version: both texts side by side, and one button that says what it does."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from core.models import User
from rfp_manager.models import RFP, Question, RFPMembership, RFPQuestionDocument
from rfp_manager.services.excel_processor import import_questions
from rfp_manager.tests.factories import QuestionDocumentFactory, RFPFactory

pytestmark = pytest.mark.django_db

TEXTS = [
    "Are logs kept for 30 days?",
    "Where is data stored?",
    "Is data encrypted at rest?",
    "Which firm audits you?",
    "Who may read our data?",
]

COLUMNS = {
    "header_rows": [1],
    "id_column": "A",
    "question_column": "B",
    "section_column": None,
    "answer_columns": [],
}


def layout(texts: list[str]) -> dict[str, Any]:
    rows = [
        {"row": number, "identifier": f"Q-{number}", "section": "", "text": text, "answers": []}
        for number, text in enumerate(texts, start=2)
    ]
    return {
        "sheets": [
            {"sheet": "Questions", "is_question_sheet": True, "state": "visible", "questions": rows} | COLUMNS
        ]
    }


@pytest.fixture
def first(rfp: RFP, alice: User) -> RFPQuestionDocument:
    document = QuestionDocumentFactory(
        rfp=rfp, title="first.xlsx", layout_status="detected", layout=layout(TEXTS)
    )
    import_questions(document, sheets=["Questions"], user=alice)
    return RFPQuestionDocument.objects.get(pk=document.pk)


@pytest.fixture
def second(rfp: RFP, first: RFPQuestionDocument) -> RFPQuestionDocument:
    texts = ["Are logs kept for 90 days?", *TEXTS[1:4], "Do you have an office in Kiel?"]
    return QuestionDocumentFactory(
        rfp=rfp, title="second.xlsx", layout_status="detected", layout=layout(texts)
    )


def url_of(document: RFPQuestionDocument, name: str = "revision") -> str:
    return reverse(f"rfp_manager:{name}", args=[document.rfp_id, document.pk])


def test_the_page_shows_both_wordings_and_offers_the_likely_predecessor(
    client: Client, bob: User, first: RFPQuestionDocument, second: RFPQuestionDocument
) -> None:
    client.force_login(bob)
    response = client.get(url_of(second))
    page = response.content.decode()
    assert response.context["replaced"] == first
    assert ">30</del>" in page
    assert ">90</ins>" in page
    assert "Do you have an office in Kiel?" in page
    assert "Who may read our data?" in page


def test_the_workbooks_page_offers_the_comparison(
    client: Client, bob: User, first: RFPQuestionDocument, second: RFPQuestionDocument
) -> None:
    client.force_login(bob)
    assert url_of(second) in client.get(url_of(second, "workbook")).content.decode()
    # Right after the upload the page waits for the layout and asks for it alone.
    layout_alone = client.get(
        url_of(second, "workbook"), headers={"HX-Request": "true", "HX-Target": "layout"}
    )
    assert url_of(second) in layout_alone.content.decode()
    assert url_of(first) not in client.get(url_of(first, "workbook")).content.decode()


def test_where_a_version_is_likely_comparing_is_the_main_step_and_not_importing(
    client: Client, bob: User, first: RFPQuestionDocument, second: RFPQuestionDocument
) -> None:
    client.force_login(bob)
    page = client.get(url_of(second, "workbook")).content.decode()
    assert page.count("btn-primary") == 1
    assert f'btn-primary btn-sm" href="{url_of(second)}"' in page


def test_confirming_carries_over_and_the_report_stays(
    client: Client, bob: User, first: RFPQuestionDocument, second: RFPQuestionDocument
) -> None:
    client.force_login(bob)
    seen = client.get(url_of(second)).context["seen"]
    client.post(url_of(second, "revision_apply"), {"of": first.pk, "seen": seen})
    assert set(Question.objects.values_list("document", flat=True)) == {second.pk}
    page = client.get(url_of(second)).content.decode()
    assert "It replaced first.xlsx" in page
    assert ">30</del>" in page
    assert "Replace the old version" not in page


def test_an_old_comparison_is_shown_again_instead_of_written(
    client: Client, bob: User, first: RFPQuestionDocument, second: RFPQuestionDocument
) -> None:
    client.force_login(bob)
    response = client.post(url_of(second, "revision_apply"), {"of": first.pk, "seen": "0"}, follow=True)
    assert "Something changed since" in response.content.decode()
    assert set(Question.objects.values_list("document", flat=True)) == {first.pk}


def test_a_workbook_of_another_rfp_is_nothing_to_compare_with(
    client: Client, bob: User, alice: User, second: RFPQuestionDocument
) -> None:
    other = QuestionDocumentFactory(
        rfp=RFPFactory(owner=alice), layout_status="confirmed", layout=layout(TEXTS)
    )
    client.force_login(bob)
    assert client.get(f"{url_of(second)}?of={other.pk}").context["replaced"] is None
    client.post(url_of(second, "revision_apply"), {"of": other.pk, "seen": "0"})
    second.refresh_from_db()
    assert second.layout_status == "detected"


def test_a_viewer_looks_and_does_not_replace(
    client: Client, charlie: User, rfp: RFP, first: RFPQuestionDocument, second: RFPQuestionDocument
) -> None:
    RFPMembership.objects.create(rfp=rfp, user=charlie, role=RFPMembership.Role.VIEWER)
    client.force_login(charlie)
    response = client.get(url_of(second))
    assert "Replace the old version" not in response.content.decode()
    data = {"of": first.pk, "seen": response.context["seen"]}
    assert client.post(url_of(second, "revision_apply"), data).status_code == 403


def test_without_an_imported_workbook_it_says_what_to_do(client: Client, bob: User, rfp: RFP) -> None:
    document = QuestionDocumentFactory(rfp=rfp, layout_status="detected", layout=layout(TEXTS))
    client.force_login(bob)
    assert "nothing to compare it with" in client.get(url_of(document)).content.decode()
