from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.db.models.functions import Lower
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from rfp_manager.models.rfp import team_filter

if TYPE_CHECKING:
    from core.models import User


class SavedViewQuerySet(models.QuerySet[Any]):
    def visible_to(self, user: "User") -> "SavedViewQuerySet":
        """One's own, and what others of the team share; of RFPs that the user sees."""
        return self.filter(team_filter(user, "rfp")).filter(Q(owner=user) | Q(shared=True))

    def with_default_of(self, user: "User") -> "SavedViewQuerySet":
        """`opens_list` says which one the user's list opens with."""
        chosen = DefaultView.objects.filter(view=OuterRef("pk"), user=user)
        return self.annotate(opens_list=Exists(chosen))


class SavedView(models.Model):
    """Filters of an RFP's questions under a name: for the person who keeps it, or for the whole team."""

    rfp = models.ForeignKey("RFP", on_delete=models.CASCADE, related_name="saved_views")
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="saved_views")
    name = models.CharField(max_length=80)
    query = models.CharField(max_length=2000, help_text=_("The filters as they stand in the address."))
    shared = models.BooleanField(default=False, help_text=_("The whole team sees it."))
    created_at = models.DateTimeField(auto_now_add=True)

    objects = SavedViewQuerySet.as_manager()

    class Meta:
        ordering = [Lower("name"), "pk"]
        constraints = [
            models.UniqueConstraint(
                "rfp", "owner", Lower("name"), name="saved_view_name_once", condition=Q(shared=False)
            ),
            models.UniqueConstraint(
                "rfp", Lower("name"), name="shared_view_name_once", condition=Q(shared=True)
            ),
            models.CheckConstraint(condition=~Q(name=""), name="saved_view_has_name"),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return f"{reverse('rfp_manager:questions', args=[self.rfp_id])}?{self.query}"


class DefaultView(models.Model):
    """The view that a person's list of questions opens with."""

    rfp = models.ForeignKey("RFP", on_delete=models.CASCADE, related_name="+")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    view = models.ForeignKey("SavedView", on_delete=models.CASCADE, related_name="defaults")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["rfp", "user"], name="default_view_once")]

    def __str__(self) -> str:
        return f"{self.view} for {self.user}"
