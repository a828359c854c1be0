"""The go / no-go sheet: evidence that is measured, scores and decisions that are kept, and a status that is offered."""

import datetime as dt
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from core.models import AuditEvent, User
from rfp_manager.models import RFP, Answer, BidAssessment, BidCriterion, BidDecision, RFPMembership
from rfp_manager.services import bids
from rfp_manager.services.bid_evidence import Evidence, gather_evidence, measure_coverage
from rfp_manager.services.briefs import build_brief
from rfp_manager.tests.factories import (
    InformationDocumentFactory,
    QuestionDocumentFactory,
    QuestionFactory,
    RFPFactory,
    answered,
)

pytestmark = pytest.mark.django_db


def evidence(rfp: RFP, user: User) -> dict[str, Evidence]:
    return gather_evidence(rfp, brief=build_brief(rfp), user=user)


def url(name: str, rfp: RFP) -> str:
    return reverse(f"rfp_manager:{name}", args=[rfp.pk])


@pytest.fixture
def asked(rfp: RFP) -> RFP:
    """Five questions: two supported, one that needs a look, one gap, one not drafted."""
    document = QuestionDocumentFactory(rfp=rfp)
    rows = [QuestionFactory(document=document) for _ in range(5)]
    answered(rows[0])
    answered(rows[1])
    answered(rows[2], status=Answer.Status.NEEDS_REVIEW)
    answered(rows[3], status=Answer.Status.NO_ANSWER, text="", choice="")
    return rfp


def test_coverage_is_measured_from_the_drafts(asked: RFP, alice: User) -> None:
    coverage = measure_coverage(asked)
    assert (coverage.asked, coverage.drafted, coverage.supported, coverage.gaps) == (5, 4, 2, 1)
    assert coverage.share == 0.4
    facts = evidence(asked, alice)[BidCriterion.COVERAGE].facts
    assert facts[0] == "2 of 5 questions (40%) have a draft that the library supports."
    assert "Not drafted yet: 1." in facts


def test_what_a_person_wrote_says_nothing_about_the_library(asked: RFP) -> None:
    Answer.objects.update(origin=Answer.Origin.HUMAN)
    assert measure_coverage(asked).supported == 0


def test_nothing_is_measured_before_anything_was_drafted(rfp: RFP, alice: User) -> None:
    assert evidence(rfp, alice)[BidCriterion.COVERAGE].facts == ("No questions are imported yet.",)
    QuestionFactory(document=QuestionDocumentFactory(rfp=rfp))
    assert measure_coverage(rfp).share is None
    assert "none drafted yet" in evidence(rfp, alice)[BidCriterion.COVERAGE].facts[0]


def test_the_brief_is_the_evidence_for_requirements_risks_and_deadlines(rfp: RFP, alice: User) -> None:
    texts = {"Mandatory requirements": 7, "Red flags": 1, "Deadlines": 1}
    points = [
        {"topic": topic, "text": f"{topic} number {n}.", "page": n}
        for topic, count in texts.items()
        for n in range(1, count + 1)
    ]
    InformationDocumentFactory(rfp=rfp, summary_status="ready", summary_points=points, page_count=12)
    rfp.due_at = timezone.now() + dt.timedelta(days=9)
    found = evidence(rfp, alice)
    assert (len(found[BidCriterion.MANDATORY].items), found[BidCriterion.MANDATORY].more) == (5, 2)
    assert found[BidCriterion.RISK].items[0].text == "Red flags number 1."
    assert found[BidCriterion.DEADLINE].facts == ("9 days left.",)
    assert found[BidCriterion.EFFORT].facts == ("1 information document, 12 pages.",)


def test_only_rfps_that_the_reader_may_see_count_as_known(rfp: RFP, alice: User, bob: User) -> None:
    RFPFactory(customer=rfp.customer, owner=alice, status=RFP.Status.WON)
    [fact] = evidence(rfp, alice)[BidCriterion.COMPETITION].facts
    assert "1 other RFP of" in fact
    assert "1 won" in fact
    [fact] = evidence(rfp, bob)[BidCriterion.COMPETITION].facts
    assert "known to you" in fact


def assess(client: Client, rfp: RFP, **data: Any) -> Any:
    values = {"criterion": "risk", "version": 0, "score": "2", "note": "Unlimited liability."}
    return client.post(url("bid_assess", rfp), values | data)


def test_a_score_is_kept_with_its_note_and_what_was_said_before(client: Client, rfp: RFP, bob: User) -> None:
    client.force_login(bob)
    assert assess(client, rfp).status_code == 302
    assert assess(client, rfp, version=1, score="4", note="Legal has settled it.").status_code == 302
    assert assess(client, rfp, version=2, score="4", note="Legal has settled it.").status_code == 302
    row = next(row for row in bids.assessments_of(rfp) if row.criterion == BidCriterion.RISK)
    assert row.now is not None
    assert (row.now.score, row.now.note, row.now.assessed_by) == (4, "Legal has settled it.", bob)
    assert [old.note for old in row.earlier] == ["Unlimited liability."]
    page = client.get(url("bid", rfp)).content.decode()
    assert "Rather for" in page
    assert "Unlimited liability." in page


def test_two_people_do_not_overwrite_each_other(client: Client, rfp: RFP, alice: User, bob: User) -> None:
    bids.assess(rfp, criterion="risk", score=1, note="Alice was here.", expected_version=0, user=alice)
    client.force_login(bob)
    response = assess(client, rfp, note="Bob too.")
    assert response.status_code == 409
    page = response.content.decode()
    assert "Alice was here." in page
    assert "Bob too." in page
    assert BidAssessment.objects.count() == 1
    assert 'name="version" value="1"' in page


@pytest.mark.parametrize(
    "wrong", [{"criterion": "mood"}, {"score": "9"}, {"version": "-1"}, {"note": "x" * 4001}]
)
def test_what_is_no_score_is_refused(client: Client, rfp: RFP, bob: User, wrong: dict[str, str]) -> None:
    client.force_login(bob)
    assert assess(client, rfp, **wrong).status_code == 422
    assert not BidAssessment.objects.exists()


def decide(client: Client, rfp: RFP, decision: str, reason: str = "The terms are fine.") -> int:
    return client.post(url("bid_decide", rfp), {"decision": decision, "reason": reason}).status_code


def test_a_decision_names_who_when_and_why_and_earlier_ones_stay(
    client: Client, rfp: RFP, alice: User, bob: User
) -> None:
    client.force_login(bob)
    assess(client, rfp)
    assert decide(client, rfp, "no_go", "The liability is unlimited.") == 302
    client.force_login(alice)
    assert decide(client, rfp, "go", "Legal has settled it.") == 302
    first, second = BidDecision.objects.order_by("pk")
    assert (first.decided_by, first.reason) == (bob, "The liability is unlimited.")
    assert first.scores == [{"criterion": "risk", "score": 2, "note": "Unlimited liability."}]
    assert bids.latest_decision(rfp) == second
    page = client.get(url("bid", rfp)).content.decode()
    assert "Legal has settled it." in page
    assert "The liability is unlimited." in page
    event = AuditEvent.objects.filter(action="bid.decided").order_by("pk").first()
    assert event is not None
    assert event.detail["decision"] == "no_go"


def test_a_go_or_no_go_needs_a_reason(client: Client, rfp: RFP, bob: User) -> None:
    client.force_login(bob)
    assert decide(client, rfp, "go", "  ") == 422
    assert decide(client, rfp, "no_go", "") == 422
    assert decide(client, rfp, "maybe") == 422
    assert decide(client, rfp, "undecided", "") == 302
    assert BidDecision.objects.count() == 1


def test_a_no_go_offers_to_drop_the_rfp_and_does_not_do_it(client: Client, rfp: RFP, alice: User) -> None:
    client.force_login(alice)
    client.post(url("bid_drop", rfp))
    rfp.refresh_from_db()
    assert rfp.status == RFP.Status.PREPARING
    decide(client, rfp, "no_go")
    rfp.refresh_from_db()
    assert rfp.status == RFP.Status.PREPARING
    assert "Set to “Not answered”" in client.get(url("bid", rfp)).content.decode()
    client.post(url("bid_drop", rfp))
    rfp.refresh_from_db()
    assert rfp.status == RFP.Status.DROPPED
    event = AuditEvent.objects.get(action="rfp.status_changed")
    assert (event.actor, event.detail) == (alice, {"from": "preparing", "to": "dropped"})


def test_a_dropped_rfp_is_taken_up_again_after_another_decision(
    client: Client, asked: RFP, alice: User
) -> None:
    client.force_login(alice)
    decide(client, asked, "no_go")
    client.post(url("bid_drop", asked))
    client.post(url("bid_take_up", asked))
    asked.refresh_from_db()
    assert asked.status == RFP.Status.DROPPED
    decide(client, asked, "go")
    assert "Take it up again" in client.get(url("bid", asked)).content.decode()
    client.post(url("bid_take_up", asked))
    asked.refresh_from_db()
    assert asked.status == RFP.Status.ANSWERING


def test_a_viewer_reads_the_sheet_and_has_nothing_to_press(client: Client, rfp: RFP, charlie: User) -> None:
    RFPMembership.objects.create(rfp=rfp, user=charlie, role="viewer")
    bids.decide(rfp, decision="no_go", reason="Too late.", user=rfp.owner)
    client.force_login(charlie)
    page = client.get(url("bid", rfp)).content.decode()
    assert "Too late." in page
    assert "<textarea" not in page
    assert url("bid_drop", rfp) not in page


# Session, person, preferences and shell, the RFP and its documents, three of evidence, decisions and assessments.
QUERIES = 9


def test_the_sheet_costs_the_same_however_long_its_history(
    client: Client, asked: RFP, alice: User, bob: User, django_assert_num_queries: Any
) -> None:
    for version in range(6):
        for criterion in BidCriterion.values:
            bids.assess(
                asked, criterion=criterion, score=version % 5 + 1, note="", expected_version=version, user=bob
            )
        bids.decide(asked, decision="undecided", reason="", user=bob)
    client.force_login(alice)
    client.get(url("bid", asked))
    with django_assert_num_queries(QUERIES):
        client.get(url("bid", asked))
