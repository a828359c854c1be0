"""Live says that the process answers, ready that requests can be served, status what to do about it."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from types import SimpleNamespace

import pytest
from celery import current_app
from django.core.cache import cache
from django.db import OperationalError, connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from redis.exceptions import RedisError

from core import jobs
from core.clock import note_ring, time_since_ring
from core.jobs.queueing import ring
from core.models import Job, User
from core.tasks import sweep_jobs
from themis import health, registry
from themis.registry import HealthCheck, HealthResult
from themis.tests.factories import make_job

ClientOf = Callable[[User], Client]


@pytest.fixture(autouse=True)
def nothing_asked_before() -> None:
    health.recent.forget()


@pytest.fixture
def only() -> Iterator[Callable[..., None]]:
    """Replace all registered checks by the ones given."""
    before = dict(registry.health_checks.entries)

    def replace(*checks: HealthCheck) -> None:
        registry.health_checks.entries.clear()
        for check in checks:
            registry.register_health_check(check)

    yield replace
    registry.health_checks.entries.clear()
    registry.health_checks.entries.update(before)


def answers(ok: bool, **fields: str) -> Callable[[], HealthResult]:
    return lambda: HealthResult(ok, **fields)


def test_live_asks_nobody(db: None, django_assert_num_queries: Callable) -> None:
    with django_assert_num_queries(0):
        response = Client().get("/health/live")
    assert response.status_code == 200
    assert response.json() == {"status": "ok"}


def test_ready_with_the_real_services_names_every_part(db: None) -> None:
    response = Client().get("/health/ready")
    assert response.status_code == 200
    checks = response.json()["checks"]
    assert checks["database"] == checks["broker"] == checks["object_store"] == "ok"
    assert set(checks) >= {"worker", "clock", "queue"}


def test_ready_is_503_when_a_required_part_fails_and_tells_no_secret(db: None, only: Callable) -> None:
    only(
        HealthCheck("database", "Database", answers(True)),
        HealthCheck("store", "Store", answers(False, detail="password hunter2 refused")),
    )
    response = Client().get("/health/ready")
    assert response.status_code == 503
    assert response.json() == {"status": "unavailable", "checks": {"database": "ok", "store": "failed"}}


def test_ready_asks_once_however_many_ask_it(
    db: None, only: Callable, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[int] = []

    def count() -> HealthResult:
        asked.append(1)
        return HealthResult(len(asked) == 1)

    only(HealthCheck("store", "Store", count))
    assert [Client().get("/health/ready").status_code for _ in range(3)] == [200, 200, 200]
    assert len(asked) == 1
    monkeypatch.setattr(health, "RECENT_SECONDS", -1.0)
    assert Client().get("/health/ready").status_code == 503
    assert len(asked) == 2


def test_a_part_that_is_not_required_only_degrades(db: None, only: Callable) -> None:
    only(HealthCheck("worker", "Worker", answers(False), required=False))
    response = Client().get("/health/ready")
    assert response.status_code == 200
    assert response.json()["status"] == "degraded"


def test_a_check_that_breaks_is_a_failed_check(db: None, only: Callable) -> None:
    def breaks() -> HealthResult:
        raise RuntimeError("unforeseen")

    only(HealthCheck("odd", "Odd", breaks), HealthCheck("fine", "Fine", answers(True)))
    response = Client().get("/health/ready")
    assert response.status_code == 503
    assert response.json()["checks"] == {"fine": "ok", "odd": "failed"}


def test_the_status_page_says_what_to_do(administrator: User, client_of: ClientOf, only: Callable) -> None:
    only(HealthCheck("store", "File store", answers(False, detail="No bucket.", advice="Make the bucket.")))
    page = client_of(administrator).get(reverse("themis:status")).content.decode()
    assert "No bucket." in page
    assert "Make the bucket." in page


def test_the_database_check_names_its_versions(db: None) -> None:
    result = health.check_database()
    assert result.ok
    assert "pgvector" in result.detail


def test_a_lost_database_is_said_in_words(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse() -> None:
        raise OperationalError("connection refused, password=hunter2")

    with monkeypatch.context() as patched:
        patched.setattr(connection, "cursor", refuse)
        result = health.check_database()
    assert not result.ok
    assert "DATABASE_URL" in result.advice
    assert "hunter2" not in result.detail


def test_a_broker_that_is_not_there_is_said_in_words(monkeypatch: pytest.MonkeyPatch) -> None:
    from celery import current_app
    from kombu import Connection

    monkeypatch.setattr(
        type(current_app._get_current_object()),
        "connection_for_write",
        lambda self: Connection("redis://127.0.0.1:1/0"),
    )
    result = health.check_broker()
    assert not result.ok
    assert "REDIS_URL" in result.advice


def test_a_job_that_waits_too_long_is_a_failure(alice: User) -> None:
    job = make_job(alice, state=Job.State.QUEUED)
    assert health.check_queue().ok
    Job.objects.filter(pk=job.pk).update(
        queued_at=timezone.now() - health.QUEUE_PATIENCE - timedelta(minutes=5)
    )
    result = health.check_queue()
    assert not result.ok
    assert "7 min" in result.detail


def test_ringing_again_makes_no_job_younger(alice: User) -> None:
    job = make_job(
        alice,
        state=Job.State.QUEUED,
        queued_at=timezone.now() - health.QUEUE_PATIENCE - timedelta(minutes=5),
    )
    assert ring(job)
    assert not health.check_queue().ok


def test_a_job_that_was_retried_waits_since_then(alice: User) -> None:
    job = make_job(alice, state=Job.State.FAILED, queued_at=timezone.now() - timedelta(days=1))
    jobs.retry(job)
    assert health.check_queue().ok


def workers_that_serve(*queues: str) -> Callable[..., object]:
    """What `control.inspect` is to answer: one worker, which takes from these queues."""
    answers = {"worker@here": [{"name": queue} for queue in queues]} if queues else None
    return lambda **kwargs: SimpleNamespace(active_queues=lambda: answers)


def test_a_queue_that_no_worker_serves_is_named(alice: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(current_app.control, "inspect", workers_that_serve("default", "exports"))
    make_job(alice, state=Job.State.QUEUED, queue="default")
    make_job(alice, state=Job.State.DONE, queue="llm")
    result = health.check_worker()
    assert (result.ok, result.detail) == (True, "worker@here")
    make_job(alice, state=Job.State.QUEUED, queue="scraping")
    make_job(alice, state=Job.State.QUEUED, queue="scraping")
    make_job(alice, state=Job.State.QUEUED, queue="embedding")
    result = health.check_worker()
    assert not result.ok
    assert "embedding, scraping." in result.detail
    assert "-Q embedding,scraping" in result.advice


def test_no_worker_at_all_is_said_in_words(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(current_app.control, "inspect", workers_that_serve())
    assert "No worker answers" in health.check_worker().detail


def test_a_clock_that_stopped_is_said_in_words(monkeypatch: pytest.MonkeyPatch) -> None:
    note_ring()
    assert health.check_clock().ok
    monkeypatch.setattr(health, "time_since_ring", lambda: timedelta(minutes=5))
    stopped = health.check_clock()
    assert not stopped.ok
    assert "5 min" in stopped.detail and "beat" in stopped.advice
    monkeypatch.setattr(health, "time_since_ring", lambda: None)
    assert not health.check_clock().ok


def test_the_clock_cannot_be_told_while_the_broker_is_away(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse() -> None:
        raise RedisError("connection refused, password=hunter2")

    monkeypatch.setattr(health, "time_since_ring", refuse)
    result = health.check_clock()
    assert not result.ok
    assert "hunter2" not in result.detail


def test_the_sweep_rings(db: None) -> None:
    cache.delete("core:clock-rang")
    assert time_since_ring() is None
    sweep_jobs()
    since = time_since_ring()
    assert since is not None and since < timedelta(minutes=1)
