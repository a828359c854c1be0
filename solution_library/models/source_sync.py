from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from core.models import User


class SourceSyncQuerySet(models.QuerySet["SourceSync"]):
    def visible_to(self, user: "User") -> "SourceSyncQuerySet":
        return self.filter(source__deleted_at__isnull=True) if user.is_active else self.none()


class SourceSync(models.Model):
    """The report of one sync of a documentation site: what was found, against what was known.

    The counts are of pages; `entries` name those that were added, changed or removed, or could not be read.
    """

    class State(models.TextChoices):
        RUNNING = "running", _("Running")
        DONE = "done", _("Done")
        FAILED = "failed", _("Failed")
        CANCELLED = "cancelled", _("Cancelled")

    source = models.ForeignKey("DocumentationSource", on_delete=models.CASCADE, related_name="syncs")
    job_id = models.UUIDField(
        null=True, blank=True, unique=True, help_text=_("So that the job run again goes on with this report.")
    )
    state = models.CharField(max_length=20, choices=State.choices, default=State.RUNNING)
    added = models.PositiveIntegerField(default=0)
    changed = models.PositiveIntegerField(default=0)
    removed = models.PositiveIntegerField(default=0)
    unchanged = models.PositiveIntegerField(default=0)
    not_modified = models.PositiveIntegerField(
        default=0, help_text=_("Those of the unchanged that the site did not have to send.")
    )
    failed = models.PositiveIntegerField(default=0)
    withheld = models.PositiveIntegerField(
        default=0, help_text=_("Pages that were not found, too many to be removed unasked.")
    )
    requests = models.PositiveIntegerField(default=0)
    received_bytes = models.PositiveBigIntegerField(default=0)
    notes = models.JSONField(
        default=list, blank=True, help_text=_("Sentences: limits that were reached, what was passed over.")
    )
    error = models.TextField(blank=True)
    started_at = models.DateTimeField(auto_now_add=True)
    finished_at = models.DateTimeField(null=True, blank=True)

    objects = SourceSyncQuerySet.as_manager()

    class Meta:
        ordering = ["-started_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=["running", "done", "failed", "cancelled"]), name="sync_state_known"
            )
        ]

    def __str__(self) -> str:
        return f"{self.source} {self.started_at:%Y-%m-%d %H:%M}"

    def get_absolute_url(self) -> str:
        return reverse("solution_library:source_sync", args=[self.pk])

    @property
    def pages(self) -> int:
        """How many pages the site has, as far as this sync saw."""
        return self.added + self.changed + self.unchanged

    @property
    def found_nothing_new(self) -> bool:
        return self.state == self.State.DONE and not (
            self.added or self.changed or self.removed or self.withheld
        )


class SourceSyncEntryQuerySet(models.QuerySet["SourceSyncEntry"]):
    def visible_to(self, user: "User") -> "SourceSyncEntryQuerySet":
        return self.filter(sync__source__deleted_at__isnull=True) if user.is_active else self.none()


class SourceSyncEntry(models.Model):
    """One page of which a sync has something to say.

    `old_key` is the stored text before a change, kept as long as the report; `new_key` the one after.
    """

    class Change(models.TextChoices):
        ADDED = "added", _("Added")
        CHANGED = "changed", _("Changed")
        REMOVED = "removed", _("Removed")
        FAILED = "failed", _("Not read")

    sync = models.ForeignKey("SourceSync", on_delete=models.CASCADE, related_name="entries")
    document = models.ForeignKey(
        "Document", null=True, blank=True, on_delete=models.SET_NULL, related_name="sync_entries"
    )
    change = models.CharField(max_length=20, choices=Change.choices)
    url = models.CharField(max_length=1000)
    title = models.CharField(max_length=500, blank=True)
    note = models.CharField(max_length=500, blank=True)
    old_key = models.CharField(max_length=500, blank=True)
    new_key = models.CharField(max_length=500, blank=True)

    objects = SourceSyncEntryQuerySet.as_manager()

    class Meta:
        ordering = ["change", "url"]
        verbose_name_plural = _("source sync entries")
        constraints = [
            models.UniqueConstraint(fields=["sync", "url"], name="sync_entry_once_per_page"),
            models.CheckConstraint(
                condition=Q(change__in=["added", "changed", "removed", "failed"]), name="sync_change_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_change_display()}: {self.title or self.url}"

    def get_absolute_url(self) -> str:
        return reverse("solution_library:source_entry", args=[self.pk])
