"""Jobs as their owner sees them: a fragment that polls while there is something to wait for."""

import json
from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from core.models import Job, User
from themis.tests.factories import make_job

ClientOf = Callable[[User], Client]
HTMX = {"HTTP_HX_REQUEST": "true"}


def address(job: Job, action: str = "job") -> str:
    return reverse(f"themis:{action}", args=[job.pk])


def test_an_active_job_asks_again_every_second(alice: User, client_of: ClientOf) -> None:
    job = make_job(alice, done=3, total=12, message="Page 3")
    response = client_of(alice).get(address(job), **HTMX)
    fragment = response.content.decode()
    assert "<html" not in fragment
    assert 'hx-trigger="every 1s"' in fragment
    assert 'value="25"' in fragment
    assert "3 / 12" in fragment
    assert "Page 3" in fragment
    assert "HX-Trigger-After-Settle" not in response


def test_a_job_of_unknown_length_has_no_value(alice: User, client_of: ClientOf) -> None:
    fragment = client_of(alice).get(address(make_job(alice)), **HTMX).content.decode()
    assert "<progress" in fragment
    assert " value=" not in fragment.split("<progress")[1].split(">")[0]


@pytest.mark.parametrize("state", [Job.State.DONE, Job.State.FAILED, Job.State.CANCELLED])
def test_an_ended_job_stops_asking_and_tells_the_page(state: str, alice: User, client_of: ClientOf) -> None:
    job = make_job(alice, state=state)
    response = client_of(alice).get(address(job), **HTMX)
    assert "hx-trigger" not in response.content.decode()
    told = json.loads(response["HX-Trigger-After-Settle"])
    assert told == {"jobFinished": {"id": str(job.pk), "state": state}}


def test_a_done_job_leads_to_its_result(alice: User, client_of: ClientOf) -> None:
    job = make_job(alice, state=Job.State.DONE, result_url="/rfps/7/")
    assert 'href="/rfps/7/"' in client_of(alice).get(address(job)).content.decode()


def test_a_job_that_is_tried_again_says_what_went_wrong(alice: User, client_of: ClientOf) -> None:
    job = make_job(alice, state=Job.State.QUEUED, message="Waiting to try again", error="The store is away.")
    page = client_of(alice).get(address(job)).content.decode()
    assert "The store is away." in page
    assert "tried again by itself" in page
    assert "Waiting for a free worker" not in page


def test_a_failed_job_says_why_and_can_be_retried(alice: User, client_of: ClientOf) -> None:
    job = make_job(alice, state=Job.State.FAILED, error="Remove the <password> and upload it again.")
    page = client_of(alice).get(address(job)).content.decode()
    assert "Remove the &lt;password&gt;" in page
    assert address(job, "job_retry") in page
    client_of(alice).post(address(job, "job_retry"))
    job.refresh_from_db()
    assert job.state == Job.State.QUEUED


def test_a_job_whose_work_is_under_way_again_is_not_retried(alice: User, client_of: ClientOf) -> None:
    job = make_job(alice, state=Job.State.FAILED)
    Job.objects.filter(pk=job.pk).update(idempotency_key=f"read:7#{job.pk}")
    make_job(alice, idempotency_key="read:7")
    fragment = client_of(alice).post(address(job, "job_retry"), **HTMX).content.decode()
    assert "running already" in fragment
    assert "running already" in client_of(alice).post(address(job, "job_retry"), follow=True).content.decode()
    job.refresh_from_db()
    assert job.state == Job.State.FAILED


def test_cancelling_a_queued_job_ends_it_at_once(alice: User, client_of: ClientOf) -> None:
    job = make_job(alice, state=Job.State.QUEUED)
    response = client_of(alice).post(address(job, "job_cancel"), **HTMX)
    job.refresh_from_db()
    assert job.state == Job.State.CANCELLED
    assert "jobFinished" in response["HX-Trigger-After-Settle"]


def test_cancelling_a_running_job_says_that_it_will_stop(alice: User, client_of: ClientOf) -> None:
    job = make_job(alice)
    fragment = client_of(alice).post(address(job, "job_cancel"), **HTMX).content.decode()
    assert "Stopping after this step" in fragment
    assert address(job, "job_cancel") not in fragment


def test_without_a_script_the_actions_lead_back_to_the_job(alice: User, client_of: ClientOf) -> None:
    job = make_job(alice)
    assert client_of(alice).post(address(job, "job_cancel"))["Location"] == address(job)


@pytest.mark.parametrize("action", ["job", "job_cancel", "job_retry"])
def test_somebody_elses_job_is_not_there(
    action: str, alice: User, charlie: User, client_of: ClientOf
) -> None:
    job = make_job(alice)
    client = client_of(charlie)
    request = client.get if action == "job" else client.post
    assert request(address(job, action)).status_code == 404
    assert request(address(job, action), **HTMX).status_code == 404
    job.refresh_from_db()
    assert job.cancel_requested_at is None


def test_the_list_shows_ones_own_and_an_administrator_all(
    alice: User, charlie: User, administrator: User, client_of: ClientOf
) -> None:
    make_job(alice, title="Reading the secret plan")
    assert "secret plan" in client_of(alice).get(reverse("themis:jobs")).content.decode()
    assert "secret plan" not in client_of(charlie).get(reverse("themis:jobs")).content.decode()
    assert "secret plan" in client_of(administrator).get(reverse("themis:jobs")).content.decode()


def test_the_list_goes_on_over_pages(alice: User, client_of: ClientOf) -> None:
    for number in range(30):
        make_job(alice, title=f"Job {number:02}", state=Job.State.DONE)
    page = client_of(alice).get(reverse("themis:jobs"), {"page": "2"}).content.decode()
    assert "Job 04" in page
    assert "Job 29" not in page
    for nonsense in ("-1", "1e9", "x"):
        assert client_of(alice).get(reverse("themis:jobs"), {"page": nonsense}).status_code == 200
