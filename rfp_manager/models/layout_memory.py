from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.utils.translation import gettext_lazy as _


class LayoutMemory(models.Model):
    """How a form was mapped the last time somebody confirmed it, offered to whoever uploads the form again.

    People outside the RFP where it was confirmed profit from it, so it holds structure alone: columns, rows and
    digests. No question, no answer, no file name.
    """

    fingerprint = models.CharField(max_length=64, unique=True)
    # of the sheets that were mapped, so that a form with a sheet more or less is found as well
    sheet_fingerprints = ArrayField(models.CharField(max_length=64))
    name = models.CharField(max_length=300, help_text=_("The titles of the sheets that ask."))
    # by a sheet's fingerprint, what rfp_manager.workbooks.remembering.remember_sheet() gives
    sheets = models.JSONField()
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    confirmed_at = models.DateTimeField()
    times_used = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = _("remembered layout")
        ordering = ["-confirmed_at"]
        indexes = [GinIndex(fields=["sheet_fingerprints"], name="layout_memory_sheets")]

    def __str__(self) -> str:
        return self.name
