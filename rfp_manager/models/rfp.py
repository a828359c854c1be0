from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.contrib.postgres.expressions import ArraySubquery
from django.db import models
from django.db.models import Count, OuterRef, Q, Subquery
from django.db.models.functions import JSONObject, Lower
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from core.permissions import is_administrator
from core.word_search import word_index

if TYPE_CHECKING:
    from core.models import User


def team_filter(user: "User", prefix: str = "") -> Q:
    """The condition "`user` belongs to this RFP" for a model that reaches its RFP over `prefix`."""
    if not user.is_active:
        return Q(pk__in=[])
    if is_administrator(user):
        return Q()
    rfps = RFP.objects.filter(Q(owner=user) | Q(memberships__user=user)).values("pk")
    return Q(**{f"{prefix}__in" if prefix else "pk__in": rfps})


class RFPQuerySet(models.QuerySet["RFP"]):
    def visible_to(self, user: "User") -> "RFPQuerySet":
        """RFPs that the user owns or is on the team of; an administrator's are all."""
        return self.filter(team_filter(user))

    def with_role_of(self, user: "User") -> "RFPQuerySet":
        """`role_of_user` is the role of the user's membership, None where there is none."""
        return self.annotate(
            role_of_user=Subquery(
                RFPMembership.objects.filter(rfp=OuterRef("pk"), user=user).values("role")[:1]
            )
        )

    def with_solution_names(self) -> "RFPQuerySet":
        """`solution_names` are the solutions in scope: `id`, `name` and `vendor` of each."""
        link = RFP.solutions.through.objects.filter(rfp=OuterRef("pk")).order_by(Lower("solution__name"))
        names = JSONObject(id="solution", name="solution__name", vendor="solution__vendor__name")
        return self.annotate(solution_names=ArraySubquery(link.values(names=names)))

    def with_progress(self) -> "RFPQuerySet":
        """`question_count` and `approved_count` are of what is asked by now: approved history is no progress."""
        asked = Q(questions__removed_at=None)
        return self.annotate(
            question_count=Count("questions", filter=asked),
            approved_count=Count("questions", filter=asked & Q(questions__status="approved")),
        )

    def open(self) -> "RFPQuerySet":
        return self.filter(status__in=RFP.OPEN_STATUSES)


class RFP(models.Model):
    """A customer's request: its documents, its questions and the team that answers them."""

    class Status(models.TextChoices):
        PREPARING = "preparing", _("Preparing")
        ANSWERING = "answering", _("Answering")
        REVIEWING = "reviewing", _("In review")
        SUBMITTED = "submitted", _("Submitted")
        WON = "won", _("Won")
        LOST = "lost", _("Lost")
        DROPPED = "dropped", _("Not answered")

    OPEN_STATUSES = (Status.PREPARING, Status.ANSWERING, Status.REVIEWING)

    title = models.CharField(max_length=300)
    customer = models.ForeignKey("core.Organization", on_delete=models.PROTECT, related_name="rfps")
    reference = models.CharField(_("customer's reference"), max_length=100, blank=True)
    solutions = models.ManyToManyField(
        "solution_library.Solution",
        related_name="rfps",
        verbose_name=_("solutions in scope"),
        help_text=_("Drafts are written from the documents of these solutions only."),
    )
    due_at = models.DateTimeField("due", null=True, blank=True)
    questions_until = models.DateTimeField(
        null=True, blank=True, help_text=_("Until when the customer takes questions about the request.")
    )
    status = models.CharField(max_length=20, choices=Status.choices, default=Status.PREPARING)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="owned_rfps")
    team = models.ManyToManyField(settings.AUTH_USER_MODEL, through="RFPMembership", related_name="rfps")
    summary = models.TextField(blank=True)
    unsaved_input_tokens = models.PositiveIntegerField(
        default=0,
        editable=False,
        help_text=_(
            "What a language model has read for drafts that were shown or came too late, and not saved."
        ),
    )
    unsaved_output_tokens = models.PositiveIntegerField(
        default=0, editable=False, help_text=_("What a language model has written for such drafts.")
    )
    unsaved_llm_cost = models.DecimalField(
        max_digits=14,
        decimal_places=6,
        default=Decimal(0),
        editable=False,
        help_text=_("What such drafts have cost by the prices of their day."),
    )
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    objects = RFPQuerySet.as_manager()

    class Meta:
        verbose_name = _("RFP")
        verbose_name_plural = _("RFPs")
        ordering = ["-created_at"]
        indexes = [word_index("rfp_words", "title", "reference")]
        constraints = [
            models.CheckConstraint(
                condition=Q(
                    status__in=["preparing", "answering", "reviewing", "submitted", "won", "lost", "dropped"]
                ),
                name="rfp_status_known",
            )
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("rfp_manager:detail", args=[self.pk])


class RFPMembership(models.Model):
    """A person on an RFP's team, and what they may do there."""

    class Role(models.TextChoices):
        MANAGER = "manager", _("Manager")
        CONTRIBUTOR = "contributor", _("Contributor")
        REVIEWER = "reviewer", _("Reviewer")
        VIEWER = "viewer", _("Viewer")

    rfp = models.ForeignKey("RFP", on_delete=models.CASCADE, related_name="memberships")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="rfp_memberships"
    )
    role = models.CharField(max_length=20, choices=Role.choices, default=Role.CONTRIBUTOR)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("team member")
        ordering = ["user"]
        constraints = [
            models.UniqueConstraint(
                fields=["rfp", "user"],
                name="membership_once_per_rfp",
                violation_error_message=_("This person is already on the team."),
            ),
            models.CheckConstraint(
                condition=Q(role__in=["manager", "contributor", "reviewer", "viewer"]),
                name="membership_role_known",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} ({self.get_role_display()})"


class RFPPartQuerySet(models.QuerySet[Any]):
    """Rows that belong to one RFP through a field named `rfp`."""

    def visible_to(self, user: "User") -> "RFPPartQuerySet":
        return self.filter(team_filter(user, "rfp"))
