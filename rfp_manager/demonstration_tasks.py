"""Loading the demonstration in the background, for whoever sets up an installation."""

from django.urls import reverse
from django.utils.translation import gettext as _

from core.jobs import JobRun, enqueue, of_owner, register_job
from core.models import Job, User
from rfp_manager.services.demonstration import count_files, load_demonstration, remove_demonstration

LOAD_JOB = "load_demonstration"


def request_demonstration(owner: User) -> Job:
    """Have it loaded for `owner`; asked again meanwhile, it is the same job."""
    return enqueue(
        LOAD_JOB, title=_("Loading the demonstration"), key=LOAD_JOB, owner=owner, total=count_files()
    )


@register_job(LOAD_JOB, steered_by=of_owner)
def load_demonstration_job(run: JobRun) -> None:
    """A second attempt begins afresh, so that nothing of it is there twice."""
    owner = run.job.owner
    if owner is None:
        return
    remove_demonstration()
    done = 0

    def count() -> None:
        nonlocal done
        done += 1
        run.progress(done, message=_("Uploading"))

    rfp = load_demonstration(owner, on_file=count)
    run.finish_message(str(rfp.title), result_url=reverse("rfp_manager:detail", args=[rfp.pk]))
