from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.db.models import Count, Q
from django.db.models.functions import Lower
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from core.word_search import word_index
from solution_library.models.deletion import InUseManager, Restorable, deleted_index
from solution_library.models.embedding_status import EmbeddingStatus

if TYPE_CHECKING:
    from core.models import User


class SolutionQuerySet(models.QuerySet["Solution"]):
    def visible_to(self, user: "User") -> "SolutionQuerySet":
        """The library is open to everybody who may sign in; changing it asks for a role."""
        return self if user.is_active else self.none()

    def with_counts(self) -> "SolutionQuerySet":
        """Annotate how many documents are in use, and how many are embedded, waiting and failed."""
        in_use = Q(documents__retired_at__isnull=True)
        status = "documents__embedding_status"
        waiting = in_use & Q(**{f"{status}__in": EmbeddingStatus.unfinished()})
        return self.annotate(
            document_count=Count("documents", filter=in_use),
            embedded_count=Count("documents", filter=in_use & Q(**{status: EmbeddingStatus.EMBEDDED})),
            waiting_count=Count("documents", filter=waiting),
            failed_count=Count("documents", filter=in_use & Q(**{status: EmbeddingStatus.FAILED})),
        )


SolutionManager = InUseManager.from_queryset(SolutionQuerySet)


class Solution(Restorable):
    """A product or service of a vendor; what documents and approved answers hang on."""

    vendor = models.ForeignKey("core.Organization", on_delete=models.PROTECT, related_name="solutions")
    name = models.CharField(max_length=200)
    description = models.TextField(blank=True)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="owned_solutions",
    )
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    objects = SolutionManager()
    with_deleted = SolutionQuerySet.as_manager()

    class Meta:
        ordering = [Lower("name")]
        indexes = [word_index("solution_words", "name"), deleted_index("solution_deleted")]
        constraints = [
            models.UniqueConstraint(
                "vendor",
                Lower("name"),
                condition=Q(deleted_at__isnull=True),
                name="solution_name_unique_per_vendor",
                violation_error_message=_("This vendor already has a solution with this name."),
            )
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("solution_library:solution", args=[self.pk])
