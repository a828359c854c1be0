"""The demonstration as a background job: it is there once, however often it is asked for or run."""

from datetime import time

import pytest
from django.core.management import call_command

from core.jobs import execute
from core.models import Job, User
from core.tests.factories import UserFactory
from rfp_manager.demonstration_tasks import request_demonstration
from rfp_manager.models import RFP
from rfp_manager.services.demonstration import count_files, is_loaded
from solution_library.models import Document
from themis.models import Setup

pytestmark = pytest.mark.django_db


def test_it_is_loaded_with_progress_and_leads_to_the_rfp(alice: User) -> None:
    assert not is_loaded()
    job = request_demonstration(alice)
    assert request_demonstration(alice) == job
    done = execute(job.pk)
    assert done is not None
    assert (done.state, done.done, done.total) == (Job.State.DONE, count_files(), count_files())
    rfp = RFP.objects.get()
    assert rfp.owner == alice
    assert done.result_url == f"/rfps/{rfp.pk}/"
    assert rfp.due_at is not None
    assert rfp.due_at.time() == time(17)
    assert is_loaded()
    # A second run, after a worker was lost, leaves it there once
    documents = Document.objects.count()
    execute(request_demonstration(alice).pk)
    assert (RFP.objects.count(), Document.objects.count()) == (1, documents)


def test_the_command_counts_as_set_up() -> None:
    UserFactory(is_superuser=True)
    call_command("load_demo", "--if-empty")
    assert Setup.objects.get().finished_at is not None
