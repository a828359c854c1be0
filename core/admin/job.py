from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from core import jobs
from core.admin.records import RecordAdmin
from core.models import Job


@admin.register(Job)
class JobAdmin(RecordAdmin):
    """To look at, to retry and to cancel. One that were deleted would leave behind what waits for its end."""

    list_display = ("title", "kind", "state", "done", "total", "attempts", "owner", "created_at")
    list_filter = ("state", "kind", "queue")
    search_fields = ("title", "error", "idempotency_key")
    list_select_related = ("owner",)
    actions = ("retry_jobs", "cancel_jobs")

    @admin.action(description=_("Retry selected jobs"), permissions=["view"])
    def retry_jobs(self, request: HttpRequest, queryset: QuerySet[Job]) -> None:
        retried = 0
        for job in queryset:
            try:
                retried += jobs.retry(job)
            except jobs.JobError as error:
                self.message_user(request, f"{job}: {error}", messages.WARNING)
        self.message_user(
            request,
            ngettext(
                "%(retried)s of %(number)s job is queued again.",
                "%(retried)s of %(number)s jobs are queued again.",
                len(queryset),
            )
            % {"retried": retried, "number": len(queryset)},
        )

    @admin.action(description=_("Cancel selected jobs"), permissions=["view"])
    def cancel_jobs(self, request: HttpRequest, queryset: QuerySet[Job]) -> None:
        for job in queryset:
            jobs.request_cancel(job)
        self.message_user(
            request,
            ngettext(
                "%(number)s job was asked to stop.", "%(number)s jobs were asked to stop.", len(queryset)
            )
            % {"number": len(queryset)},
        )
