import pytest
from django.test import Client
from django.urls import reverse

from core.models import User
from core.tests.factories import UserFactory
from rfp_manager.models import RFP, Question
from rfp_manager.permissions import Action, allowed_actions
from rfp_manager.tests.factories import QuestionDocumentFactory, QuestionFactory, add_member, answered

pytestmark = pytest.mark.django_db

# role: what it may do
MATRIX = {
    "manager": {"view", "edit", "approve", "export", "manage", "offer"},
    "reviewer": {"view", "edit", "approve", "export"},
    "contributor": {"view", "edit", "export"},
    "viewer": {"view"},
}


@pytest.mark.parametrize("role", MATRIX)
def test_each_role_allows_exactly_its_actions(rfp: RFP, charlie: User, role: str) -> None:
    add_member(rfp, charlie, role)
    assert allowed_actions(rfp, charlie) == {Action(name) for name in MATRIX[role]}


def test_the_owner_manages_and_an_outsider_may_nothing(rfp: RFP, alice: User, charlie: User) -> None:
    assert allowed_actions(rfp, alice) == set(Action)
    assert allowed_actions(rfp, charlie) == set()


@pytest.mark.parametrize("role", MATRIX)
@pytest.mark.parametrize(
    ("route", "action"),
    [
        ("draft", "edit"),
        ("bulk_submit", "edit"),
        ("bulk_undo", "edit"),
        ("contradiction_dismiss", "edit"),
        ("contradiction_restore", "edit"),
        ("bulk_approve", "approve"),
        ("upload_information", "edit"),
        ("upload_workbook", "edit"),
        ("edit", "manage"),
        ("team", "manage"),
        ("library_offer", "offer"),
    ],
)
def test_a_role_that_does_not_allow_it_gets_403(
    client: Client, rfp: RFP, role: str, route: str, action: str
) -> None:
    user = UserFactory()
    add_member(rfp, user, role)
    client.force_login(user)
    status = client.post(reverse(f"rfp_manager:{route}", args=[rfp.pk])).status_code
    assert (status != 403) == (action in MATRIX[role])


def test_a_contributor_cannot_approve_by_the_save_button(client: Client, rfp: RFP, bob: User) -> None:
    question = QuestionFactory(document=QuestionDocumentFactory(rfp=rfp))
    answered(question)
    client.force_login(bob)
    url = reverse("rfp_manager:answer_save", args=[rfp.pk, question.pk])
    response = client.post(url, {"text": "Mine", "choice": "Yes", "version": 1, "approve": "1"})
    question.refresh_from_db()
    assert response.status_code == 403
    assert question.status == Question.Status.DRAFTED


def test_extra_fields_in_a_form_are_ignored(client: Client, rfp: RFP, alice: User, charlie: User) -> None:
    client.force_login(alice)
    data = {
        "title": "New title",
        "customer": rfp.customer_id,
        "solutions": [],
        "owner": charlie.pk,
        "status": "won",
    }
    client.post(reverse("rfp_manager:edit", args=[rfp.pk]), data)
    rfp.refresh_from_db()
    assert (rfp.owner, rfp.status) == (alice, RFP.Status.PREPARING)
