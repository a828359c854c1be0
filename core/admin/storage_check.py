from django.contrib import admin

from core.admin.records import RecordAdmin
from core.models import StorageCheck


@admin.register(StorageCheck)
class StorageCheckAdmin(RecordAdmin):
    list_display = ("created_at", "objects_found", "missing", "changed", "orphaned", "deleted")
    list_filter = ("created_at",)
    search_fields = ("created_at",)
