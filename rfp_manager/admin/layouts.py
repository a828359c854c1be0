from django.contrib import admin
from django.http import HttpRequest

from rfp_manager.models import LayoutMemory


@admin.register(LayoutMemory)
class LayoutMemoryAdmin(admin.ModelAdmin):
    """Remembered layouts come from confirmed workbooks; here a wrong one is deleted, and so forgotten."""

    list_display = ("name", "confirmed_by", "confirmed_at", "times_used")
    list_select_related = ("confirmed_by",)
    list_filter = ("confirmed_at",)
    search_fields = ("name", "fingerprint")
    date_hierarchy = "confirmed_at"

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: object | None = None) -> bool:
        return False
