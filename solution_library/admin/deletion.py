"""Deleting in the admin site, by the services that the pages call."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _


class DeletionByService(admin.ModelAdmin):
    """A subclass says how rows are deleted in `delete_queryset`."""

    def goes_along(self, row: Any) -> Iterable[tuple[str, int]]:
        """What is deleted with a row, in words of the plural, and how many."""
        raise NotImplementedError

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        self.delete_queryset(request, self.get_queryset(request).filter(pk=obj.pk))

    def get_deleted_objects(
        self, objs: Sequence[Any] | QuerySet[Any], request: HttpRequest
    ) -> tuple[list[Any], dict[str, int], set[str], list[str]]:
        """What goes along. Django would refuse where a part, a passage say, is deleted by nobody on its own."""
        meta = self.opts
        shown: list[Any] = []
        counts = {str(meta.verbose_name_plural): len(objs)}
        for row in objs:
            shown.append(f"{meta.verbose_name}: {row}")
            along = [(name, count) for name, count in self.goes_along(row) if count]
            if along:
                shown.append([f"{name}: {count}" for name, count in along])
            for name, count in along:
                counts[name] = counts.get(name, 0) + count
        allowed = all(self.has_delete_permission(request, row) for row in objs)
        return shown, counts, set() if allowed else {str(meta.verbose_name)}, []


class UndoableDeletion(DeletionByService):
    """Deletes as the pages do: what is deleted can be brought back there for a day, and its files stay as long."""

    def trash(self, rows: QuerySet[Any], now: datetime) -> None:
        """Delete these by the service that the pages call."""
        raise NotImplementedError

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        self.trash(queryset, timezone.now())
        messages.info(request, _("For a day it can be brought back, on the pages of the library."))
