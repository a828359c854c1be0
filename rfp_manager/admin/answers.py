from django.contrib import admin
from django.http import HttpRequest

from rfp_manager.models import Answer, AnswerVersion, Citation, FurtherCell, Question


class ReadOnlyAdmin(admin.ModelAdmin):
    """The workflow's steps are taken in the workspace, where they are checked and counted."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: object | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: object | None = None) -> bool:
        """A question would keep its state without its answer."""
        return False


@admin.register(Question)
class QuestionAdmin(ReadOnlyAdmin):
    list_display = ("__str__", "rfp", "sheet", "row", "status", "assignee")
    list_filter = ("status",)
    list_select_related = ("rfp", "assignee")
    search_fields = ("text", "identifier", "rfp__title")


@admin.register(Answer)
class AnswerAdmin(ReadOnlyAdmin):
    list_display = ("__str__", "question", "status", "origin", "confidence", "version", "updated_at")
    list_filter = ("status", "origin")
    list_select_related = ("question",)
    search_fields = ("text", "question__text")


@admin.register(AnswerVersion)
class AnswerVersionAdmin(ReadOnlyAdmin):
    list_display = ("answer", "version", "origin", "edited_by", "created_at")
    list_filter = ("origin", "created_at")
    list_select_related = ("answer", "edited_by")
    search_fields = ("text",)


@admin.register(Citation)
class CitationAdmin(ReadOnlyAdmin):
    list_display = ("source_title", "page", "answer", "sentence_index", "score")
    list_filter = ("answer__origin",)
    list_select_related = ("answer",)
    search_fields = ("source_title", "quote")


@admin.register(FurtherCell)
class FurtherCellAdmin(ReadOnlyAdmin):
    list_display = ("__str__", "question", "edited_by", "created_at")
    list_filter = ("created_at",)
    list_select_related = ("question", "edited_by")
    search_fields = ("value", "question__text")
