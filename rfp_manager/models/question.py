from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.word_search import word_index
from rfp_manager.models.rfp import RFPPartQuerySet


class QuestionManager(models.Manager.from_queryset(RFPPartQuerySet)):  # type: ignore[misc]
    """The questions that the customer asks now; those that a newer workbook dropped are history."""

    def get_queryset(self) -> RFPPartQuerySet:
        rows: RFPPartQuerySet = super().get_queryset()
        return rows.filter(removed_at=None)


class Question(models.Model):
    """One question of a workbook: where it stands, where its answer goes, who answers it."""

    class Status(models.TextChoices):
        UNANSWERED = "unanswered", _("Unanswered")
        DRAFTED = "drafted", _("Drafted")
        IN_REVIEW = "in_review", _("In review")
        APPROVED = "approved", _("Approved")
        DECLINED = "declined", _("Declined")

    rfp = models.ForeignKey("RFP", on_delete=models.CASCADE, related_name="questions")
    document = models.ForeignKey("RFPQuestionDocument", on_delete=models.CASCADE, related_name="questions")
    sheet = models.CharField(max_length=255)
    row = models.PositiveIntegerField()
    position = models.PositiveIntegerField(help_text=_("Order within the document, from 0."))
    identifier = models.CharField(max_length=255, blank=True)
    section = models.CharField(max_length=500, blank=True)
    text = models.TextField()
    # [{"cell", "role", "kind", "allowed", "filled", "option"?}] as PRODUCT's detect_questions schema
    answer_cells = models.JSONField(default=list, blank=True)
    assignee = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="assigned_questions",
    )
    due_on = models.DateField(
        null=True,
        blank=True,
        help_text=_("By when it is to be answered, where that is before the RFP is due."),
    )
    group = models.ForeignKey(
        "QuestionGroup", null=True, blank=True, on_delete=models.SET_NULL, related_name="questions"
    )
    grouped_by_person = models.BooleanField(
        default=False, help_text=_("A person joined it to its group or took it out; we do not change that.")
    )
    previous_text = models.TextField(
        blank=True,
        help_text=_("How the workbook before asked it, until somebody has looked at its answer again."),
    )
    removed_at = models.DateTimeField(
        null=True, blank=True, help_text=_("When a newer workbook no longer asked it.")
    )
    status = models.CharField(max_length=20, choices=Status.choices, default=Status.UNANSWERED)
    status_reason = models.TextField(blank=True, help_text=_("Why it was declined."))
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    objects = QuestionManager()
    ever_asked = RFPPartQuerySet.as_manager()

    class Meta:
        ordering = ["document_id", "position"]
        indexes = [
            models.Index(fields=["rfp", "status"], name="question_rfp_status"),
            word_index("question_words", "text", "identifier", "section"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["document", "position"], name="question_position_unique"),
            models.CheckConstraint(condition=~Q(text=""), name="question_has_text"),
            models.CheckConstraint(
                condition=Q(status__in=["unanswered", "drafted", "in_review", "approved", "declined"]),
                name="question_status_known",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.identifier} {self.text}".strip()[:120]

    def get_status_display(self) -> str:  # type: ignore[no-redef]
        """As Django's own, which for a list of hundreds of rows would translate every status for each row."""
        return str(self.Status(self.status).label)

    @property
    def is_locked(self) -> bool:
        """An approved question changes only after it was reopened."""
        return self.status == self.Status.APPROVED

    @property
    def is_overdue(self) -> bool:
        """Its own date has passed, by the calendar of the reader, and it is neither approved nor declined."""
        settled = self.status in (self.Status.APPROVED, self.Status.DECLINED)
        return self.due_on is not None and not settled and self.due_on < timezone.localdate()

    @property
    def choice_lists(self) -> list[list[dict[str, Any]]]:
        """Its closed lists, in the customer's order: each the cells to be marked, or the one cell with a dropdown.

        An answer has one choice, and it is of the first. Cells to be marked begin another list where an option
        comes again.
        """
        marks: list[list[dict[str, Any]]] = []
        dropdowns: list[list[dict[str, Any]]] = []
        for cell in self.answer_cells:
            if cell.get("kind") == "tick":
                if not cell.get("option"):
                    continue
                if not marks or cell["option"] in [other["option"] for other in marks[-1]]:
                    marks.append([])
                marks[-1].append(cell)
            elif cell["role"] in ("choice", "code") and cell.get("allowed"):
                dropdowns.append([cell])
        return marks + dropdowns

    @property
    def allowed_choices(self) -> list[str]:
        """The values of its first closed list, in the customer's order; empty when it has none."""
        return [value for cells in self.choice_lists[:1] for cell in cells for value in offered_by(cell)]

    @property
    def text_cells(self) -> list[dict[str, Any]]:
        """Where words may stand, the likeliest first: a cell for a choice that lists none takes any."""
        texts = [cell for cell in self.answer_cells if cell["role"] == "narrative"]
        unlisted = [
            cell
            for cell in self.answer_cells
            if cell["role"] in ("choice", "code") and cell.get("kind") != "tick" and not cell.get("allowed")
        ]
        return texts + unlisted

    @property
    def takes_text(self) -> bool:
        return bool(self.text_cells) or not self.allowed_choices


def offered_by(cell: dict[str, Any]) -> list[str]:
    """What may be chosen in a cell of a closed list: its dropdown's values, or the one option that it marks."""
    values = [cell["option"]] if cell.get("kind") == "tick" else cell["allowed"]
    return [str(value) for value in values]
