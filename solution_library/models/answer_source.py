from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class AnswerSource(models.Model):
    """What a library answer is based on: a document or another library answer that its first wording cited.

    What is deleted for good is named no more; the marks that were set for it stay.
    """

    entry = models.ForeignKey("LibraryAnswer", on_delete=models.CASCADE, related_name="sources")
    document = models.ForeignKey(
        "Document", null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    library_answer = models.ForeignKey(
        "LibraryAnswer", null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["entry", "document"], name="answer_source_document_once"),
            models.UniqueConstraint(fields=["entry", "library_answer"], name="answer_source_answer_once"),
            models.CheckConstraint(
                condition=Q(document__isnull=True) | Q(library_answer__isnull=True),
                name="answer_source_is_one_row",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.entry}: {self.document or self.library_answer or '-'}"


class SourceMark(models.Model):
    """That a source has changed or gone, until somebody has looked at the answer; told apart by its moment."""

    source = models.ForeignKey("AnswerSource", on_delete=models.CASCADE, related_name="marks")
    moment = models.DateTimeField(help_text=_("When the source changed."))
    reason = models.CharField(max_length=700)
    url = models.CharField(max_length=500, blank=True, help_text=_("The page that shows the difference."))

    class Meta:
        ordering = ["-moment", "-pk"]

    def __str__(self) -> str:
        return self.reason
