"""Library answers with their history and imports, and how well they are found."""

from datetime import datetime

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from core.admin.exchange import ExchangeAdmin
from core.admin.records import RecordAdmin
from solution_library.admin.deletion import UndoableDeletion
from solution_library.exchange import LibraryAnswerResource
from solution_library.models import (
    AnswerImport,
    EmbeddingStatus,
    LibraryAnswer,
    LibraryAnswerVersion,
    RetrievalEvaluation,
    ReviewReminder,
)
from solution_library.services.answers import request_answer_embedding
from solution_library.services.deletions import trash_answers


@admin.register(LibraryAnswer)
class LibraryAnswerAdmin(UndoableDeletion, ExchangeAdmin):
    resource_classes = [LibraryAnswerResource]
    list_display = ("question", "solution", "owner", "times_used", "review_by", "embedding_status")
    list_select_related = ("solution", "owner")
    list_filter = ("embedding_status", "origin", "solution__vendor")
    search_fields = ("question", "answer", "tags")
    raw_id_fields = ("solution", "owner")
    exclude = ("embedding", "search_vector")
    readonly_fields = (
        "origin_answer_id",
        "times_used",
        "last_used_at",
        "embedding_status",
        "embedding_model",
        "created_at",
        "updated_at",
    )
    actions = ("embed_again",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[LibraryAnswer]:
        return super().get_queryset(request).defer("embedding", "search_vector")

    def save_model(self, request: HttpRequest, obj: LibraryAnswer, form: object, change: bool) -> None:
        obj.embedding_status = EmbeddingStatus.PENDING
        super().save_model(request, obj, form, change)
        request_answer_embedding([obj])

    def trash(self, rows: QuerySet[LibraryAnswer], now: datetime) -> None:
        trash_answers(LibraryAnswer.objects.filter(pk__in=[row.pk for row in rows]), now=now)

    def goes_along(self, row: LibraryAnswer) -> list[tuple[str, int]]:
        return [(gettext("versions"), row.versions.count())]

    @admin.action(description=_("Embed selected answers again"), permissions=["change"])
    def embed_again(self, request: HttpRequest, queryset: QuerySet[LibraryAnswer]) -> None:
        count = request_answer_embedding(queryset)
        self.message_user(
            request,
            ngettext("%(count)d answer is queued.", "%(count)d answers are queued.", count)
            % {"count": count},
        )


@admin.register(LibraryAnswerVersion)
class LibraryAnswerVersionAdmin(RecordAdmin):
    list_display = ("entry", "version", "edited_by", "created_at")
    list_select_related = ("entry", "edited_by")
    list_filter = ("created_at",)
    search_fields = ("question", "answer")


@admin.register(AnswerImport)
class AnswerImportAdmin(RecordAdmin):
    list_display = ("filename", "solution", "owner", "kept", "created_at", "finished_at")
    list_select_related = ("solution", "owner")
    list_filter = ("created_at", "finished_at")
    search_fields = ("filename",)


@admin.register(ReviewReminder)
class ReviewReminderAdmin(RecordAdmin):
    list_display = ("reason", "due_on", "document", "answer", "created_at")
    list_select_related = ("document", "answer")
    list_filter = ("reason", "due_on")
    search_fields = ("document__title", "answer__question")


@admin.register(RetrievalEvaluation)
class RetrievalEvaluationAdmin(RecordAdmin):
    list_display = ("created_at", "embedding_model", "fingerprint", "question_count", "ndcg", "recall", "mrr")
    list_filter = ("embedding_model",)
    search_fields = ("embedding_model", "fingerprint")
    exclude = ("results",)
