"""Many files at once with the worker killed twice: each is embedded or failed with a reason, none lost or doubled."""

from collections.abc import Callable
from statistics import median
from typing import Any

import pytest
from django.test import Client

from core.models import User
from rag.tests.mixed_uploads import problems_of, upload_mixed, watch_to_the_end
from solution_library.models import Document, EmbeddingStatus
from solution_library.tests.factories import SolutionFactory

pytestmark = pytest.mark.django_db(transaction=True)

COUNT = 40
# Pages wait for two cores that embed and for whatever else the machine does; a page that waited for the embedding
# itself would take far longer.
PATIENCE_WITH_A_PAGE = 15.0


@pytest.mark.timeout(600)
def test_of_many_uploads_none_is_lost_when_the_worker_is_killed_twice(
    client: Client, alice: User, settings: Any, celery_worker_process: Callable[..., Any]
) -> None:
    settings.JOB_LEASE_SECONDS = 4
    client.force_login(alice)
    solution = SolutionFactory()
    outcome = upload_mixed(client, solution, count=COUNT)
    assert outcome.uploaded + outcome.refused == COUNT
    worker = celery_worker_process(queues="embedding", environment={"JOB_LEASE_SECONDS": "4"})
    watch_to_the_end(outcome, client=client, solution=solution, worker=worker, kill_at=[4, 14], patience=480)
    assert outcome.kills == [4, 14]
    assert problems_of(solution, count=COUNT) == []
    failed = Document.objects.filter(embedding_status=EmbeddingStatus.FAILED)
    reasons = set(failed.values_list("embedding_error", flat=True))
    assert any("is a scan" in reason for reason in reasons)
    assert max(outcome.page_seconds) < PATIENCE_WITH_A_PAGE
    assert median(outcome.page_seconds) < 3
