"""Approved question-and-answer pairs: kept for reuse, their history, and how often they were used."""

import hashlib
import json
from collections.abc import Iterable
from datetime import date

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F, Max
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from core.models import User
from solution_library.exceptions import AnswerChanged, GoneMeanwhile, LibraryError
from solution_library.models import EmbeddingStatus, LibraryAnswer, LibraryAnswerVersion, Solution
from solution_library.models.answer import MOST_TAGS
from solution_library.services.answer_sources import keep_as_it_is
from solution_library.signals import (
    NUDGED_AT_ONCE,
    document_content_changed,
    source_content_changed,
    sources_restored,
)


def save_library_answer(
    *,
    solution: Solution,
    question: str,
    answer: str,
    owner: User | None,
    choice: str = "",
    tags: Iterable[str] = (),
    review_by: date | None = None,
    origin: LibraryAnswer.Origin = LibraryAnswer.Origin.MANUAL,
    origin_note: str = "",
    origin_answer_id: int | None = None,
) -> LibraryAnswer:
    """Keep a pair for reuse and queue it for embedding.

    With an `origin_answer_id` that is known already, that entry is brought up to date, back from its
    deletion if need be; one whose words did not change is not embedded again. Raises LibraryError when
    question or answer is empty, or something is too long.
    """
    _refuse_half_a_pair(question, answer)
    with transaction.atomic():
        entry = None
        if origin_answer_id is not None:
            known = LibraryAnswer.with_deleted.select_for_update().without_index()
            entry = known.filter(origin_answer_id=origin_answer_id).first()
        before = _words(entry) if entry else None
        entry = entry or LibraryAnswer(owner=owner, origin=origin, origin_answer_id=origin_answer_id)
        entry.solution = solution
        entry.question, entry.answer, entry.choice = question.strip(), answer.strip(), choice.strip()
        entry.tags = _clean_tags([*entry.tags, *tags], had=len(entry.tags))
        entry.review_by = review_by or entry.review_by
        entry.origin_note = origin_note[:300] or entry.origin_note
        _write(entry, before=before, user=owner)
    return entry


def change_library_answer(
    entry: LibraryAnswer,
    *,
    solution: Solution,
    question: str,
    answer: str,
    choice: str,
    tags: Iterable[str],
    owner: User | None,
    review_by: date | None,
    expected: str,
    user: User,
) -> LibraryAnswer:
    """Give an entry what a person wrote; what it said before stays in its history.

    `expected` is the `state_of` the entry that they were looking at. Raises AnswerChanged when somebody else changed
    it since, be it only a tag or a date; GoneMeanwhile; LibraryError as save_library_answer does.
    """
    _refuse_half_a_pair(question, answer)
    with transaction.atomic():
        locked = LibraryAnswer.objects.select_for_update().without_index().filter(pk=entry.pk).first()
        if locked is None:
            raise GoneMeanwhile(_("This answer was deleted in the meantime. Nothing was saved."))
        if state_of(locked) != expected:
            raise AnswerChanged(
                _("Somebody else changed this answer meanwhile. Compare both before you save.")
            )
        before = _words(locked)
        locked.solution = solution
        locked.question, locked.answer, locked.choice = question.strip(), answer.strip(), choice.strip()
        locked.tags = _clean_tags(tags, had=len(locked.tags))
        locked.owner, locked.review_by = owner, review_by
        _write(locked, before=before, user=user)
    return locked


def state_of(entry: LibraryAnswer) -> str:
    """A digest of all that a person may change of an entry: who saves says by it what they were looking at.

    Not `updated_at`, which not everything touches, and no version: tags, owner and review date make none.
    """
    said = [
        entry.solution_id,
        entry.question,
        entry.answer,
        entry.choice,
        entry.tags,
        entry.owner_id,
        entry.review_by and entry.review_by.isoformat(),
    ]
    return hashlib.sha256(json.dumps(said).encode()).hexdigest()


def record_use(answers: Iterable[LibraryAnswer]) -> int:
    """Count one more use of each answer; returns how many rows that were.

    `updated_at` stays: being used does not make an answer fresher.
    """
    return LibraryAnswer.objects.filter(pk__in=[answer.pk for answer in answers]).update(
        times_used=F("times_used") + 1, last_used_at=timezone.now()
    )


def request_answer_embedding(answers: Iterable[LibraryAnswer]) -> int:
    """Put answers in the queue for embedding, again or for another try; returns how many."""
    wanted = list(answers)
    with transaction.atomic():
        LibraryAnswer.objects.filter(pk__in=[answer.pk for answer in wanted]).update(
            embedding_status=EmbeddingStatus.PENDING
        )
        for answer in wanted:
            answer.embedding_status = EmbeddingStatus.PENDING
        for answer in wanted[:NUDGED_AT_ONCE]:
            document_content_changed.send(sender=LibraryAnswer, instance=answer)
    return len(wanted)


def _refuse_half_a_pair(question: str, answer: str) -> None:
    if not question.strip() or not answer.strip():
        raise LibraryError(_("The library keeps pairs: write both the question and its answer."))


def _words(entry: LibraryAnswer) -> tuple[str, str, str, int]:
    return (entry.question, entry.answer, entry.choice, entry.solution_id)


def _clean_tags(tags: Iterable[str], *, had: int) -> list[str]:
    """Without repetitions and blanks. More than the bound are refused, unless there `had` been as many before."""
    cleaned = list(dict.fromkeys(tag.strip() for tag in tags if tag.strip()))
    if len(cleaned) > max(MOST_TAGS, had):
        raise LibraryError(
            _("An answer has at most %(most)d tags; these are %(count)d.")
            % {"most": MOST_TAGS, "count": len(cleaned)}
        )
    return cleaned


def _write(entry: LibraryAnswer, *, before: tuple[str, str, str, int] | None, user: User | None) -> None:
    """Save the entry, its new version and the nudge for its embedding; the caller holds its row."""
    deleted_at = entry.deleted_at
    changed = before != _words(entry) or deleted_at is not None
    if changed:
        entry.deleted_at = None
        entry.embedding_status = EmbeddingStatus.PENDING
    try:
        entry.full_clean(exclude=["embedding", "search_vector"])
    except ValidationError as error:
        raise LibraryError(" ".join(error.messages)) from error
    entry.save()
    if before is not None:
        keep_as_it_is(entry)  # whoever wrote it has looked at it
    if deleted_at:
        sources_restored.send(sender=LibraryAnswer, moments={entry: deleted_at})
    if before is None or before[:3] != _words(entry)[:3]:
        _keep_version(entry, before, user)
    if before is not None and before[1:3] != _words(entry)[1:3]:
        reason = _("The library answer that it was taken from was changed.")
        _tell(entry, reason, url=reverse("solution_library:answer", args=[entry.pk]) + "#history")
    if changed:
        document_content_changed.send(sender=LibraryAnswer, instance=entry)


def _keep_version(entry: LibraryAnswer, before: tuple[str, str, str, int] | None, user: User | None) -> None:
    newest = entry.versions.aggregate(newest=Max("version"))["newest"] or 0
    if before is not None and not newest:
        # It was kept before there was a history, or by the admin: what it said is its first version.
        newest = 1
        question, answer, choice, _solution = before
        LibraryAnswerVersion.objects.create(
            entry=entry, version=newest, question=question, answer=answer, choice=choice
        )
    LibraryAnswerVersion.objects.create(
        entry=entry,
        version=newest + 1,
        question=entry.question,
        answer=entry.answer,
        choice=entry.choice,
        edited_by=user,
    )


def _tell(entry: LibraryAnswer, reason: str, *, url: str) -> None:
    source_content_changed.send(sender=LibraryAnswer, instance=entry, reason=reason, url=url)
