"""What the pages of an RFP can do, programs can do too: brief, dates, go / no-go, due dates, views, parts and cost."""

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest

from core.models import User
from rfp_manager.models import RFP, Answer, Question
from spelunker.tests.api.caller import Caller
from spelunker.tests.api.world import World, build_world

pytestmark = pytest.mark.django_db

PARTS = [
    {"text": "Is it encrypted", "covered": True, "sentences": [0], "said": ["It is."]},
    {"text": "who holds the keys?", "covered": False, "sentences": [], "said": []},
]


@pytest.fixture
def world(rfp: RFP, alice: User) -> World:
    return build_world(rfp, alice)


@pytest.fixture
def at(world: World) -> str:
    return f"/rfps/{world.ids['rfp_id']}"


def partly_answered(question: int) -> None:
    Answer.objects.filter(question=question).update(
        parts=PARTS, open_parts=1, input_tokens=900, output_tokens=40, llm_cost=Decimal("0.0123")
    )


def test_the_brief_has_the_places_that_say_it(as_bob: Caller, at: str, rfp: RFP) -> None:
    point = {"topic": "Deadlines", "text": "Due on 12 May 2027.", "page": 3, "quote": "Due on 12 May 2027."}
    document = rfp.information_documents.get()
    rfp.information_documents.update(summary_points=[point])
    brief = as_bob.get(f"{at}/brief").json()
    assert brief["read"] == [document.pk]
    (section,) = brief["sections"]
    assert (section["title"], section["items"][0]["sources"][0]["page"]) == ("Deadlines", 3)
    summary = as_bob.get(f"{at}/information-documents/{document.pk}/summary").json()
    assert summary["sections"] == brief["sections"]


def test_an_offered_date_is_taken_and_another_is_refused(as_alice: Caller, at: str, rfp: RFP) -> None:
    due, until = as_alice.get(f"{at}/dates").json()["fields"]
    assert (due["field"], due["value"], until["offers"]) == ("due_at", None, [])
    moment = due["offers"][0]["moment"]
    taken = as_alice.post(f"{at}/dates", {"field": "due_at", "moment": moment})
    assert taken.json()["fields"][0]["offers"][0]["taken"] is True
    rfp.refresh_from_db()
    assert rfp.due_at == dt.datetime(2027, 5, 12, 12, tzinfo=dt.UTC)
    other = as_alice.post(f"{at}/dates", {"field": "due_at", "moment": "2027-05-13T12:00:00Z"})
    assert other.status_code == 422
    assert (
        as_alice.post(f"{at}/dates", {"field": "due_at", "moment": "2027-05-12T12:00:00"}).status_code == 422
    )


def test_the_sheet_is_read_scored_and_decided(as_bob: Caller, at: str) -> None:
    said = {"criterion": "deadline", "score": 4, "note": "Feasible.", "version": 0}
    assert as_bob.post(f"{at}/bid/assessments", said).json()["version"] == 1
    late = as_bob.post(f"{at}/bid/assessments", said | {"score": 1})
    assert (late.status_code, late.json()["type"]) == (409, "urn:spelunker:problem:version-conflict")
    assert as_bob.post(f"{at}/bid/decisions", {"decision": "no_go"}).status_code == 422
    assert as_bob.post(f"{at}/bid/decisions", {"decision": "go", "reason": "We fit."}).status_code == 201
    sheet = as_bob.get(f"{at}/bid").json()
    assert [row["decision"] for row in sheet["decisions"]] == ["go"]
    deadline = sheet["criteria"][0]
    assert (deadline["criterion"], deadline["version"]) == ("deadline", 1)
    assert (deadline["assessment"]["score"], deadline["assessment"]["assessed_by"]["name"]) == (
        4,
        "Bob Baker",
    )
    assert deadline["facts"]


def test_a_no_go_is_followed_and_the_rfp_taken_up_again(
    as_alice: Caller, at: str, world: World, rfp: RFP
) -> None:
    early = as_alice.post(f"{at}/bid/drop")
    assert (early.status_code, early.json()["type"]) == (409, "urn:spelunker:problem:wrong-state")
    as_alice.post(f"{at}/bid/decisions", {"decision": "no_go", "reason": "Too late."})
    assert as_alice.post(f"{at}/bid/drop").json()["status"] == "dropped"
    assert as_alice.post(f"{at}/bid/drop").status_code == 409
    assert as_alice.post(f"{at}/bid/take-up").status_code == 409  # the no-go holds
    as_alice.post(f"{at}/bid/decisions", {"decision": "undecided"})
    taken_up = as_alice.post(f"{at}/bid/take-up").json()
    assert (taken_up["id"], taken_up["status"]) == (rfp.pk, "answering")


def test_due_dates_are_set_and_taken_away(as_bob: Caller, at: str, world: World) -> None:
    question = world.ids["question_id"]
    for due_on in ("2027-05-01", None):
        done = as_bob.post(f"{at}/questions/due", {"questions": [question, 10**9], "due_on": due_on})
        assert done.json() == {"changed": 1, "skipped": 1}
        assert as_bob.get(f"{at}/questions/{question}").json()["due_on"] == due_on


def test_views_are_kept_for_oneself_or_the_team(as_bob: Caller, as_alice: Caller, at: str) -> None:
    body = {"name": "Open gaps", "filters": {"status": "gap", "q": "keys"}}
    own = as_bob.post(f"{at}/views", body)
    assert own.json()["filters"] == {"q": "keys", "status": "gap", **empty("sheet", "section", "assignee")}
    assert own.json()["owner"]["name"] == "Bob Baker"
    assert as_bob.post(f"{at}/views", body).status_code == 422  # kept already
    assert as_bob.post(f"{at}/views", body | {"filters": {}}).status_code == 422
    assert as_bob.post(f"{at}/views", body | {"filters": {"status": "nonsense"}}).status_code == 422
    assert {view["name"] for view in as_bob.get(f"{at}/views").json()["items"]} == {"Mine", "Open gaps"}
    assert {view["name"] for view in as_alice.get(f"{at}/views").json()["items"]} == {"Mine"}
    assert as_alice.delete(f"{at}/views/{own.json()['id']}").status_code == 404
    assert as_bob.delete(f"{at}/views/{own.json()['id']}").status_code == 204


def test_views_are_renamed_and_one_opens_the_list(as_bob: Caller, as_alice: Caller, at: str) -> None:
    own = as_bob.post(f"{at}/views", {"name": "Open gaps", "filters": {"status": "gap"}}).json()
    address = f"{at}/views/{own['id']}"
    assert own["is_default"] is False
    assert as_bob.patch(address, {"name": "  All\tgaps "}).json()["name"] == "All gaps"
    assert as_bob.patch(address, {"name": "  "}).status_code == 422
    as_bob.post(f"{at}/views", {"name": "Low", "filters": {"confidence": "low"}})
    assert as_bob.patch(address, {"name": "low"}).status_code == 422  # taken
    for _ in range(2):  # said twice, it is said once
        assert as_bob.put(f"{address}/default").json()["is_default"] is True
    views = as_bob.get(f"{at}/views").json()["items"]
    assert [view["name"] for view in views if view["is_default"]] == ["All gaps"]
    assert as_bob.patch(address, {"name": "Gaps"}).json()["is_default"] is True
    shared = next(view for view in views if view["shared"])["id"]
    assert as_bob.delete(f"{at}/views/{shared}/default").status_code == 204  # it opened with another
    assert as_bob.get(f"{at}/views").json()["items"][0]["is_default"] is True
    assert as_bob.delete(f"{address}/default").status_code == 204
    assert not any(view["is_default"] for view in as_bob.get(f"{at}/views").json()["items"])
    assert as_alice.put(f"{address}/default").status_code == 404  # another's own


def empty(*names: str) -> dict[str, str]:
    return dict.fromkeys((*names, "confidence"), "")


def test_an_answer_tells_its_parts_and_what_it_cost(as_bob: Caller, at: str, world: World) -> None:
    question = world.ids["question_id"]
    partly_answered(question)
    answer: dict[str, Any] = as_bob.get(f"{at}/questions/{question}/answer").json()
    assert [(part["text"], part["covered"], part["sentences"]) for part in answer["parts"]] == [
        ("Is it encrypted", True, [0]),
        ("who holds the keys?", False, []),
    ]
    assert answer["open_parts"] == 1
    assert (answer["input_tokens"], answer["output_tokens"]) == (900, 40)
    assert (Decimal(answer["llm_cost"]), answer["currency"]) == (Decimal("0.0123"), "USD")
    for status in ("partly", "gap"):
        found = as_bob.get(f"{at}/questions", status=status).json()["items"]
        assert [row["id"] for row in found] == [question]
        assert found[0]["answer"]["parts"] == answer["parts"]
    assert Question.objects.get(pk=question).answer.is_partly_answered


def test_a_model_reads_the_brief_and_the_parts_over_mcp(as_bob: Caller, world: World) -> None:
    partly_answered(world.ids["question_id"])

    def use(tool: str, **arguments: Any) -> Any:
        parameters = {"name": tool, "arguments": {"rfp_id": world.ids["rfp_id"]} | arguments}
        message = {"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": parameters}
        return as_bob.post("/mcp", message).json()["result"]["structuredContent"]

    assert use("get_brief")["read"] == [world.ids["information"]]
    question = use("get_question", question_id=world.ids["question_id"])
    assert [part["covered"] for part in question["answer"]["parts"]] == [True, False]
    assert use("list_questions", status="partly")["total"] == 1
