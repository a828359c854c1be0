"""What the library's rows that can be deleted and brought back have in common."""

from datetime import timedelta

from django.db import models
from django.utils.translation import gettext_lazy as _

# How long what was deleted can be brought back.
KEPT_AFTER_DELETION = timedelta(days=1)

DELETED_AT = _("When somebody deleted it. For a day it can be brought back.")


def deleted_index(name: str) -> models.Index:
    """Hardly any row is deleted: the index holds those alone, and costs the others nothing."""
    return models.Index(fields=["deleted_at"], condition=models.Q(deleted_at__isnull=False), name=name)
