from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy


class DocumentFingerprint(models.Model):
    """What a document's text is compared by: an index of its content, from which no word can be read.

    `signature` are the smallest hashes of its runs of words, `bands` hashes of parts of the signature: documents
    that share one are worth comparing. Too short a text has neither.
    """

    document = models.OneToOneField(
        "Document", primary_key=True, on_delete=models.CASCADE, related_name="fingerprint"
    )
    content_hash = models.CharField(
        max_length=64, help_text=gettext_lazy("Of the content that it was made from.")
    )
    signature = models.BinaryField()
    bands = ArrayField(models.BigIntegerField(), default=list)

    class Meta:
        indexes = [GinIndex(fields=["bands"], name="fingerprint_bands")]

    def __str__(self) -> str:
        return _("Fingerprint of %(document)s") % {"document": self.document}


class DocumentTwinQuerySet(models.QuerySet["DocumentTwin"]):
    def in_use(self) -> "DocumentTwinQuerySet":
        """Without pairs of which one is gone from its site or deleted."""
        return self.filter(first__retired_at=None, second__retired_at=None)

    def of(self, document_id: int) -> "DocumentTwinQuerySet":
        return self.filter(Q(first=document_id) | Q(second=document_id))


class DocumentTwin(models.Model):
    """Two documents that say nearly the same; each pair once."""

    first = models.ForeignKey("Document", on_delete=models.CASCADE, related_name="+")
    second = models.ForeignKey("Document", on_delete=models.CASCADE, related_name="+")
    similarity = models.FloatField(
        help_text=gettext_lazy("The share of their text that they have in common, 0 to 1.")
    )

    objects = DocumentTwinQuerySet.as_manager()

    class Meta:
        ordering = ["-similarity", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["first", "second"], name="document_twins_once"),
            models.CheckConstraint(condition=Q(first__lt=F("second")), name="document_twins_in_order"),
            models.CheckConstraint(
                condition=Q(similarity__gte=0, similarity__lte=1), name="document_twins_similarity_range"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.first} ~ {self.second}"


def has_twin() -> Q:
    """A document query set's condition that another document in use says nearly the same."""
    found = DocumentTwin.objects.in_use().order_by()
    return Q(Exists(found.filter(first=OuterRef("pk")))) | Q(Exists(found.filter(second=OuterRef("pk"))))
