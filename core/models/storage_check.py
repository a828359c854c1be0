from django.db import models
from django.utils.translation import gettext_lazy as _


class StorageCheck(models.Model):
    """What one comparison of the file store with the rows that name its objects has found."""

    objects_found = models.PositiveBigIntegerField(help_text=_("Objects in the store."))
    missing = models.PositiveIntegerField(help_text=_("Rows whose object is gone."))
    changed = models.PositiveIntegerField(help_text=_("Objects of another size than was recorded."))
    orphaned = models.PositiveIntegerField(help_text=_("Objects that no row names."))
    deleted = models.PositiveIntegerField(default=0, help_text=_("Orphaned objects that were deleted."))
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-created_at", "-pk"]
        get_latest_by = ["created_at", "pk"]

    def __str__(self) -> str:
        return f"{self.created_at:%Y-%m-%d %H:%M}"
