"""Nonsense is refused before anything is done, always as a problem document."""

import json
from collections.abc import Callable

import pytest
from django.http import HttpResponse
from django.test import override_settings

from core.models import AuditEvent, Organization, User
from core.storage import StorageError
from rfp_manager.models import RFP
from spelunker.tests.api.caller import Caller

pytestmark = pytest.mark.django_db


def assert_problem(response: HttpResponse, status: int) -> dict:
    assert response.status_code == status, response.content[:500]
    assert response["Content-Type"] == "application/problem+json"
    problem = response.json()
    assert problem["status"] == status
    assert problem["title"] and problem["detail"]
    return problem


@pytest.mark.parametrize(
    "query",
    [
        {"page": "-1"},
        {"page": "0"},
        {"page": "1e9"},
        {"limit": "1e9"},
        {"limit": "1000000000"},
        {"limit": "0"},
        {"order_by": "password"},
        {"order_by": "owner__password"},
        {"owner__password__startswith": "a"},
        {"_connector": "OR"},
        {"status": "nonsense"},
        {"solution": "99999999999999999999"},
        {"solution": "one"},
    ],
)
def test_nonsense_in_a_query_is_422(as_alice: Caller, query: dict[str, str]) -> None:
    problem = assert_problem(as_alice.get("/documents", **query), 422)
    assert problem["errors"]


def test_an_unknown_parameter_is_named(as_alice: Caller) -> None:
    problem = assert_problem(as_alice.get("/rfps", statuss="open"), 422)
    assert "statuss" in problem["errors"][0]["message"]


def test_a_wrong_content_type_is_415(as_alice: Caller, rfp: RFP) -> None:
    body = json.dumps({"name": "Acme"})
    for content_type in ("text/plain", "application/x-www-form-urlencoded", "application/xml"):
        assert_problem(as_alice.post("/organizations", body, content_type=content_type), 415)
    response = as_alice.post(f"/rfps/{rfp.pk}/question-documents", {"file": "x"})
    assert assert_problem(response, 415)["detail"] == "This route takes multipart/form-data."
    assert not Organization.objects.filter(name="Acme").exists()


@pytest.mark.parametrize(
    "body",
    [
        "{",
        "nonsense",
        '{"name": NaN}',
        '{"name": 1' + "0" * 5000 + "}",
        "[" * 1000 + "]" * 1000,
        "[" * 100_000,
    ],
    ids=["cut off", "no JSON", "NaN", "endless number", "1,000 deep", "100,000 deep"],
)
def test_json_that_is_none_or_too_deep_is_refused(as_alice: Caller, body: str) -> None:
    response = as_alice.post("/organizations", body)
    assert response.status_code in (400, 422)
    assert_problem(response, response.status_code)


@pytest.mark.parametrize("text", ["a\\u0000b", "half \\ud800 a pair"])
def test_text_that_no_database_holds_is_400(as_alice: Caller, text: str) -> None:
    assert_problem(as_alice.post("/organizations", f'{{"name": "{text}"}}'), 400)
    assert_problem(as_alice.post("/organizations", f'{{"name": "x", "{text}": 1}}'), 400)


def test_nul_in_a_query_is_400(as_alice: Caller) -> None:
    assert_problem(as_alice.get("/organizations", q="a\x00b"), 400)


def test_fields_that_are_nobodys_to_set_are_ignored(as_alice: Caller) -> None:
    data = {"name": "Acme", "id": 1, "is_staff": True, "owner": 7, "created_at": "2001-01-01T00:00:00Z"}
    created = as_alice.post("/organizations", data).json()
    assert created["created_at"] > "2020"


@pytest.mark.parametrize("number", ["0", "-1", "x", "99999999999999999999"])
def test_an_id_that_is_none_is_422(as_alice: Caller, number: str) -> None:
    assert_problem(as_alice.get(f"/rfps/{number}"), 422)


def test_a_wrong_method_says_which_are_right(as_alice: Caller) -> None:
    response = as_alice.put("/organizations", {})
    assert_problem(response, 405)
    assert set(response["Allow"].split(", ")) == {"GET", "POST"}


@pytest.mark.parametrize("path", ["/", "/nothing", "/rfps/1/nothing", "/../admin"])
def test_an_unknown_address_is_a_problem_document(as_alice: Caller, path: str) -> None:
    assert_problem(as_alice.get(path), 404)


@override_settings(DATA_UPLOAD_MAX_MEMORY_SIZE=1000)
def test_a_large_body_is_413(as_alice: Caller) -> None:
    assert_problem(as_alice.post("/organizations", {"name": "A" * 2000}), 413)


def test_the_forms_refusals_name_the_field(as_alice: Caller) -> None:
    as_alice.post("/organizations", {"name": "Acme"})
    problem = assert_problem(as_alice.post("/organizations", {"name": "acme"}), 422)
    assert "already" in problem["detail"]
    problem = assert_problem(as_alice.post("/organizations", {"name": "B", "website": "javascript:1"}), 422)
    assert problem["errors"][0]["field"] == "body.website"


def test_a_store_that_is_down_is_503(as_alice: Caller, monkeypatch: pytest.MonkeyPatch, rfp: RFP) -> None:
    def fail(*args: object, **kwargs: object) -> None:
        raise StorageError("The file store could not be read. Try again in a moment.")

    monkeypatch.setattr("rag.api.search_library", fail)
    assert_problem(as_alice.get("/search", q="backup"), 503)


def test_a_bug_of_ours_is_500_in_words_and_in_the_log(
    as_alice: Caller, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(*args: object, **kwargs: object) -> None:
        raise KeyError("secret detail")

    monkeypatch.setattr("rag.api.search_library", fail)
    problem = assert_problem(as_alice.get("/search", q="backup"), 500)
    assert "secret detail" not in problem["detail"]
    assert "secret detail" in caplog.text


def test_a_refused_address_with_a_nul_is_refused_all_the_same(
    caller_of: Callable[..., Caller], alice: User
) -> None:
    """The audit log, which notes the address, holds no NUL."""
    reader = caller_of(alice, scopes=("read",))
    assert reader.post("/rfps/%00/drafts", {}).status_code == 403
    assert AuditEvent.objects.get(action="denied").detail["path"] == "/api/v1/rfps//drafts"
