"""Documentation sites, their syncs and their pages."""

from datetime import datetime

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from core.admin.records import RecordAdmin
from core.models import User
from solution_library.admin.deletion import UndoableDeletion
from solution_library.admin.documents import URL_FIELDS
from solution_library.models import (
    DocumentationSource,
    ScrapedPage,
    SourceSync,
    SourceSyncEntry,
)
from solution_library.services.deletions import trash_source
from solution_library.services.sources import request_sync, save_source


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

    def get_readonly_fields(
        self, request: HttpRequest, obj: DocumentationSource | None = None
    ) -> tuple[str, ...]:
        """A site that is there stays with its solution, as its pages do."""
        return self.readonly_fields if obj is None else ("solution", *self.readonly_fields)

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
