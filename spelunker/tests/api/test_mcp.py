"""The MCP endpoint: the protocol, the tools, and that they see what their key's owner sees and no more."""

from collections.abc import Callable
from typing import Any

import pytest

from core.models import User
from rfp_manager.models import RFP, Answer
from spelunker.tests.api.caller import Caller
from spelunker.tests.api.world import World, build_world

pytestmark = pytest.mark.django_db


@pytest.fixture
def world(rfp: RFP, alice: User) -> World:
    return build_world(rfp, alice)


def ask(caller: Caller, method: str, **parameters: Any) -> dict[str, Any]:
    response = caller.post("/mcp", {"jsonrpc": "2.0", "id": 7, "method": method, "params": parameters})
    assert response.status_code == 200, response.content
    answer = response.json()
    assert (answer["jsonrpc"], answer["id"]) == ("2.0", 7)
    return answer


def use(caller: Caller, tool: str, **arguments: Any) -> dict[str, Any]:
    return ask(caller, "tools/call", name=tool, arguments=arguments)["result"]


def test_it_introduces_itself_in_the_clients_version(as_alice: Caller) -> None:
    result = ask(as_alice, "initialize", protocolVersion="2025-03-26", capabilities={})["result"]
    assert result["protocolVersion"] == "2025-03-26"
    assert result["serverInfo"]["name"] == "spelunker"
    assert (
        ask(as_alice, "initialize", protocolVersion="1999-01-01")["result"]["protocolVersion"] == "2025-06-18"
    )
    assert ask(as_alice, "ping")["result"] == {}
    initialized = {"jsonrpc": "2.0", "method": "notifications/initialized"}
    assert as_alice.post("/mcp", initialized).status_code == 202
    assert as_alice.get("/mcp").status_code == 405


def test_it_lists_its_tools_with_their_arguments(as_alice: Caller) -> None:
    tools = {tool["name"]: tool for tool in ask(as_alice, "tools/list")["result"]["tools"]}
    assert set(tools) == {
        "search_library",
        "get_passage",
        "list_questions",
        "get_question",
        "get_brief",
        "propose_draft",
    }
    assert tools["search_library"]["inputSchema"]["required"] == ["query"]


def test_passages_and_questions_come_as_text_and_as_data(as_bob: Caller, world: World) -> None:
    passage = use(as_bob, "get_passage", chunk_id=world.ids["chunk_id"])
    assert passage["structuredContent"]["text"] == "Backups run nightly."
    assert "Backups run nightly." in passage["content"][0]["text"]
    questions = use(as_bob, "list_questions", rfp_id=world.ids["rfp_id"])["structuredContent"]
    assert (questions["total"], questions["items"][0]["answer"]["choice"]) == (2, "Yes")
    assert use(as_bob, "search_library", query="backups")["isError"] is False


def test_a_draft_is_proposed_and_not_saved(as_bob: Caller, world: World) -> None:
    before = list(Answer.objects.values())
    draft = use(as_bob, "propose_draft", rfp_id=world.ids["rfp_id"], question_id=world.ids["question_id"])
    assert draft["structuredContent"]["status"] in {"supported", "needs_review", "no_answer"}
    assert list(Answer.objects.values()) == before


def test_a_draft_needs_a_key_that_may_write(
    caller_of: Callable[..., Caller], bob: User, world: World
) -> None:
    reader = caller_of(bob, scopes=("read",))
    ids = {"rfp_id": world.ids["rfp_id"], "question_id": world.ids["question_id"]}
    assert use(reader, "propose_draft", **ids)["isError"] is True
    assert use(reader, "get_question", **ids)["isError"] is False


def test_an_outsider_is_told_that_there_is_nothing(as_charlie: Caller, world: World) -> None:
    for tool, arguments in (
        ("list_questions", {}),
        ("get_brief", {}),
        ("get_question", {"question_id": world.ids["question_id"]}),
        ("propose_draft", {"question_id": world.ids["question_id"]}),
    ):
        result = use(as_charlie, tool, rfp_id=world.ids["rfp_id"], **arguments)
        assert result["isError"] is True
        assert "not yours to see" in result["content"][0]["text"]


def test_wrong_arguments_are_explained(as_alice: Caller, world: World) -> None:
    result = use(as_alice, "search_library", query="", limit=10**9)
    assert result["isError"] is True
    assert "query" in result["content"][0]["text"] and "limit" in result["content"][0]["text"]
    assert ask(as_alice, "tools/call", name="drop_tables")["error"]["code"] == -32602
    assert ask(as_alice, "resources/list")["error"]["code"] == -32601


@pytest.mark.parametrize(
    "message", [{}, {"jsonrpc": "1.0", "id": 1, "method": "ping"}, {"jsonrpc": "2.0", "id": 1}]
)
def test_what_is_no_json_rpc_is_said_to_be_none(as_alice: Caller, message: dict[str, Any]) -> None:
    assert as_alice.post("/mcp", message).json()["error"]["code"] == -32600


def test_only_keys_are_let_in_and_only_with_the_tools_scope(
    caller_of: Callable[..., Caller], alice: User, world: World
) -> None:
    message = {"jsonrpc": "2.0", "id": 1, "method": "tools/list"}
    assert Caller().post("/mcp", message).status_code == 401
    in_a_browser = Caller()
    in_a_browser.client.force_login(alice)
    assert in_a_browser.post("/mcp", message).status_code == 401
    writer = caller_of(alice, scopes=("write",))
    assert use(writer, "get_passage", chunk_id=world.ids["chunk_id"])["isError"] is True
    reader = caller_of(alice, scopes=("read",))
    assert use(reader, "get_passage", chunk_id=world.ids["chunk_id"])["isError"] is False


def test_a_page_of_another_host_may_not_call_it(as_alice: Caller) -> None:
    message = {"jsonrpc": "2.0", "id": 1, "method": "ping"}
    assert as_alice.post("/mcp", message, headers={"origin": "https://evil.example"}).status_code == 403
    assert as_alice.post("/mcp", message, headers={"origin": "http://testserver"}).status_code == 200


def test_a_header_for_repeated_posts_does_no_harm(as_alice: Caller) -> None:
    message = {"jsonrpc": "2.0", "id": 1, "method": "ping"}
    for _turn in range(2):
        answer = as_alice.post("/mcp", message, headers={"Idempotency-Key": "once"})
        assert (answer.status_code, answer.json()["result"]) == (200, {})
