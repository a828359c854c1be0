"""What the library's rows that can be deleted and brought back have in common."""

from collections.abc import Collection
from datetime import timedelta
from typing import TypeVar

from django.db import models
from django.utils.translation import gettext_lazy as _

# How long what was deleted can be brought back.
KEPT_AFTER_DELETION = timedelta(days=1)

DELETED_AT = _("When somebody deleted it. For a day it can be brought back.")


def deleted_index(name: str) -> models.Index:
    """Hardly any row is deleted: the index holds those alone, and costs the others nothing."""
    return models.Index(fields=["deleted_at"], condition=models.Q(deleted_at__isnull=False), name=name)


_Row = TypeVar("_Row", bound=models.Model)


class InUseManager(models.Manager[_Row]):
    """Without what was deleted and could still be brought back."""

    def get_queryset(self) -> models.QuerySet[_Row]:
        return super().get_queryset().filter(deleted_at__isnull=True)


class Restorable(models.Model):
    """A row that is deleted by a moment, and purged a day later; its default manager passes over it meanwhile."""

    deleted_at = models.DateTimeField(null=True, blank=True, editable=False, help_text=DELETED_AT)

    class Meta:
        abstract = True

    def validate_constraints(self, exclude: Collection[str] | None = None) -> None:
        """With `deleted_at`, which no form has: Django would skip the constraints that depend on it."""
        super().validate_constraints(exclude=set(exclude or ()) - {"deleted_at"})
