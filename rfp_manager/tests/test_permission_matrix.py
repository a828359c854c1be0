"""Who may do what to a question in which state, as one table: role x action x state."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from core.models import User
from rfp_manager.models import RFP, Question, RFPMembership
from rfp_manager.services import answering
from rfp_manager.tests.factories import QuestionDocumentFactory, QuestionFactory, answered

pytestmark = pytest.mark.django_db

Role = RFPMembership.Role
Status = Question.Status
ROLES = [*Role.values, "outsider"]

# Each action: the route, what is sent, who may, in which states it has an effect, and the state after it.
EDITORS, APPROVERS = {"manager", "contributor", "reviewer"}, {"manager", "reviewer"}
OPEN = {"unanswered", "drafted", "in_review", "declined"}
WORDS = {"text": "We do.", "choice": "Yes"}
ACTIONS: dict[str, tuple[str, dict[str, Any], set[str], dict[str, str]]] = {
    "save": (
        "answer_save",
        WORDS,
        EDITORS,
        {"unanswered": "drafted", "drafted": "drafted", "in_review": "in_review", "declined": "drafted"},
    ),
    "save and approve": ("answer_save", WORDS | {"approve": "1"}, APPROVERS, dict.fromkeys(OPEN, "approved")),
    "submit": ("answer_submit", {}, EDITORS, {"drafted": "in_review"}),
    "decline": ("answer_decline", {"reason": "Out of scope"}, EDITORS, dict.fromkeys(OPEN, "declined")),
    "reopen": (
        "answer_reopen",
        {},
        EDITORS,
        {"in_review": "drafted", "declined": "drafted", "approved": "drafted"},
    ),
    "approve": ("bulk_approve", {}, APPROVERS, {"drafted": "approved", "in_review": "approved"}),
    "assign": ("answer_assign", {"assignee": ""}, EDITORS, {}),
    "preview": ("answer_preview", WORDS, EDITORS, {}),
    "comment": ("comment_add", {"text": "A word"}, set(Role.values), {}),
}
# What is approved is opened again by those who approve.
IN_THAT_STATE = {("reopen", "approved"): APPROVERS}


@pytest.fixture
def question(rfp: RFP) -> Question:
    return QuestionFactory(document=QuestionDocumentFactory(rfp=rfp))


@pytest.fixture
def put(question: Question, alice: User) -> Callable[[str], None]:
    """Bring the question into a state, as people would."""

    def bring(status: str) -> None:
        if status in {"drafted", "in_review", "approved"}:
            answered(question, text="A draft.")
        if status == "in_review":
            answering.submit_for_review([question.pk], rfp=question.rfp)
        elif status == "approved":
            answering.approve([question.pk], rfp=question.rfp, user=alice)
        elif status == "declined":
            answering.decline(question, reason="Later")

    return bring


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("status", Status.values)
@pytest.mark.parametrize("action", ACTIONS)
def test_the_table(
    client: Client,
    charlie: User,
    question: Question,
    put: Callable[[str], None],
    action: str,
    status: str,
    role: str,
) -> None:
    name, data, allowed, effect = ACTIONS[action]
    may = role in IN_THAT_STATE.get((action, status), allowed)
    if role != "outsider":
        RFPMembership.objects.create(rfp=question.rfp, user=charlie, role=role)
    put(status)
    version = 1 if status in {"drafted", "in_review", "approved"} else 0
    client.force_login(charlie)
    bulk = name == "bulk_approve"
    url = reverse(f"rfp_manager:{name}", args=[question.rfp_id] if bulk else [question.rfp_id, question.pk])
    response = client.post(url, data | {"version": version, "question": question.pk})
    refusal = {404} if role == "outsider" else {403}
    # 422: allowed to this role, but not in this state; the page says why.
    assert response.status_code in ({200, 302, 422} if may else refusal)
    question.refresh_from_db()
    assert question.status == (effect.get(status, status) if may else status)


# What is done to the RFP itself: the route, what is sent, and who may.
MANAGERS = {"manager"}
READERS = set(Role.values)
ON_THE_RFP: dict[str, tuple[str, dict[str, Any] | None, set[str]]] = {
    "read the brief": ("brief", None, READERS),
    "take a date over": ("date_take", {"field": "due_at", "moment": "2027-02-26T12:00:00+00:00"}, MANAGERS),
    "read the go / no-go sheet": ("bid", None, READERS),
    "score a criterion": ("bid_assess", {"criterion": "risk", "version": 0, "score": "2"}, EDITORS),
    "decide": ("bid_decide", {"decision": "go", "reason": "We can."}, EDITORS),
    "look at a redraft": ("bulk_redraft", {}, EDITORS),
    "start a redraft": ("bulk_redraft_start", {}, EDITORS),
    "be here": ("here", {}, READERS),
    "set a due date": ("bulk_due", {"due_on": "2027-02-26"}, EDITORS),
    "see who knows": ("bulk_experts", None, EDITORS),
    "give out to who knows": ("bulk_experts_assign", {}, EDITORS),
    "see the views": ("view_list", None, READERS),
    "keep a view": ("view_save", {"name": "Mine"}, READERS),
    "keep a view for the team": ("view_save", {"name": "Ours", "shared": "on"}, EDITORS),
    "say where it stands": ("status", {"status": "submitted", "seen": "preparing"}, MANAGERS),
    "follow a no-go": ("bid_drop", {}, MANAGERS),
    "take it up again": ("bid_take_up", {}, MANAGERS),
}


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("action", ON_THE_RFP)
def test_the_table_of_the_rfp(client: Client, charlie: User, rfp: RFP, action: str, role: str) -> None:
    name, data, allowed = ON_THE_RFP[action]
    if role != "outsider":
        RFPMembership.objects.create(rfp=rfp, user=charlie, role=role)
    client.force_login(charlie)
    url = reverse(f"rfp_manager:{name}", args=[rfp.pk])
    response = client.get(url) if data is None else client.post(url, data)
    refusal = 404 if role == "outsider" else 403
    assert response.status_code == (
        (200 if data is None or action == "be here" else 302) if role in allowed else refusal
    )
    assert rfp.bid_decisions.count() == int(action == "decide" and role in allowed)
    assert rfp.bid_assessments.count() == int(action == "score a criterion" and role in allowed)
