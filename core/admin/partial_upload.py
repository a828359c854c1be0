from django.contrib import admin

from core.admin.records import RecordAdmin
from core.models import PartialUpload


@admin.register(PartialUpload)
class PartialUploadAdmin(RecordAdmin):
    list_display = ("filename", "owner", "received", "size", "touched_at")
    list_filter = ("touched_at",)
    search_fields = ("filename", "owner__email")
    list_select_related = ("owner",)
