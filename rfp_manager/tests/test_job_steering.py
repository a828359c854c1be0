"""Who sees an RFP's jobs and who may cancel or retry them: the team as it is now, by what starting one takes."""

from collections.abc import Callable

import pytest
from django.db.models import Model
from django.test import Client
from django.urls import reverse

from core.jobs import may_see, may_steer
from core.jobs.kinds import find_kind, kind_names
from core.models import Job, User
from core.tests.factories import UserFactory
from rfp_manager.models import RFP, RFPMembership
from rfp_manager.tests.factories import (
    InformationDocumentFactory,
    QuestionDocumentFactory,
    QuestionFactory,
    add_member,
)
from themis.tests.factories import make_job

pytestmark = pytest.mark.django_db

# Of a contributor (Bob) and a viewer: what they may start themselves.
RFP_KINDS = {
    "detect_layout": (True, False),
    "remember_layout": (True, False),
    "prepare_preview": (True, True),
    "summarise_information": (True, False),
    "draft_answers": (True, False),
    "export_workbook": (True, False),
    "export_answers": (True, False),
    "offer_answers": (False, False),
}
# Of the library, for its editors; of whoever started it alone.
LIBRARY_KINDS = {
    "sync_source",
    "embed_document",
    "embed_library_answer",
    "switch_embedding_model",
    "import_answers",
    "evaluate_own_library",
}
OWNERS_KINDS = {"deliver_webhook", "load_demonstration"}


def job_of(target: Model, owner: User, kind: str = "draft_answers", state: str = Job.State.RUNNING) -> Job:
    return make_job(owner, state, kind=kind, target=target)


@pytest.fixture
def viewer(rfp: RFP) -> User:
    user = UserFactory()
    add_member(rfp, user, RFPMembership.Role.VIEWER)
    return user


def test_every_kind_of_job_says_who_steers_it() -> None:
    kinds = {name for name in kind_names() if not name.startswith(("test_", "speak"))}
    assert kinds == RFP_KINDS.keys() | LIBRARY_KINDS | OWNERS_KINDS
    assert all(find_kind(name).steered_by for name in kinds)  # type: ignore[union-attr]


@pytest.mark.parametrize("kind", RFP_KINDS)
def test_steering_takes_what_starting_takes(
    kind: str, rfp: RFP, alice: User, bob: User, charlie: User, viewer: User
) -> None:
    job = job_of(rfp, alice, kind)
    contributor, looker = RFP_KINDS[kind]
    assert may_steer(job, alice)
    assert (may_steer(job, bob), may_steer(job, viewer), may_steer(job, charlie)) == (
        contributor,
        looker,
        False,
    )
    assert (may_see(job, bob), may_see(job, viewer), may_see(job, charlie)) == (True, True, False)


@pytest.mark.parametrize("kind", sorted(LIBRARY_KINDS))
def test_the_librarys_jobs_are_steered_by_its_editors(kind: str, alice: User, charlie: User) -> None:
    editor = UserFactory(groups=["library editor"])
    job = make_job(charlie, kind=kind)
    assert (may_steer(job, editor), may_steer(job, charlie)) == (True, False)


@pytest.mark.parametrize("kind", sorted(OWNERS_KINDS))
def test_other_jobs_are_their_owners(kind: str, alice: User, charlie: User) -> None:
    job = make_job(charlie, kind=kind)
    assert (may_steer(job, charlie), may_steer(job, alice)) == (True, False)


@pytest.mark.parametrize(
    "target_of",
    [
        lambda rfp: rfp,
        lambda rfp: QuestionDocumentFactory(rfp=rfp),
        lambda rfp: InformationDocumentFactory(rfp=rfp),
    ],
)
def test_who_left_the_team_neither_sees_nor_steers_what_they_started(
    target_of: Callable[[RFP], Model], rfp: RFP, bob: User, client: Client
) -> None:
    job = job_of(target_of(rfp), bob)
    other = make_job(bob, title="Of something else")
    assert set(Job.objects.visible_to(bob)) == {job, other}
    rfp.memberships.filter(user=bob).delete()
    assert not may_see(job, bob)
    assert not may_steer(job, bob)
    assert list(Job.objects.visible_to(bob)) == [other]
    client.force_login(bob)
    for name in ("job", "job_cancel", "job_retry"):
        ask = client.get if name == "job" else client.post
        assert ask(reverse(f"themis:{name}", args=[job.pk])).status_code == 404


def test_a_viewer_is_shown_no_buttons_and_refused(
    rfp: RFP, alice: User, viewer: User, client: Client
) -> None:
    running, failed = job_of(rfp, alice), job_of(rfp, alice, state=Job.State.FAILED)
    client.force_login(viewer)
    for job, name in ((running, "job_cancel"), (failed, "job_retry")):
        address = reverse(f"themis:{name}", args=[job.pk])
        page = client.get(reverse("themis:job", args=[job.pk]))
        assert page.status_code == 200
        assert address not in page.content.decode()
        assert client.post(address).status_code == 403
        client.force_login(alice)
        assert address in client.get(reverse("themis:job", args=[job.pk])).content.decode()
        client.force_login(viewer)
    running.refresh_from_db()
    failed.refresh_from_db()
    assert (running.cancel_requested_at, failed.state) == (None, Job.State.FAILED)


@pytest.mark.parametrize("route", ["detail", "questions"])
def test_the_pages_of_an_rfp_show_the_buttons_to_who_may(
    route: str, rfp: RFP, alice: User, bob: User, viewer: User, client: Client
) -> None:
    QuestionFactory(document=QuestionDocumentFactory(rfp=rfp))
    address = reverse("themis:job_cancel", args=[job_of(rfp, alice).pk])
    shown = []
    for person in (alice, bob, viewer):
        client.force_login(person)
        content = client.get(reverse(f"rfp_manager:{route}", args=[rfp.pk])).content.decode()
        shown.append(address in content)
    assert shown == [True, True, False]


def test_the_api_refuses_a_viewer_too(rfp: RFP, alice: User, viewer: User, client: Client) -> None:
    job = job_of(rfp, alice)
    client.force_login(viewer)
    assert client.get(f"/api/v1/jobs/{job.pk}").status_code == 200
    assert client.post(f"/api/v1/jobs/{job.pk}/cancel").status_code == 403
    assert client.post(f"/api/v1/jobs/{job.pk}/retry").status_code == 403
