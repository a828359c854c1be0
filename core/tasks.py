from celery import shared_task

from core import jobs, partial_uploads
from core.clock import note_ring


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
