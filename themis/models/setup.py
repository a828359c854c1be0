from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from core.models import Organization


class Setup(models.Model):
    """How far the first setup of this installation is. There is one row at most."""

    class StepState(models.TextChoices):
        DONE = "done", _("Done")
        SKIPPED = "skipped", _("Skipped")

    id = models.PositiveSmallIntegerField(primary_key=True, default=1, editable=False)
    # What became of each step, by its key. A step that nobody has come to is not in it.
    steps = models.JSONField(default=dict, blank=True)
    organization = models.ForeignKey(
        Organization, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    offered_at = models.DateTimeField(
        null=True, blank=True, help_text=_("When the first administrator was led to it, once.")
    )
    finished_at = models.DateTimeField(null=True, blank=True)
    hidden_from = models.ManyToManyField(settings.AUTH_USER_MODEL, blank=True, related_name="+")

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(id=1), name="setup_one_row")]

    def __str__(self) -> str:
        return gettext("Setup of this installation")
