from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from rfp_manager.models.rfp import team_filter

if TYPE_CHECKING:
    from core.models import User
    from solution_library.models import Document, LibraryAnswer


class AnswerQuerySet(models.QuerySet[Any]):
    def visible_to(self, user: "User") -> "AnswerQuerySet":
        return self.filter(team_filter(user, "question__rfp"))


class AnswerContent(models.Model):
    """Abstract: what an answer says, as it stands now and as it stood in each version."""

    class Status(models.TextChoices):
        SUPPORTED = "supported", gettext_lazy("Supported by sources")
        NEEDS_REVIEW = "needs_review", gettext_lazy("Needs a look")
        NO_ANSWER = "no_answer", gettext_lazy("The library does not answer this")

    class Origin(models.TextChoices):
        EXTRACTIVE = "extractive", gettext_lazy("Quoted from the library")
        LLM = "llm", gettext_lazy("Written by the language model")
        LIBRARY = "library", gettext_lazy("Taken from an approved answer")
        HUMAN = "human", gettext_lazy("Written by a person")

    text = models.TextField(blank=True)
    choice = models.CharField(max_length=255, blank=True)
    missing = models.TextField(
        blank=True, help_text=gettext_lazy("What the library would have to say to answer this.")
    )
    status = models.CharField(max_length=20, choices=Status.choices)
    confidence = models.FloatField(null=True, blank=True, help_text="0 to 1.")
    origin = models.CharField(max_length=20, choices=Origin.choices)
    parts = models.JSONField(
        default=list,
        blank=True,
        help_text=gettext_lazy(
            "What a question of several parts asks, and which sentences cover each; empty for any other."
        ),
    )

    class Meta:
        abstract = True

    @property
    def has_content(self) -> bool:
        return bool(self.text or self.choice)


class Answer(AnswerContent):
    """The current answer to a question. Every version it had is kept."""

    question = models.OneToOneField("Question", on_delete=models.CASCADE, related_name="answer")
    version = models.PositiveIntegerField(default=1)
    draft_job = models.UUIDField(
        null=True,
        blank=True,
        help_text=gettext_lazy(
            "The job that drafted it, so that the job run again drafts it no second time."
        ),
    )
    edited_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    approved_at = models.DateTimeField(null=True, blank=True)
    open_parts = models.PositiveSmallIntegerField(
        default=0, help_text=gettext_lazy("How many parts of the question the answer is known to leave open.")
    )
    unsupported = models.JSONField(
        default=list,
        blank=True,
        help_text=gettext_lazy(
            "Sentences of the language model that no passage bears out, with reasons; not in the answer."
        ),
    )
    input_tokens = models.PositiveIntegerField(
        default=0,
        help_text=gettext_lazy("What a language model has read for this answer, over all its drafts."),
    )
    output_tokens = models.PositiveIntegerField(
        default=0,
        help_text=gettext_lazy("What a language model has written for this answer, over all its drafts."),
    )
    llm_model = models.CharField(
        max_length=200,
        blank=True,
        help_text=gettext_lazy("The language model that was asked for this answer last."),
    )
    llm_cost = models.DecimalField(
        max_digits=14,
        decimal_places=6,
        default=Decimal(0),
        help_text=gettext_lazy("What it has cost by the prices of its day, over all its drafts."),
    )
    outdated_at = models.DateTimeField(
        null=True,
        blank=True,
        help_text=gettext_lazy("When something that it cites changed, until somebody has looked."),
    )
    outdated_reason = models.CharField(
        max_length=700, blank=True, help_text=gettext_lazy("What changed, in a sentence.")
    )
    outdated_url = models.CharField(
        max_length=500, blank=True, help_text=gettext_lazy("Where the difference is shown.")
    )
    outdated_earlier = models.JSONField(
        default=list,
        blank=True,
        help_text=gettext_lazy("Marks that this one covers: it goes by itself when what set it is undone."),
    )
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    objects = AnswerQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(status__in=["supported", "needs_review", "no_answer"]), name="answer_status_known"
            ),
            models.CheckConstraint(
                condition=Q(origin__in=["extractive", "llm", "library", "human"]), name="answer_origin_known"
            ),
            models.CheckConstraint(
                condition=Q(confidence__isnull=True) | Q(confidence__gte=0, confidence__lte=1),
                name="answer_confidence_range",
            ),
            models.CheckConstraint(
                condition=~Q(status="no_answer") | Q(text="", choice=""), name="answer_gap_claims_nothing"
            ),
            models.CheckConstraint(
                condition=Q(approved_at__isnull=True) | ~Q(text="") | ~Q(choice=""),
                name="answer_approved_not_empty",
            ),
        ]

    def __str__(self) -> str:
        return (self.choice or self.text or self.get_status_display())[:120]

    @property
    def is_partly_answered(self) -> bool:
        """Whether it says something, and leaves a part of the question open."""
        return self.open_parts > 0 and self.status != self.Status.NO_ANSWER

    @property
    def chooses_nothing(self) -> bool:
        """Whether it says something, and leaves the customer's list of values to choose from empty."""
        lists = self.question.choice_lists[:1] if self.has_content and not self.choice else []
        return any(not any(cell.get("filled") for cell in cells) for cells in lists)


class AnswerVersion(AnswerContent):
    """What an answer said at one version; written once, never changed.

    What was saved by itself while a person typed gives way to what they typed next.
    """

    answer = models.ForeignKey("Answer", on_delete=models.CASCADE, related_name="versions")
    version = models.PositiveIntegerField()
    edited_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    autosaved = models.BooleanField(default=False)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-version"]
        constraints = [
            models.UniqueConstraint(fields=["answer", "version"], name="answer_version_once"),
            models.CheckConstraint(
                condition=Q(status__in=["supported", "needs_review", "no_answer"]),
                name="answer_version_status_known",
            ),
            models.CheckConstraint(
                condition=Q(origin__in=["extractive", "llm", "library", "human"]),
                name="answer_version_origin_known",
            ),
        ]

    def __str__(self) -> str:
        return _("Version %(version)s") % {"version": self.version}


class CitationQuerySet(models.QuerySet[Any]):
    def visible_to(self, user: "User") -> "CitationQuerySet":
        return self.filter(team_filter(user, "answer__question__rfp"))


class Citation(models.Model):
    """What supports one sentence of an answer.

    Title, page and quote are kept as they were: a document that is replaced or deleted takes
    nothing from the record of what was relied on.
    """

    answer = models.ForeignKey("Answer", on_delete=models.CASCADE, related_name="citations")
    sentence_index = models.PositiveIntegerField(
        help_text=gettext_lazy("Which sentence of the answer, from 0.")
    )
    chunk = models.ForeignKey(
        "solution_library.DocumentEmbedding",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="citations",
    )
    document = models.ForeignKey(
        "solution_library.Document",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="citations",
    )
    library_answer = models.ForeignKey(
        "solution_library.LibraryAnswer",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="citations",
    )
    source_title = models.CharField(max_length=500)
    heading = models.CharField(max_length=1000, blank=True)
    page = models.PositiveIntegerField(null=True, blank=True)
    quote = models.TextField()
    sentence = models.TextField(
        blank=True,
        help_text=gettext_lazy(
            "The answer's sentence that the quote supports, where it is not the quote itself."
        ),
    )
    score = models.FloatField(null=True, blank=True)

    objects = CitationQuerySet.as_manager()

    class Meta:
        ordering = ["answer_id", "sentence_index", "pk"]
        constraints = [models.CheckConstraint(condition=~Q(quote=""), name="citation_quotes_something")]

    def __str__(self) -> str:
        return (
            _("%(title)s, page %(page)s") % {"title": self.source_title, "page": self.page}
            if self.page
            else self.source_title
        )

    @property
    def source(self) -> "Document | LibraryAnswer | None":
        """What it cites, where that can still be opened: not what was deleted since."""
        row = self.document or self.library_answer
        return None if row is None or row.deleted_at else row
