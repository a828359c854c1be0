"""The worker's side of webhooks: sending them, and the clock of retries and of forgetting, that of other rows too."""

import logging

from celery import shared_task
from django.utils.translation import ngettext

from core.jobs import JobRun, of_owner, register_job
from themis.services.forgetting import forget_old
from themis.services.webhook_delivery import deliver_due
from themis.services.webhook_events import DELIVERY_JOB, purge_deliveries, request_due_deliveries

logger = logging.getLogger(__name__)


@register_job(DELIVERY_JOB, steered_by=of_owner)
def deliver_webhook(run: JobRun) -> None:
    arrived = deliver_due(int(run.job.target_id), check=run.check, fence=run.fence)
    said = ngettext("%(count)d event delivered", "%(count)d events delivered", arrived)
    run.finish_message(said % {"count": arrived})


@shared_task(name="themis.tasks.request_due_deliveries", expires=30)
def request_due() -> None:
    request_due_deliveries()


@shared_task(name="themis.tasks.purge_webhook_deliveries", expires=600)
def purge_webhook_deliveries() -> None:
    purge_deliveries()


@shared_task(name="themis.tasks.forget_old_rows", expires=3600)
def forget_old_rows() -> None:
    logger.info("forgotten: %s", forget_old())
