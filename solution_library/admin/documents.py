"""Documents of the library and what the index has of them."""

from datetime import datetime
from typing import Any

from django import forms
from django.contrib import admin
from django.db import models
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from core.admin.exchange import ExchangeAdmin
from core.admin.records import RecordAdmin
from solution_library.admin.deletion import UndoableDeletion
from solution_library.exchange import SolutionResource
from solution_library.models import (
    Document,
    DocumentEmbedding,
    DocumentFingerprint,
    DocumentTwin,
    Solution,
)
from solution_library.services.deletions import trash, trash_solution
from solution_library.services.documents import request_embedding

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
    raw_id_fields = ("owner",)
    # The file comes in through the pages, which check it, and moves to another solution there; a page's address is its
    # site's, and what retires or deletes a document takes its passages out of search. Here it is described.
    exclude = ("file",)
    readonly_fields = (
        "solution",
        "source",
        "url",
        "s3_key",
        "file_type",
        "file_size",
        "content_hash",
        "embedding_status",
        "embedding_error",
        "reading_notes",
        "embedded_hash",
        "embedded_model",
        "embedded_at",
        "chunk_count",
        "page_count",
        "retired_at",
        "deleted_at",
        "created_at",
        "updated_at",
    )
    actions = ("embed_again",)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def get_queryset(self, request: HttpRequest) -> QuerySet[Document]:
        return super().get_queryset(request).filter(deleted_at__isnull=True)

    def save_model(self, request: HttpRequest, obj: Document, form: forms.ModelForm, change: bool) -> None:
        # A worker may be embedding it: what the form does not have is not written back.
        obj.save(update_fields=[*form.changed_data, "updated_at"])

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
