"""What was done in the admin: its own history to be read, and its bulk deletions in the audit log."""

from django.contrib import admin
from django.contrib.admin.actions import delete_selected
from django.contrib.admin.models import LogEntry
from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from core.admin.records import RecordAdmin
from core.audit import record_event


@admin.register(LogEntry)
class LogEntryAdmin(RecordAdmin):
    list_display = ("action_time", "user", "action_flag", "content_type", "object_repr", "what")
    list_filter = ("action_flag", "content_type")
    list_select_related = ("user", "content_type")
    search_fields = ("object_repr", "change_message", "user__email")
    date_hierarchy = "action_time"
    show_full_result_count = False

    @admin.display(description=_("change"))
    def what(self, entry: LogEntry) -> str:
        return entry.get_change_message()


@admin.action(description=_("Delete selected %(verbose_name_plural)s"), permissions=["delete"])
def delete_and_record(
    modeladmin: admin.ModelAdmin, request: HttpRequest, queryset: QuerySet[Model]
) -> HttpResponse | None:
    """Django's own action; several log entries are written at once there, past the signal that audits one."""
    confirmed = bool(request.POST.get("post"))
    rows = list(queryset) if confirmed else []
    keys = [row.pk for row in rows]
    response = delete_selected(modeladmin, request, queryset)
    if confirmed and response is None and len(rows) > 1:
        for row, key in zip(rows, keys, strict=True):
            row.pk = key
            record_event("admin.deleted", target=row)
    return response


admin.site.add_action(delete_and_record, "delete_selected")
