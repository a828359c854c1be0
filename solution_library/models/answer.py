from typing import TYPE_CHECKING

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from pgvector.django import VectorField

from core.word_search import word_index
from solution_library.models.deletion import InUseManager, Restorable, deleted_index
from solution_library.models.embedding_status import EmbeddingStatus
from solution_library.models.freshness import Freshness, is_overdue

if TYPE_CHECKING:
    from core.models import User


# What a person may give one row; the column's own limit is the length of a tag.
MOST_TAGS = 20
TAG_CHARACTERS = 50


class LibraryAnswerQuerySet(models.QuerySet["LibraryAnswer"]):
    def visible_to(self, user: "User") -> "LibraryAnswerQuerySet":
        return self if user.is_active else self.none()

    def without_index(self) -> "LibraryAnswerQuerySet":
        """Without the columns that only search reads; they are most of a row."""
        return self.defer("embedding", "search_vector")

    def of_freshness(self, freshness: Freshness) -> "LibraryAnswerQuerySet":
        return self.filter(freshness.condition(unused=Q(times_used=0)))


LibraryAnswerManager = InUseManager.from_queryset(LibraryAnswerQuerySet)


class LibraryAnswer(Restorable):
    """An approved question-and-answer pair, kept for reuse."""

    class Origin(models.TextChoices):
        MANUAL = "manual", _("Written by hand")
        APPROVED = "approved", _("Approved in an RFP")
        IMPORTED = "imported", _("Imported")

    solution = models.ForeignKey("Solution", on_delete=models.CASCADE, related_name="answers")
    question = models.TextField()
    answer = models.TextField()
    choice = models.CharField(max_length=200, blank=True)
    tags = ArrayField(models.CharField(max_length=TAG_CHARACTERS), default=list, blank=True)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="owned_answers",
    )
    review_by = models.DateField(null=True, blank=True)
    times_used = models.PositiveIntegerField(default=0)
    last_used_at = models.DateTimeField(null=True, blank=True)
    origin = models.CharField(max_length=20, choices=Origin.choices, default=Origin.MANUAL)
    origin_note = models.CharField(max_length=300, blank=True, help_text=_("Which RFP or file it came from."))
    # The app above owns that table, so this is its number and no foreign key.
    origin_answer_id = models.BigIntegerField(null=True, blank=True, unique=True)
    # The import that it came with and its row there: an import that runs again finds what it brought before.
    origin_import = models.ForeignKey(
        "AnswerImport",
        null=True,
        blank=True,
        editable=False,
        on_delete=models.SET_NULL,
        related_name="answers",
        db_index=False,
    )
    import_row = models.PositiveIntegerField(null=True, blank=True, editable=False)
    embedding_status = models.CharField(
        max_length=20, choices=EmbeddingStatus.choices, default=EmbeddingStatus.PENDING
    )
    embedding = VectorField(null=True, blank=True)
    embedding_model = models.CharField(max_length=200, blank=True)
    search_vector = SearchVectorField(null=True)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    objects = LibraryAnswerManager()
    with_deleted = LibraryAnswerQuerySet.as_manager()

    class Meta:
        ordering = ["-updated_at"]
        indexes = [
            deleted_index("library_answer_deleted"),
            GinIndex(fields=["search_vector"], name="library_answer_search_vector"),
            GinIndex(fields=["tags"], name="library_answer_tags"),
            word_index("library_answer_words", "question", "answer"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["origin_import", "import_row"], name="library_answer_once_of_an_import"
            ),
            models.CheckConstraint(
                condition=~Q(question="") & ~Q(answer=""), name="library_answer_not_empty"
            ),
            models.CheckConstraint(
                condition=Q(embedding_status__in=EmbeddingStatus.values), name="library_answer_status_known"
            ),
            models.CheckConstraint(
                condition=Q(origin__in=["manual", "approved", "imported"]), name="library_answer_origin_known"
            ),
            # The vector and the words are what search reads, and it asks for nothing else.
            models.CheckConstraint(
                condition=Q(deleted_at__isnull=True) | Q(embedding__isnull=True, search_vector__isnull=True),
                name="library_answer_deleted_is_not_found",
            ),
        ]

    def __str__(self) -> str:
        return self.question[:100]

    def get_absolute_url(self) -> str:
        return reverse("solution_library:answer", args=[self.pk])

    @property
    def review_overdue(self) -> bool:
        return is_overdue(self.review_by)
