from django.contrib import admin
from django.http import HttpRequest

from core.models import AuditEvent


@admin.register(AuditEvent)
class AuditEventAdmin(admin.ModelAdmin):
    """To be read; nobody changes it, superusers included."""

    list_display = ("created_at", "action", "actor_name", "via", "address", "target_kind", "target_name")
    list_filter = ("action", "target_kind", "created_at")
    search_fields = ("actor_name", "target_name", "via", "address")
    date_hierarchy = "created_at"
    show_full_result_count = False

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: AuditEvent | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: AuditEvent | None = None) -> bool:
        return False
