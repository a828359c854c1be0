from typing import Any

from django.db import models
from django.db.models.fields.files import FieldFile
from django.utils.translation import gettext_lazy as _


def is_stored(file: FieldFile) -> bool:
    """Whether the storage has this file already; a newly assigned one is written when its row is saved."""
    return bool(file._committed)  # type: ignore[attr-defined]


class StoredFile(models.Model):
    """Abstract base of the models with one stored file: its type and size are kept for display.

    A subclass names its FileField in `stored_file_field`. Lists show `file_type` and `file_size`
    and so never ask the object store.
    """

    stored_file_field = "file"

    file_type = models.CharField(max_length=100, blank=True, help_text=_("Extension without the dot."))
    file_size = models.PositiveIntegerField(null=True, blank=True, help_text=_("Bytes."))

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.fill_file_metadata()
        super().save(*args, **kwargs)

    def fill_file_metadata(self) -> None:
        """Take type and size from a file that was just handed in.

        A file that is stored already keeps what is recorded: asking its size again would be a
        round trip to the object store with every save of the row.
        """
        stored: FieldFile = getattr(self, self.stored_file_field)
        if not stored or (is_stored(stored) and self.file_size is not None):
            return
        self.file_size = stored.size
        self.file_type = stored.name.rsplit(".", 1)[-1].lower() if stored.name and "." in stored.name else ""

    def commit_file(self) -> None:
        """Hand a new file to the storage now and record the key that it returned in `s3_key`.

        For the models that keep an explicit key: the storage may change the name, and only the
        returned one is right.
        """
        stored: FieldFile = getattr(self, self.stored_file_field)
        if not stored:
            return
        self.fill_file_metadata()
        if not is_stored(stored):
            stored.save(stored.name or "", stored.file, save=False)
        self.s3_key = stored.name
