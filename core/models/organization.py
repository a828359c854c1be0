from typing import TYPE_CHECKING

from django.core.validators import FileExtensionValidator
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from core.customer_sight import shown_customers
from core.models.stored_file import StoredFile, is_stored
from core.permissions import can_create_rfp
from core.storage import validate_s3_connectivity
from core.word_search import word_index

if TYPE_CHECKING:
    from core.models.user import User


class OrganizationQuerySet(models.QuerySet["Organization"]):
    def visible_to(self, user: "User") -> "OrganizationQuerySet":
        """All for who may begin an RFP; of customers, the others see those that `core.customer_sight` finds."""
        if not user.is_active:
            return self.none()
        if can_create_rfp(user):
            return self
        return self.exclude(Q(kind=Organization.Kind.CUSTOMER) & ~shown_customers(user))

    def vendors(self) -> "OrganizationQuerySet":
        return self.filter(
            kind__in=[Organization.Kind.OWN, Organization.Kind.VENDOR, Organization.Kind.PARTNER]
        )


class Organization(StoredFile):
    """A company: our own, a customer, a vendor or a partner."""

    class Kind(models.TextChoices):
        OWN = "own", _("Our own company")
        CUSTOMER = "customer", _("Customer")
        VENDOR = "vendor", _("Vendor")
        PARTNER = "partner", _("Partner")

    stored_file_field = "logo"

    name = models.CharField(max_length=200)
    kind = models.CharField(max_length=20, choices=Kind.choices, default=Kind.VENDOR)
    website = models.URLField(blank=True)
    logo = models.ImageField(
        upload_to="orgs/logos/",
        blank=True,
        validators=[FileExtensionValidator(allowed_extensions=["png", "jpg", "jpeg", "gif", "webp"])],
        help_text=_("PNG, JPEG, GIF or WebP."),
    )
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    objects = OrganizationQuerySet.as_manager()

    class Meta:
        ordering = [Lower("name")]
        indexes = [word_index("organization_words", "name")]
        constraints = [
            models.UniqueConstraint(
                Lower("name"),
                "kind",
                name="organization_name_unique_per_kind",
                violation_error_message=_("There is already an organization of this kind with this name."),
            ),
            models.CheckConstraint(
                condition=Q(kind__in=["own", "customer", "vendor", "partner"]),
                name="organization_kind_known",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("solution_library:organization", args=[self.pk])

    def clean(self) -> None:
        super().clean()
        if self.logo and not is_stored(self.logo):
            validate_s3_connectivity()
