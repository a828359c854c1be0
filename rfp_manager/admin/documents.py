from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext

from rfp_manager.models import RFPExport, RFPInformationDocument, RFPQuestionDocument
from rfp_manager.services.rfps import delete_export, delete_file
from solution_library.admin.deletion import DeletionByService


class StoredOnceAdmin(DeletionByService):
    """Files come in through the pages, which check them; here they are looked at."""

    list_select_related = ("rfp",)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: object | None = None) -> bool:
        return False

    def goes_along(self, row: Any) -> list[tuple[str, int]]:
        return []

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        for row in queryset:
            delete_file(row)


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

    def goes_along(self, row: RFPQuestionDocument) -> list[tuple[str, int]]:
        return [(gettext("questions"), row.questions.count())]


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

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[RFPExport]) -> None:
        for row in queryset:
            delete_export(row)
