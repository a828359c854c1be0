from datetime import date, timedelta

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

DUE_SOON = timedelta(days=30)


class Freshness(models.TextChoices):
    """What the library's lists are filtered by to find what has gone stale."""

    OVERDUE = "overdue", _("Review overdue")
    SOON = "soon", _("Review within 30 days")
    UNPLANNED = "unplanned", _("No review date")
    UNOWNED = "unowned", _("Nobody's")
    UNUSED = "unused", _("Never used")

    def condition(self, *, unused: Q) -> Q:
        """As a condition on rows with `review_by` and `owner`; `unused` says what never used means there."""
        today = timezone.localdate()
        conditions: dict[str, Q] = {
            "overdue": Q(review_by__lt=today),
            "soon": Q(review_by__gte=today, review_by__lte=today + DUE_SOON),
            "unplanned": Q(review_by__isnull=True),
            "unowned": Q(owner__isnull=True),
            "unused": unused,
        }
        return conditions[self.value]


def is_overdue(review_by: date | None) -> bool:
    return review_by is not None and review_by < timezone.localdate()
