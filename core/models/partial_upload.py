import uuid

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _


class PartialUpload(models.Model):
    """A large file that arrives in parts; see `core.partial_uploads`. It is gone once it is whole and taken."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    filename = models.CharField(max_length=255)
    size = models.PositiveBigIntegerField(help_text=_("Bytes of the whole file, as announced."))
    received = models.PositiveBigIntegerField(default=0, help_text=_("Bytes that are stored."))
    part_keys = ArrayField(models.CharField(max_length=200), default=list, help_text=_("In order."))
    created_at = models.DateTimeField(auto_now_add=True)
    touched_at = models.DateTimeField(auto_now_add=True, db_index=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(received__lte=F("size")), name="partial_upload_not_larger_than_announced"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.filename} ({self.received}/{self.size})"

    @property
    def is_whole(self) -> bool:
        return self.received == self.size
