from django.conf import settings
from django.db import models

from core.models import User


class RecentItemQuerySet(models.QuerySet["RecentItem"]):
    def visible_to(self, user: User) -> "RecentItemQuerySet":
        """What somebody opened is theirs alone to see."""
        return self.filter(user=user)


class RecentItem(models.Model):
    """When one person last opened one row. `kind` is the key of the palette provider that knows the row.

    A number and no foreign key: the rows belong to apps that this one does not know. What is gone, or out of
    the person's sight by now, the provider leaves out, and it is forgotten when the list is next drawn.
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(max_length=50)
    object_id = models.BigIntegerField()
    opened_at = models.DateTimeField()

    objects = RecentItemQuerySet.as_manager()

    class Meta:
        ordering = ["-opened_at"]
        constraints = [
            models.UniqueConstraint(fields=["user", "kind", "object_id"], name="recent_item_once_per_user")
        ]
        indexes = [models.Index(fields=["user", "-opened_at"], name="recent_item_of_user")]

    def __str__(self) -> str:
        return f"{self.kind} {self.object_id}"
