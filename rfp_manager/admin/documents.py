from django.contrib import admin
from django.http import HttpRequest

from rfp_manager.models import RFPExport, RFPInformationDocument, RFPQuestionDocument


class StoredOnceAdmin(admin.ModelAdmin):
    """Files come in through the pages, which check them; here they are looked at."""

    list_select_related = ("rfp",)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: object | None = None) -> bool:
        return False


@admin.register(RFPInformationDocument)
class RFPInformationDocumentAdmin(StoredOnceAdmin):
    list_display = ("title", "rfp", "file_type", "file_size", "summary_status", "created_at")
    list_filter = ("summary_status", "file_type")
    search_fields = ("title", "rfp__title", "s3_key")


@admin.register(RFPQuestionDocument)
class RFPQuestionDocumentAdmin(StoredOnceAdmin):
    list_display = ("title", "rfp", "file_type", "file_size", "layout_status", "created_at")
    list_filter = ("layout_status", "file_type")
    search_fields = ("title", "rfp__title", "s3_key")


@admin.register(RFPExport)
class RFPExportAdmin(StoredOnceAdmin):
    list_display = (
        "filename",
        "rfp",
        "version",
        "answered_count",
        "question_count",
        "file_size",
        "created_at",
    )
    list_filter = ("format", "created_at")
    search_fields = ("filename", "rfp__title")
