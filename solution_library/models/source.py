from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from solution_library.models.deletion import InUseManager, Restorable, deleted_index

if TYPE_CHECKING:
    from core.models import User


class DocumentationSourceQuerySet(models.QuerySet["DocumentationSource"]):
    def visible_to(self, user: "User") -> "DocumentationSourceQuerySet":
        return self if user.is_active else self.none()

    def with_page_counts(self) -> "DocumentationSourceQuerySet":
        """Annotate how many pages of each are in use."""
        return self.annotate(
            page_count=models.Count("documents", filter=models.Q(documents__retired_at__isnull=True))
        )

    def due(self, now: datetime) -> "DocumentationSourceQuerySet":
        """Those whose schedule asks for a sync by now."""
        return self.filter(next_sync_at__lte=now).exclude(schedule=DocumentationSource.Schedule.MANUAL)


DocumentationSourceManager = InUseManager.from_queryset(DocumentationSourceQuerySet)


class DocumentationSource(Restorable):
    """A documentation web site of a solution, scraped by hand or on a schedule."""

    class Schedule(models.TextChoices):
        MANUAL = "manual", _("Only by hand")
        DAILY = "daily", _("Every day")
        WEEKLY = "weekly", _("Every week")
        MONTHLY = "monthly", _("Every month")

    class SyncStatus(models.TextChoices):
        NEVER = "never", _("Never synced")
        RUNNING = "running", _("Syncing")
        SYNCED = "synced", _("Synced")
        FAILED = "failed", _("Failed")

    INTERVALS = {
        Schedule.DAILY: timedelta(days=1),
        Schedule.WEEKLY: timedelta(days=7),
        Schedule.MONTHLY: timedelta(days=30),
    }

    solution = models.ForeignKey("Solution", on_delete=models.CASCADE, related_name="sources")
    name = models.CharField(max_length=200)
    base_url = models.URLField("address", max_length=500)
    include_patterns = ArrayField(models.CharField(max_length=300), default=list, blank=True)
    exclude_patterns = ArrayField(models.CharField(max_length=300), default=list, blank=True)
    max_pages = models.PositiveIntegerField(default=500)
    max_depth = models.PositiveSmallIntegerField(default=5)
    schedule = models.CharField(max_length=20, choices=Schedule.choices, default=Schedule.MANUAL)
    sync_status = models.CharField(max_length=20, choices=SyncStatus.choices, default=SyncStatus.NEVER)
    sync_error = models.TextField(blank=True)
    last_report = models.JSONField(default=dict, blank=True)
    last_synced_at = models.DateTimeField(null=True, blank=True)
    next_sync_at = models.DateTimeField(
        null=True, blank=True, db_index=True, help_text=_("When the schedule asks for the next sync.")
    )
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    objects = DocumentationSourceManager()
    with_deleted = DocumentationSourceQuerySet.as_manager()

    class Meta:
        ordering = ["name"]
        indexes = [deleted_index("source_deleted")]
        constraints = [
            models.UniqueConstraint(
                fields=["solution", "base_url"],
                condition=models.Q(deleted_at__isnull=True),
                name="source_url_unique_per_solution",
                violation_error_message=_("This site is already a source of this solution."),
            ),
            models.CheckConstraint(
                condition=models.Q(max_pages__gte=1, max_depth__gte=1), name="source_caps_positive"
            ),
            models.CheckConstraint(
                condition=models.Q(sync_status__in=["never", "running", "synced", "failed"]),
                name="source_sync_status_known",
            ),
            models.CheckConstraint(
                condition=models.Q(schedule__in=["manual", "daily", "weekly", "monthly"]),
                name="source_schedule_known",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("solution_library:source", args=[self.pk])

    @property
    def scope(self) -> tuple[str, list[str], list[str]]:
        """What says which pages of the site belong to it."""
        return self.base_url, self.include_patterns, self.exclude_patterns

    def next_sync_after(self, moment: datetime) -> datetime | None:
        """When the schedule asks for a sync again; None when it never does."""
        interval = self.INTERVALS.get(self.Schedule(self.schedule))
        return moment + interval if interval else None
