"""The sync as a background job: run twice, cancelled, broken off, on schedule; one effect each time."""

from datetime import timedelta

import pytest
from django.utils import timezone
from pytest_django import Settings

from core import jobs
from core.jobs import JobRun
from core.models import Job, User
from core.tests.factories import UserFactory
from solution_library import tasks
from solution_library.models import Document, DocumentationSource, SourceSync
from solution_library.services.sources import delete_source, enqueue_due_syncs, request_sync, save_source
from solution_library.tests.factories import DocumentationSourceFactory
from solution_library.tests.sites import Reply, Site

pytestmark = pytest.mark.django_db
TEXT = "Backups run every night at two and are kept for thirty days in a second region of the provider."
Schedule = DocumentationSource.Schedule
Status = DocumentationSource.SyncStatus


@pytest.fixture
def source(open_site: Site) -> DocumentationSource:
    open_site.page("/", "Start", TEXT, links=("/a", "/b"))
    open_site.page("/a", "A", TEXT + " Page A.")
    open_site.page("/b", "B", TEXT + " Page B.")
    return DocumentationSourceFactory(base_url=open_site.url, name="Acme docs")


def run_again(job: Job) -> Job:
    """As after a worker that was lost when all was done but the end."""
    Job.objects.filter(pk=job.pk).update(state=Job.State.QUEUED, lease=None, finished_at=None)
    done = jobs.execute(job.pk)
    assert done
    return done


def test_a_job_run_twice_has_one_effect_and_one_report(source: DocumentationSource, alice: User) -> None:
    job = request_sync(source, owner=alice)
    assert job.queue == "scraping"
    done = jobs.execute(job.pk)
    assert done
    assert (done.state, done.message) == (Job.State.DONE, "3 added.")
    report = SourceSync.objects.get()
    assert done.result_url == report.get_absolute_url()
    keys = set(Document.objects.values_list("pk", "s3_key"))
    assert jobs.execute(job.pk) is None, "a finished job is not run at all"
    assert run_again(done).state == Job.State.DONE
    again = SourceSync.objects.get()
    assert again.pk == report.pk
    assert (again.added, again.unchanged, again.entries.count()) == (3, 0, 3)
    assert set(Document.objects.values_list("pk", "s3_key")) == keys


def test_a_job_that_was_broken_off_goes_on_with_its_report(
    source: DocumentationSource, monkeypatch: pytest.MonkeyPatch
) -> None:
    job = request_sync(source)
    taken = []

    def lose_the_lease_at_the_second_page(run: JobRun) -> None:
        taken.append(run)
        if len(taken) == 2:
            raise jobs.JobLost

    with monkeypatch.context() as patch:
        patch.setattr(JobRun, "fence", lose_the_lease_at_the_second_page)
        assert jobs.execute(job.pk) is None
    assert Document.objects.count() == 1
    Job.objects.filter(pk=job.pk).update(heartbeat_at=timezone.now() - timedelta(minutes=5))
    done = jobs.execute(job.pk)
    assert done
    assert done.state == Job.State.DONE
    assert SourceSync.objects.get().added == 3


def test_a_worker_without_its_lease_writes_nothing(source: DocumentationSource) -> None:
    job = request_sync(source)
    slow = jobs.claim(job.pk)
    assert slow
    Job.objects.filter(pk=job.pk).update(heartbeat_at=timezone.now() - timedelta(minutes=5))
    assert jobs.claim(job.pk)
    with pytest.raises(jobs.JobLost):
        tasks.run_sync_source(slow)
    assert not Document.objects.exists()


def test_cancelling_keeps_what_was_read_and_the_report_says_so(
    source: DocumentationSource, monkeypatch: pytest.MonkeyPatch
) -> None:
    job = request_sync(source)
    asked = JobRun.progress

    def cancel(run: JobRun, done: int, total: int | None = None, message: str = "") -> None:
        if Document.objects.exists():
            jobs.request_cancel(Job.objects.get(pk=run.job.pk))
        asked(run, done, total, message)

    monkeypatch.setattr(JobRun, "progress", cancel)
    monkeypatch.setattr("solution_library.services.sync._REPORT_EVERY_SECONDS", 0)
    done = jobs.execute(job.pk)
    assert done
    assert done.state == Job.State.CANCELLED
    assert Document.objects.count() == 1
    assert SourceSync.objects.get().state == SourceSync.State.CANCELLED
    source.refresh_from_db()
    assert (source.sync_status, source.sync_error) == (Status.NEVER, "")


def test_a_failure_is_in_the_sites_words_on_job_source_and_report(
    source: DocumentationSource, open_site: Site
) -> None:
    open_site.pages["/robots.txt"] = Reply(b"User-agent: *\nDisallow: /\n")
    done = jobs.execute(request_sync(source).pk)
    assert done
    source.refresh_from_db()
    assert done.state == Job.State.FAILED
    assert "robots.txt asks robots to stay away" in done.error
    assert done.error == source.sync_error == SourceSync.objects.get().error
    assert done.can_retry


@pytest.mark.django_db(transaction=True)
def test_an_unforeseen_end_leaves_no_sync_running(
    source: DocumentationSource, monkeypatch: pytest.MonkeyPatch
) -> None:
    def break_down(*_: object, **__: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr("solution_library.services.sync_pages.store_scraped_page", break_down)
    job = request_sync(source)
    for _ in range(3):
        jobs.execute(job.pk)
    source.refresh_from_db()
    assert source.sync_status == Status.FAILED
    assert "did not foresee" in source.sync_error
    assert SourceSync.objects.get().state == SourceSync.State.FAILED


def test_a_source_that_is_gone_is_a_clean_end(source: DocumentationSource) -> None:
    job = request_sync(source)
    DocumentationSource.objects.all().delete()
    done = jobs.execute(job.pk)
    assert done
    assert done.state == Job.State.DONE


def test_asking_twice_is_one_sync(source: DocumentationSource) -> None:
    assert request_sync(source).pk == request_sync(source).pk


def test_editors_steer_a_sync_and_others_do_not(
    source: DocumentationSource, alice: User, charlie: User
) -> None:
    job = request_sync(source, owner=UserFactory())
    assert jobs.may_see(job, alice)
    assert not jobs.may_see(job, charlie)


@pytest.mark.parametrize(
    ("schedule", "days"), [(Schedule.DAILY, 1), (Schedule.WEEKLY, 7), (Schedule.MONTHLY, 30)]
)
def test_a_due_source_is_queued_once_however_many_clocks_strike(
    source: DocumentationSource, schedule: str, days: int
) -> None:
    source.schedule = schedule
    save_source(source)
    now = timezone.now()
    assert enqueue_due_syncs(now) == 0
    later = now + timedelta(days=days, minutes=1)
    assert [enqueue_due_syncs(later) for _ in range(3)] == [1, 0, 0]
    assert Job.objects.count() == 1
    Job.objects.update(state=Job.State.DONE)
    assert enqueue_due_syncs(later) == 0
    assert enqueue_due_syncs(later + timedelta(days=days)) == 1


def test_clocks_that_strike_at_the_same_moment_queue_a_source_once(
    source: DocumentationSource, monkeypatch: pytest.MonkeyPatch
) -> None:
    source.schedule = Schedule.DAILY
    save_source(source)
    later = timezone.now() + timedelta(days=2)
    stale = (
        DocumentationSource.objects.get()
    )  # as the second clock read it, before the first had moved the date on
    assert enqueue_due_syncs(later) == 1
    Job.objects.update(state=Job.State.DONE)
    monkeypatch.setattr(
        type(DocumentationSource.objects.all()), "due", lambda self, now: _Rows([stale]), raising=True
    )
    assert enqueue_due_syncs(later) == 0
    assert Job.objects.count() == 1


class _Rows(list[DocumentationSource]):
    def order_by(self, *_: str) -> "_Rows":
        return self


def test_a_manual_source_is_never_due(source: DocumentationSource) -> None:
    save_source(source)
    assert enqueue_due_syncs(timezone.now() + timedelta(days=1000)) == 0


def test_deleting_a_source_takes_everything_along_that_it_stored(
    source: DocumentationSource, open_site: Site, media, django_capture_on_commit_callbacks
) -> None:
    jobs.execute(request_sync(source).pk)
    open_site.page("/a", "A", TEXT + " Revised.")
    jobs.execute(request_sync(source).pk)
    waiting = request_sync(source)
    with django_capture_on_commit_callbacks(execute=True):
        delete_source(source)
    assert not Document.objects.exists()
    assert not SourceSync.objects.exists()
    assert [path for path in media.rglob("*") if path.is_file()] == []
    waiting.refresh_from_db()
    assert waiting.state == Job.State.CANCELLED


def test_the_clock_is_set(settings: Settings) -> None:
    assert tasks.sync_due_sources.name in {entry["task"] for entry in settings.CELERY_BEAT_SCHEDULE.values()}
