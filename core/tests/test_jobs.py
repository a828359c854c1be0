"""The Job row is the truth: each job is run twice, killed, cancelled and swept, with one effect."""

import threading
import uuid
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from celery import current_app
from django.db import connection, connections, transaction
from django.utils import timezone
from kombu import Connection

from core import jobs
from core.jobs import kinds, queueing
from core.jobs.broker import queue_lengths
from core.models import Job, User
from core.storage import StorageError, read_bytes

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def effects() -> Iterator[list[str]]:
    """What the handlers of this module did, in order."""
    done: list[str] = []

    def work(run: jobs.JobRun) -> None:
        done.append(str(run.job.pk))

    def refuse(run: jobs.JobRun) -> None:
        raise jobs.JobError("The file is encrypted. Upload it without a password.")

    def stumble(run: jobs.JobRun) -> None:
        done.append("try")
        raise StorageError("The file store does not answer.")

    def miss(run: jobs.JobRun) -> None:
        done.append("try")
        read_bytes("documents/gone.pdf")

    def break_down(run: jobs.JobRun) -> None:
        raise ZeroDivisionError

    def count_to_three(run: jobs.JobRun) -> None:
        for step in range(3):
            run.progress(step, 3, f"Step {step}")
            done.append(f"step {step}")
            if step == 0 and run.job.params.get("cancel"):
                jobs.request_cancel(Job.objects.get(pk=run.job.pk))

    handlers = {
        "work": work,
        "refuse": refuse,
        "stumble": stumble,
        "miss": miss,
        "break": break_down,
        "count": count_to_three,
    }
    for name, handler in handlers.items():
        jobs.register_job(
            f"test_{name}",
            steered_by=jobs.of_owner,
            on_failure=lambda job: done.append(f"failed: {job.state}"),
        )(handler)
    yield done
    for name in handlers:
        del kinds._kinds[f"test_{name}"]


@pytest.fixture
def rung(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The ids for which the broker's bell was rung."""
    heard: list[str] = []
    monkeypatch.setattr(
        queueing.current_app, "send_task", lambda name, args, queue: heard.append(args[0]), raising=False
    )
    return heard


@pytest.fixture(autouse=True)
def lengths(monkeypatch: pytest.MonkeyPatch) -> dict[str, int]:
    """What the broker's queues hold, as it is to say."""
    held: dict[str, int] = {}
    monkeypatch.setattr(
        queueing, "queue_lengths", lambda queues: {name: held.get(name, 0) for name in queues}
    )
    return held


def make_job(kind: str = "work", **fields: Any) -> Job:
    return jobs.enqueue(f"test_{kind}", title="A test", key=fields.pop("key", kind), **fields)


def test_a_job_is_recorded_and_rung_once(effects: list[str], rung: list[str]) -> None:
    first, second = make_job(), make_job()
    assert first.pk == second.pk
    assert rung == [str(first.pk)]
    assert Job.objects.count() == 1


def test_running_a_job_twice_has_one_effect(effects: list[str], rung: list[str]) -> None:
    job = make_job()
    jobs.execute(job.pk)
    jobs.execute(job.pk)
    job.refresh_from_db()
    assert effects == [str(job.pk)]
    assert (job.state, job.attempts, job.percent) == (Job.State.DONE, 1, 100)


def test_finished_work_can_be_asked_for_again(effects: list[str], rung: list[str]) -> None:
    first = make_job()
    jobs.execute(first.pk)
    second = make_job()
    assert second.pk != first.pk
    assert Job.objects.get(pk=second.pk).idempotency_key == "work"


def test_twenty_people_asking_at_once_get_one_job(effects: list[str], rung: list[str]) -> None:
    ids: list[str] = []
    start = threading.Barrier(20)

    def ask() -> None:
        start.wait()
        ids.append(str(make_job(key="double-click").pk))
        connection.close()

    threads = [threading.Thread(target=ask) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(ids) == 20
    assert len(set(ids)) == 1


def test_two_workers_claiming_at_once_get_it_once(effects: list[str], rung: list[str]) -> None:
    job = make_job()
    claims: list[object] = []
    start = threading.Barrier(8)

    def claim() -> None:
        start.wait()
        claims.append(jobs.claim(job.pk))
        connections.close_all()

    threads = [threading.Thread(target=claim) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len([claim for claim in claims if claim]) == 1


def test_a_permanent_error_is_shown_in_its_own_words(effects: list[str], rung: list[str]) -> None:
    job = jobs.execute(make_job("refuse").pk)
    assert job is not None
    assert (job.state, job.error) == (
        Job.State.FAILED,
        "The file is encrypted. Upload it without a password.",
    )
    assert effects == ["failed: failed"]


def test_a_passing_fault_is_tried_three_times_and_then_failed(effects: list[str], rung: list[str]) -> None:
    job = make_job("stumble")
    for attempt in range(5):
        jobs.execute(job.pk)
        job.refresh_from_db()
        if attempt == 0:
            assert job.state == Job.State.QUEUED
    assert effects == ["try", "try", "try", "failed: failed"]
    assert (job.state, job.error) == (Job.State.FAILED, "The file store does not answer.")


def test_a_file_that_the_store_does_not_have_is_asked_for_once(
    effects: list[str], rung: list[str], folder_storage: Path
) -> None:
    job = jobs.execute(make_job("miss").pk)
    assert job is not None
    assert effects == ["try", "failed: failed"]
    assert job.state == Job.State.FAILED
    assert "documents/gone.pdf is missing from the file store" in job.error


def test_an_unforeseen_error_tells_no_secrets(effects: list[str], rung: list[str]) -> None:
    job = make_job("break")
    for _ in range(3):
        jobs.execute(job.pk)
    job.refresh_from_db()
    assert job.state == Job.State.FAILED
    assert "ZeroDivision" not in job.error


def test_what_failed_is_recorded_with_its_target_or_not_at_all(
    effects: list[str], rung: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    job = make_job("refuse")
    with monkeypatch.context() as patched:

        def lose_the_worker(job: Job) -> None:
            raise SystemExit

        lost = replace(kinds._kinds["test_refuse"], on_failure=lose_the_worker)
        patched.setitem(kinds._kinds, "test_refuse", lost)
        with pytest.raises(SystemExit):
            jobs.execute(job.pk)
    job.refresh_from_db()
    assert job.state == Job.State.RUNNING, "the sweep rings for it again"
    Job.objects.update(heartbeat_at=timezone.now() - timedelta(minutes=5))
    jobs.execute(job.pk)
    job.refresh_from_db()
    assert (job.state, effects) == (Job.State.FAILED, ["failed: failed"])


@pytest.mark.parametrize("hostile", ["\x00", "\ud800"])
def test_a_failure_that_quotes_what_no_database_holds_ends_the_job(
    effects: list[str], rung: list[str], hostile: str
) -> None:
    def quote(run: jobs.JobRun) -> None:
        run.progress(1, 2, f"Reading a{hostile}b")
        run.finish_message(f"Read a{hostile}b")
        raise jobs.JobError(f"The file says a{hostile}b.")

    jobs.register_job("test_refuse", steered_by=jobs.of_owner)(quote)
    job = jobs.execute(make_job("refuse").pk)
    assert job is not None
    assert job.state == Job.State.FAILED
    assert job.error in ("The file says ab.", "The file says a?b.")


def test_a_retry_starts_with_fresh_attempts(effects: list[str], rung: list[str]) -> None:
    job = jobs.execute(make_job("refuse").pk)
    assert job is not None
    assert jobs.retry(job)
    assert (job.state, job.attempts, job.error) == (Job.State.QUEUED, 0, "")
    assert rung == [str(job.pk)] * 2
    assert not jobs.retry(job)


def test_a_retry_beside_its_successor_is_refused(effects: list[str], rung: list[str]) -> None:
    key = "refuse:" + "k" * 190
    first = jobs.execute(make_job("refuse", key=key).pk)
    second = make_job("refuse", key=key)
    assert first is not None
    with pytest.raises(jobs.JobError, match="running already"):
        jobs.retry(first)
    first.refresh_from_db()
    assert first.state == Job.State.FAILED
    jobs.execute(second.pk)
    assert jobs.retry(first)
    assert first.idempotency_key == key
    assert make_job("refuse", key=key).pk == first.pk, "the same work is not begun twice"
    with pytest.raises(jobs.JobError, match="running already"):
        jobs.retry(second)
    jobs.execute(first.pk)
    assert jobs.retry(second)
    second.refresh_from_db()
    assert second.idempotency_key == key


def test_a_retry_of_what_is_done_takes_no_key(effects: list[str], rung: list[str]) -> None:
    first = jobs.execute(make_job(key="work").pk)
    second = jobs.execute(make_job(key="work").pk)
    assert first is not None and second is not None
    assert not jobs.retry(first)
    second.refresh_from_db()
    assert second.idempotency_key == "work"


def test_cancelling_a_queued_job_ends_it_at_once(effects: list[str], rung: list[str]) -> None:
    job = make_job("count")
    jobs.request_cancel(job)
    jobs.execute(job.pk)
    assert job.state == Job.State.CANCELLED
    assert effects == ["failed: cancelled"]


def test_cancelling_a_running_job_stops_it_at_its_next_step(effects: list[str], rung: list[str]) -> None:
    job = jobs.execute(make_job("count", params={"cancel": True}).pk)
    assert job is not None
    assert job.state == Job.State.CANCELLED
    assert effects == ["step 0", "failed: cancelled"]


def test_progress_is_on_the_row(effects: list[str], rung: list[str]) -> None:
    job = make_job("count")
    run = jobs.claim(job.pk)
    assert run is not None
    run.progress(1, 4, "One of four")
    job.refresh_from_db()
    assert (job.done, job.total, job.percent, job.message) == (1, 4, 25, "One of four")


def test_a_worker_that_lost_its_lease_may_not_write(effects: list[str], rung: list[str]) -> None:
    job = make_job("count")
    slow = jobs.claim(job.pk)
    assert slow is not None
    Job.objects.filter(pk=job.pk).update(heartbeat_at=timezone.now() - timedelta(hours=1))
    quick = jobs.claim(job.pk)
    assert quick is not None
    with pytest.raises(jobs.JobLost):
        slow.progress(1)
    with pytest.raises(jobs.JobLost):
        slow.check()
    with pytest.raises(jobs.JobLost), transaction.atomic():
        slow.fence()
    assert not slow.beat()
    quick.progress(2, 3)


def test_a_worker_that_lost_its_lease_does_not_end_the_job(effects: list[str], rung: list[str]) -> None:
    taken_over: list[jobs.JobRun | None] = []

    def be_slow(run: jobs.JobRun) -> None:
        Job.objects.filter(pk=run.job.pk).update(heartbeat_at=timezone.now() - timedelta(hours=1))
        taken_over.append(jobs.claim(run.job.pk))
        if run.job.params.get("fails"):
            raise jobs.JobError("Too late to fail.")

    for number, params in enumerate(({}, {"fails": True})):
        jobs.register_job("test_work", steered_by=jobs.of_owner)(be_slow)
        job = make_job(key=f"slow-{number}", params=params)
        jobs.execute(job.pk)
        job.refresh_from_db()
        quick = taken_over[-1]
        assert quick is not None
        assert (job.state, job.lease, job.error) == (Job.State.RUNNING, quick.lease, "")


def test_the_sweep_rings_for_a_job_whose_worker_died(effects: list[str], rung: list[str]) -> None:
    job = make_job()
    assert jobs.claim(job.pk) is not None
    assert jobs.sweep() == 0, "a living worker is left alone"
    Job.objects.filter(pk=job.pk).update(heartbeat_at=timezone.now() - timedelta(minutes=5))
    assert jobs.sweep() == 1
    jobs.execute(job.pk)
    job.refresh_from_db()
    assert (job.state, job.attempts) == (Job.State.DONE, 2)


def test_a_job_that_always_kills_its_worker_fails_after_three_attempts(
    effects: list[str], rung: list[str]
) -> None:
    job = make_job()
    for _ in range(3):
        assert jobs.claim(job.pk) is not None
        Job.objects.filter(pk=job.pk).update(heartbeat_at=timezone.now() - timedelta(minutes=5))
    assert jobs.claim(job.pk) is None
    job.refresh_from_db()
    assert (job.state, job.attempts) == (Job.State.FAILED, 3)
    assert "worker was lost 3 times" in job.error
    assert job.can_retry


def test_a_silent_broker_leaves_the_job_queued_for_the_sweep(
    effects: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*args: Any, **kwargs: Any) -> None:
        raise OSError("connection refused")

    monkeypatch.setattr(queueing.current_app, "send_task", refuse, raising=False)
    job = make_job()
    job.refresh_from_db()
    assert (job.state, job.enqueued_at) == (Job.State.QUEUED, None)
    Job.objects.filter(pk=job.pk).update(created_at=timezone.now() - timedelta(minutes=1))
    heard: list[str] = []
    monkeypatch.setattr(queueing.current_app, "send_task", lambda name, args, queue: heard.append(args[0]))
    assert jobs.sweep() == 1
    assert heard == [str(job.pk)]


def test_a_broker_that_takes_calls_and_says_nothing_makes_one_of_many_wait(
    effects: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []
    clock = 1000.0

    def say_nothing(name: str, args: list[str], queue: str) -> None:
        nonlocal clock
        asked.append(args[0])
        clock += 10
        raise OSError("timed out")

    monkeypatch.setattr(queueing, "_silent_until", 0.0)
    monkeypatch.setattr(queueing.time, "monotonic", lambda: clock)
    monkeypatch.setattr(queueing.current_app, "send_task", say_nothing, raising=False)
    for number in range(40):
        assert make_job(key=f"upload-{number}").state == Job.State.QUEUED
    assert len(asked) == 1
    clock += 60
    make_job(key="another")
    assert len(asked) == 2


def test_the_sweep_leaves_a_queue_alone_that_holds_a_message_for_each_job(
    effects: list[str], rung: list[str], lengths: dict[str, int]
) -> None:
    for number in range(3):
        make_job(key=f"work-{number}")
    Job.objects.update(enqueued_at=timezone.now() - timedelta(minutes=5))
    rung.clear()
    lengths["default"] = 3
    assert jobs.sweep() == 0
    lengths["default"] = 2
    assert jobs.sweep() == 3


def test_the_sweep_rings_for_a_lost_worker_whatever_the_queue_holds(
    effects: list[str], rung: list[str], lengths: dict[str, int]
) -> None:
    lengths["default"] = 1000
    job = make_job()
    assert jobs.claim(job.pk) is not None
    Job.objects.filter(pk=job.pk).update(heartbeat_at=timezone.now() - timedelta(minutes=5))
    assert jobs.sweep() == 1


def test_a_broker_that_cannot_be_asked_costs_nothing_but_time(
    effects: list[str], rung: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    make_job()
    Job.objects.update(enqueued_at=timezone.now() - timedelta(minutes=5))
    rung.clear()
    broker = Connection("redis://127.0.0.1:1/0", transport_options={"max_retries": 1})
    with monkeypatch.context() as patched:
        patched.setattr(queueing, "queue_lengths", queue_lengths)
        patched.setattr(queueing.current_app, "connection_for_write", lambda: broker, raising=False)
        assert jobs.sweep() == 0
    assert jobs.sweep() == 1
    assert len(rung) == 1


def test_the_length_of_a_queue_is_what_lies_in_it(db: None) -> None:
    queue = f"test-{uuid.uuid4()}"
    assert queue_lengths([queue]) == {queue: 0}
    for _ in range(3):
        current_app.send_task("core.tasks.run_job", args=["none"], queue=queue)
    assert queue_lengths([queue, "unheard-of"]) == {queue: 3, "unheard-of": 0}
    with current_app.connection_for_write() as connection, connection.channel() as channel:
        channel.queue_delete(queue)
    assert queue_lengths([]) == {}


def test_a_rolled_back_transaction_rings_for_nothing(effects: list[str], rung: list[str]) -> None:
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        make_job()
        raise ZeroDivisionError
    assert rung == []
    assert not Job.objects.exists()


def test_only_owner_and_administrators_see_a_job(
    effects: list[str], rung: list[str], alice: User, charlie: User
) -> None:
    job = make_job(owner=alice)
    administrator = User.objects.create_superuser("root@example.com", "a password")
    assert jobs.may_see(job, alice)
    assert not jobs.may_see(job, charlie)
    assert jobs.may_see(job, administrator)


def test_finish_now_waits_for_the_result_and_tells_of_a_failure(effects: list[str], rung: list[str]) -> None:
    assert jobs.finish_now(make_job()).state == Job.State.DONE
    with pytest.raises(jobs.JobError, match="encrypted"):
        jobs.finish_now(make_job("refuse"))


def test_a_job_that_is_deleted_while_it_runs_ends_quietly(effects: list[str], rung: list[str]) -> None:
    """Its RFP was deleted, say, and took it along."""

    def vanish(run: jobs.JobRun) -> None:
        Job.objects.filter(pk=run.job.pk).delete()

    jobs.register_job("test_vanish", steered_by=jobs.of_owner)(vanish)
    try:
        job = jobs.enqueue("test_vanish", title="t", key="vanish")
        assert jobs.execute(job.pk) is None
        job = jobs.enqueue("test_vanish", title="Drafting", key="vanish")
        with pytest.raises(jobs.JobError, match="“Drafting” was deleted"):
            jobs.finish_now(job)
    finally:
        del kinds._kinds["test_vanish"]


def test_the_sweep_rings_first_for_what_waits_longest(
    effects: list[str], rung: list[str], lengths: dict[str, int]
) -> None:
    waiting = [jobs.enqueue("test_work", title="t", key=f"w{number}") for number in range(3)]
    long_ago = timezone.now() - timedelta(hours=1)
    for number, job in enumerate(waiting):
        since = long_ago + timedelta(minutes=number)
        Job.objects.filter(pk=job.pk).update(enqueued_at=since, queued_at=since)
    rung.clear()
    lengths.clear()
    assert jobs.sweep() == 3
    assert rung == [str(job.pk) for job in waiting]
