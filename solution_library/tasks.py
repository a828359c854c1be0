"""The worker's side of the library: the sync of a documentation site, and the clock of their schedules."""

from celery import shared_task

from core.jobs import JobRun, register_job, sees_target
from core.models import Job, User
from core.permissions import can_edit_library
from solution_library.models import DocumentationSource
from solution_library.services.near_duplicates import find_near_duplicates
from solution_library.services.purging import purge_deleted
from solution_library.services.reminders import remind_owners
from solution_library.services.sources import SYNC_JOB, enqueue_due_syncs
from solution_library.services.sync import sync_source
from solution_library.services.sync_reports import describe_report, end_report_of_job


def _editors(job: Job, user: User) -> bool:
    return can_edit_library(user)


def record_sync_failure(job: Job) -> None:
    end_report_of_job(
        job.pk, int(job.target_id), cancelled=job.state == Job.State.CANCELLED, reason=job.error
    )


def _editors_while_it_is_there(job: Job, user: User) -> bool:
    return _editors(job, user) and sees_target(job, user)


@register_job(
    SYNC_JOB,
    queue="scraping",
    visible_to=_editors_while_it_is_there,
    steered_by=_editors,
    on_failure=record_sync_failure,
)
def run_sync_source(run: JobRun) -> None:
    source = DocumentationSource.objects.select_related("solution").filter(pk=run.job.target_id).first()
    if source is None:
        return
    report = sync_source(
        source,
        job_id=run.job.pk,
        progress=run.progress,
        fence=run.fence,
        remove_many=run.job.params.get("remove_many", False),
    )
    run.progress(report.pages, report.pages)
    run.finish_message(describe_report(report), result_url=report.get_absolute_url())


@shared_task(name="solution_library.tasks.sync_due_sources", expires=60)
def sync_due_sources() -> None:
    enqueue_due_syncs()


@shared_task(name="solution_library.tasks.purge_deleted_documents", expires=600)
def purge_deleted_content() -> None:
    purge_deleted()


@shared_task(name="solution_library.tasks.compare_documents", expires=50)
def compare_documents() -> None:
    find_near_duplicates()


@shared_task(name="solution_library.tasks.remind_owners_daily")
def remind_owners_daily() -> None:
    remind_owners()
