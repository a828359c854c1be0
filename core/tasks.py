import logging

from celery import shared_task

from core import jobs, partial_uploads
from core.clock import note_ring
from core.storage import StorageError
from core.storage_check import check_and_tidy

logger = logging.getLogger(__name__)


@shared_task(name="core.tasks.run_job")
def run_job(job_id: str) -> None:
    jobs.execute(job_id)


@shared_task(name="core.tasks.sweep_jobs", expires=30)
def sweep_jobs() -> None:
    jobs.sweep()
    note_ring()


@shared_task(name="core.tasks.purge_partial_uploads", expires=3000)
def purge_partial_uploads() -> None:
    partial_uploads.purge_unfinished()


@shared_task(name="core.tasks.check_storage_daily", expires=3600)
def check_storage_daily() -> None:
    try:
        check = check_and_tidy()
    except StorageError:
        logger.warning("the file store is not compared today: it does not answer", exc_info=True)
        return
    log = logger.error if check.missing or check.changed else logger.info
    log(
        "file store: %d objects, %d missing, %d changed, %d orphaned of which %d were deleted",
        check.objects_found,
        check.missing,
        check.changed,
        check.orphaned,
        check.deleted,
    )
