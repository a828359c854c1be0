from datetime import datetime
from typing import Any

from django.contrib import admin
from django.db import models
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from core.admin.exchange import ExchangeAdmin
from core.admin.records import RecordAdmin
from core.models import User
from solution_library.admin_deletion import UndoableDeletion
from solution_library.exchange import LibraryAnswerResource, SolutionResource
from solution_library.models import (
    AnswerImport,
    Document,
    DocumentationSource,
    DocumentEmbedding,
    DocumentFingerprint,
    DocumentTwin,
    EmbeddingStatus,
    LibraryAnswer,
    LibraryAnswerVersion,
    RetrievalEvaluation,
    ReviewReminder,
    ScrapedPage,
    Solution,
    SourceSync,
    SourceSyncEntry,
)
from solution_library.services.answers import request_answer_embedding
from solution_library.services.deletions import trash, trash_answers, trash_solution, trash_source
from solution_library.services.documents import request_embedding
from solution_library.services.sources import request_sync, save_source

# Who types an address without a scheme means the safe one.
URL_FIELDS: dict[type[models.Field], dict[str, Any]] = {models.URLField: {"assume_scheme": "https"}}


@admin.register(Solution)
class SolutionAdmin(UndoableDeletion, ExchangeAdmin):
    resource_classes = [SolutionResource]
    list_display = ("name", "vendor", "owner", "updated_at")
    list_select_related = ("vendor", "owner")
    list_filter = ("vendor",)
    search_fields = ("name", "vendor__name")
    raw_id_fields = ("vendor", "owner")
    readonly_fields = ("created_at", "updated_at")

    def trash(self, rows: QuerySet[Solution], now: datetime) -> None:
        for solution in rows:
            trash_solution(solution, now=now)

    def goes_along(self, row: Solution) -> list[tuple[str, int]]:
        return [
            (gettext("documents"), row.documents.in_use().count()),
            (gettext("documentation sites"), row.sources.count()),
            (gettext("library answers"), row.answers.count()),
        ]


@admin.register(Document)
class DocumentAdmin(UndoableDeletion):
    list_display = (
        "title",
        "solution",
        "file_type",
        "file_size",
        "embedding_status",
        "chunk_count",
        "updated_at",
    )
    list_select_related = ("solution",)
    list_filter = ("embedding_status", "file_type", "solution__vendor")
    search_fields = ("title", "s3_key", "content_hash", "url")
    raw_id_fields = ("solution", "source", "owner")
    formfield_overrides = URL_FIELDS
    # The file comes in through the pages, which check it; here only what describes it is changed.
    exclude = ("file",)
    readonly_fields = (
        "s3_key",
        "file_type",
        "file_size",
        "content_hash",
        "embedding_status",
        "embedding_error",
        "embedded_hash",
        "embedded_model",
        "embedded_at",
        "chunk_count",
        "page_count",
        "created_at",
        "updated_at",
    )
    actions = ("embed_again",)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def get_queryset(self, request: HttpRequest) -> QuerySet[Document]:
        return super().get_queryset(request).filter(deleted_at__isnull=True)

    def trash(self, rows: QuerySet[Document], now: datetime) -> None:
        trash(rows, now=now)

    def goes_along(self, row: Document) -> list[tuple[str, int]]:
        return [(gettext("passages"), row.chunk_count)]

    @admin.action(description=_("Embed selected documents again"), permissions=["change"])
    def embed_again(self, request: HttpRequest, queryset: QuerySet[Document]) -> None:
        count = request_embedding(queryset)
        self.message_user(
            request,
            ngettext("%(count)d document is queued.", "%(count)d documents are queued.", count)
            % {"count": count},
        )


@admin.register(DocumentEmbedding)
class DocumentEmbeddingAdmin(admin.ModelAdmin):
    """Made and replaced by the embedding only: nothing to write here."""

    list_display = ("document", "chunk_index", "page", "chunk_size", "embedding_model", "created_at")
    list_select_related = ("document",)
    list_filter = ("embedding_model",)
    search_fields = ("document__title", "chunk_s3_key")
    exclude = ("embedding", "search_vector", "waiting_search_vector")
    show_full_result_count = False

    def get_queryset(self, request: HttpRequest) -> QuerySet[DocumentEmbedding]:
        return super().get_queryset(request).defer("embedding", "search_vector", "waiting_search_vector")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: DocumentEmbedding | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: DocumentEmbedding | None = None) -> bool:
        return False


@admin.register(DocumentationSource)
class DocumentationSourceAdmin(UndoableDeletion):
    list_display = ("name", "solution", "base_url", "schedule", "sync_status", "last_synced_at")
    list_select_related = ("solution",)
    list_filter = ("sync_status", "schedule")
    search_fields = ("name", "base_url")
    formfield_overrides = URL_FIELDS
    raw_id_fields = ("solution",)
    readonly_fields = (
        "sync_status",
        "sync_error",
        "last_report",
        "last_synced_at",
        "next_sync_at",
        "created_at",
        "updated_at",
    )
    actions = ("sync",)

    def save_model(self, request: HttpRequest, obj: DocumentationSource, form: object, change: bool) -> None:
        save_source(obj)

    def trash(self, rows: QuerySet[DocumentationSource], now: datetime) -> None:
        for source in rows:
            trash_source(source, now=now)

    def goes_along(self, row: DocumentationSource) -> list[tuple[str, int]]:
        return [(gettext("pages"), row.documents.in_use().count()), (gettext("syncs"), row.syncs.count())]

    @admin.action(description=_("Sync selected sources"), permissions=["change"])
    def sync(self, request: HttpRequest, queryset: QuerySet[DocumentationSource]) -> None:
        owner = request.user if isinstance(request.user, User) else None
        for source in queryset:
            request_sync(source, owner=owner)
        count = len(queryset)
        self.message_user(
            request,
            ngettext(
                "%(count)d source is queued for a sync.", "%(count)d sources are queued for a sync.", count
            )
            % {"count": count},
        )


@admin.register(SourceSync)
class SourceSyncAdmin(RecordAdmin):
    list_display = ("source", "state", "started_at", "added", "changed", "removed", "unchanged", "failed")
    list_select_related = ("source",)
    list_filter = ("state",)
    search_fields = ("source__name",)


@admin.register(SourceSyncEntry)
class SourceSyncEntryAdmin(RecordAdmin):
    list_display = ("title", "change", "url", "sync")
    list_select_related = ("sync__source",)
    list_filter = ("change",)
    search_fields = ("title", "url")
    raw_id_fields = ("document",)


@admin.register(ScrapedPage)
class ScrapedPageAdmin(RecordAdmin):
    list_display = ("document", "etag", "last_modified")
    list_select_related = ("document",)
    list_filter = ("document__source",)
    search_fields = ("document__title", "document__url")


@admin.register(DocumentFingerprint)
class DocumentFingerprintAdmin(RecordAdmin):
    list_display = ("document", "content_hash")
    list_select_related = ("document",)
    list_filter = ("document__solution",)
    search_fields = ("document__title",)
    exclude = ("signature", "bands")

    def get_queryset(self, request: HttpRequest) -> QuerySet[DocumentFingerprint]:
        return super().get_queryset(request).defer("signature", "bands")


@admin.register(DocumentTwin)
class DocumentTwinAdmin(RecordAdmin):
    list_display = ("first", "second", "similarity")
    list_select_related = ("first", "second")
    list_filter = ("first__solution",)
    search_fields = ("first__title", "second__title")


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
