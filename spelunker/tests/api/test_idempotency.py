"""The same POST with the same Idempotency-Key is done once, twenty at a time as well."""

import datetime as dt
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.utils import timezone

from core.models import Job, Organization, User
from core.storage import read_bytes
from rfp_manager.models import RFP, RFPInformationDocument
from rfp_manager.tests.factories import QuestionDocumentFactory, QuestionFactory, RFPFactory
from spelunker.tests.api.caller import Caller
from themis.models import IdempotentRequest

KEY = {"idempotency-key": "import-2027-01-31"}


@pytest.mark.django_db
def test_the_second_request_gets_the_first_ones_answer(as_alice: Caller) -> None:
    first = as_alice.post("/organizations", {"name": "Acme"}, headers=KEY)
    second = as_alice.post("/organizations", {"name": "Acme"}, headers=KEY)
    assert (first.status_code, second.status_code) == (201, 201)
    assert first.content == second.content
    assert "Idempotency-Replayed" not in first
    assert second["Idempotency-Replayed"] == "true"
    assert Organization.objects.filter(name="Acme").count() == 1


@pytest.mark.django_db
def test_the_same_key_with_another_body_or_address_is_refused(as_alice: Caller) -> None:
    as_alice.post("/organizations", {"name": "Acme"}, headers=KEY)
    for path, body in (("/organizations", {"name": "Other"}), ("/notifications/read", None)):
        response = as_alice.post(path, body, headers=KEY)
        assert response.status_code == 422
        assert response.json()["type"] == "urn:spelunker:problem:idempotency-key-reused"
    assert not Organization.objects.filter(name="Other").exists()


@pytest.mark.django_db
def test_a_key_is_its_persons_own(as_alice: Caller, caller_of: Callable[..., Caller], bob: User) -> None:
    as_alice.post("/rfps", {"title": "Alice's", "customer_name": "City"}, headers=KEY)
    response = caller_of(bob).post("/rfps", {"title": "Bob's", "customer_name": "City"}, headers=KEY)
    assert response.status_code == 201
    assert response.json()["owner"]["name"] == "Bob Baker"


@pytest.mark.django_db
def test_what_failed_may_be_tried_again_with_the_same_key(as_alice: Caller, rfp: RFP) -> None:
    refused = as_alice.post(f"/rfps/{rfp.pk}/drafts", {}, headers=KEY)
    assert refused.status_code == 409
    assert not IdempotentRequest.objects.exists()
    QuestionFactory(document=QuestionDocumentFactory(rfp=rfp, layout_status="confirmed"))
    assert as_alice.post(f"/rfps/{rfp.pk}/drafts", {}, headers=KEY).status_code == 202


@pytest.mark.django_db
def test_an_upload_is_known_by_its_content(as_alice: Caller, rfp: RFP) -> None:
    def upload(content: bytes) -> Any:
        files = {"file": SimpleUploadedFile("terms.txt", content)}
        return as_alice.post(f"/rfps/{rfp.pk}/information-documents", files=files, headers=KEY)

    first, again = upload(b"Due by noon."), upload(b"Due by noon.")
    assert first.status_code == again.status_code == 201
    assert first.json() == again.json()
    assert read_bytes(RFPInformationDocument.objects.get().s3_key) == b"Due by noon."
    assert upload(b"Due at night.").status_code == 422


@pytest.mark.django_db
def test_after_a_day_the_key_is_free(as_alice: Caller) -> None:
    as_alice.post("/organizations", {"name": "Acme"}, headers=KEY)
    IdempotentRequest.objects.update(created_at=timezone.now() - dt.timedelta(hours=25))
    assert as_alice.post("/organizations", {"name": "Other"}, headers=KEY).status_code == 201


@pytest.mark.django_db
@pytest.mark.parametrize("key", ["", "x" * 201, "two words", "naïve"])
def test_a_key_that_is_none_is_400(as_alice: Caller, key: str) -> None:
    response = as_alice.post("/organizations", {"name": "Acme"}, headers={"idempotency-key": key})
    assert response.status_code == 400


@pytest.mark.django_db
def test_a_replay_asks_for_the_scope_again(
    as_alice: Caller, caller_of: Callable[..., Caller], alice: User
) -> None:
    as_alice.post("/organizations", {"name": "Acme"}, headers=KEY)
    reader = caller_of(alice, scopes=("read",))
    assert reader.post("/organizations", {"name": "Acme"}, headers=KEY).status_code == 403


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("parallel", [20])
def test_twenty_posts_at_once_start_one_job(
    alice: User, caller_of: Callable[..., Caller], parallel: int
) -> None:
    rfp = RFPFactory(owner=alice)
    QuestionFactory(document=QuestionDocumentFactory(rfp=rfp, layout_status="confirmed"))
    key = caller_of(alice).key

    def ask(_number: int) -> tuple[int, str]:
        try:
            response = Caller(key).post(f"/rfps/{rfp.pk}/drafts", {}, headers=KEY)
            return response.status_code, response.json().get("id", "")
        finally:
            connection.close()

    with ThreadPoolExecutor(parallel) as pool:
        answers = list(pool.map(ask, range(parallel)))
    assert {status for status, _ in answers} == {202}
    assert len({job for _, job in answers}) == 1
    assert Job.objects.filter(kind="draft_answers").count() == 1


@pytest.mark.django_db(transaction=True)
def test_twenty_posts_at_once_create_one_row(alice: User, caller_of: Callable[..., Caller]) -> None:
    """Creating has no key of its own to fall back on, as a job has."""
    key = caller_of(alice).key

    def ask(_number: int) -> tuple[int, int]:
        try:
            response = Caller(key).post("/rfps", {"title": "One", "customer_name": "City"}, headers=KEY)
            return response.status_code, response.json()["id"]
        finally:
            connection.close()

    with ThreadPoolExecutor(20) as pool:
        answers = set(pool.map(ask, range(20)))
    assert len(answers) == 1
    assert RFP.objects.count() == 1
