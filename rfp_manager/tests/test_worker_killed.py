"""The worker ends in the middle of drafting: the job finishes by itself afterwards, each answer once."""

import time
from collections.abc import Callable
from typing import Any

import pytest

from core import jobs
from core.models import Job, User
from core.tests.factories import OrganizationFactory
from rfp_manager.models import RFP, Answer, AnswerVersion
from rfp_manager.services import question_drafts
from rfp_manager.tests.factories import QuestionDocumentFactory, QuestionFactory
from rfp_manager.tests.workbooks import uploaded
from solution_library.models import Solution
from solution_library.services.documents import upload_document

pytestmark = pytest.mark.django_db(transaction=True)

PAPER = b"""# Security

Customer data is encrypted at rest with AES-256.
Backups are made every night and kept for 35 days.
Administrators sign in with multi-factor authentication.
"""


def wait_until(
    condition: Callable[[], bool], *, seconds: float, meanwhile: Callable[[], Any] = lambda: None
) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it took too long"
        meanwhile()
        time.sleep(0.1)


def cut_the_power(worker: Any) -> None:
    worker.kill()
    worker.start()


def take_its_child(worker: Any) -> None:
    """As the kernel does when memory is short; the worker goes on with another one."""
    worker.kill_child()


def deploy(worker: Any) -> None:
    """SIGTERM, and after a moment's grace the end; the new code comes up on the same queue."""
    worker.stop()
    worker.start()


@pytest.mark.parametrize("end", [cut_the_power, take_its_child, deploy])
def test_a_worker_that_ends_loses_and_repeats_nothing(
    end: Callable[[Any], None],
    rfp: RFP,
    alice: User,
    settings: Any,
    celery_worker_process: Callable[..., Any],
) -> None:
    settings.JOB_LEASE_SECONDS = 3
    solution = Solution.objects.create(vendor=OrganizationFactory(), name="Vault")
    rfp.solutions.add(solution)
    upload_document(solution=solution, upload=uploaded(PAPER, "security.md"), owner=alice)
    jobs.finish_now(Job.objects.get(kind="embed_document"))
    document = QuestionDocumentFactory(rfp=rfp)
    for number in range(150):
        QuestionFactory(document=document, text=f"Is data of kind {number} encrypted at rest?")

    job = jobs.enqueue(
        "draft_answers",
        title="Drafting",
        key="drafting",
        target=rfp,
        owner=alice,
        params={"questions": question_drafts.questions_to_draft(rfp)},
    )
    worker = celery_worker_process(queues="llm", environment={"JOB_LEASE_SECONDS": "3"})
    wait_until(lambda: Answer.objects.count() >= 5, seconds=60)
    end(worker)
    job.refresh_from_db()
    # What is deployed gives the old code a moment, in which it may come to its end.
    assert job.state == Job.State.RUNNING or end is deploy, "the worker was too fast for this test"
    interrupted = job.is_active

    def finished() -> bool:
        job.refresh_from_db()
        return not job.is_active

    wait_until(finished, seconds=120, meanwhile=jobs.sweep)
    assert (job.state, job.attempts) == (Job.State.DONE, 2 if interrupted else 1)
    assert Answer.objects.count() == 150
    assert AnswerVersion.objects.count() == 150
