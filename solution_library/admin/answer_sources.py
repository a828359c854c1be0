"""What library answers are based on, and which of it has changed."""

from django.contrib import admin

from core.admin.records import RecordAdmin
from solution_library.models import AnswerSource, SourceMark


@admin.register(AnswerSource)
class AnswerSourceAdmin(RecordAdmin):
    list_display = ("entry", "document", "library_answer")
    list_select_related = ("entry", "document", "library_answer")
    list_filter = ("entry__solution__vendor",)
    search_fields = ("entry__question", "document__title", "library_answer__question")


@admin.register(SourceMark)
class SourceMarkAdmin(RecordAdmin):
    list_display = ("moment", "reason", "source")
    list_select_related = ("source__entry", "source__document", "source__library_answer")
    list_filter = ("moment",)
    search_fields = ("reason", "source__entry__question")
