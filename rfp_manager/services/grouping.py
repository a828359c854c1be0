"""Repeated questions: found on import, answered once, and a person's say about who belongs together."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Count, Q
from django.utils.translation import gettext as _

from rag.providers.embedding import EmbeddingError
from rag.services.features import vectors_of
from rag.services.similarity import group_identical_questions, group_same_questions
from rfp_manager.exceptions import GoneMeanwhile, RFPError
from rfp_manager.models import RFP, Question, QuestionGroup
from rfp_manager.services.holding import hold_rfp

logger = logging.getLogger(__name__)

# What "find similar" offers a person to choose from; they decide, so it may be looser than grouping.
_SUGGESTIONS = 8
_SUGGESTED_FROM = 0.55


@dataclass(frozen=True)
class Suggestion:
    question: Question
    similarity: float


def group_questions(rfp: RFP) -> int:
    """Group the RFP's questions that ask the same, across its workbooks; returns how many groups there are.

    Running it again changes nothing. Whom a person joined or took out stays as they said, and a group
    keeps its row while it has members, so that what points to it stays true.
    """
    with transaction.atomic():
        hold_rfp(rfp.pk)
        questions = list(
            rfp.questions.only("rfp", "text", "group", "grouped_by_person").order_by(
                "document_id", "position"
            )
        )
        changed = _place(rfp, questions, _same([question.text for question in questions]))
        Question.objects.bulk_update(changed, ["group"], batch_size=500)
        return _drop_lonely_groups(rfp)


def join_group(question: Question, *, to: Question) -> None:
    """Put `question` among those that ask the same as `to`.

    Raises RFPError across RFPs or with itself, GoneMeanwhile.
    """
    if question.rfp_id != to.rfp_id or question.pk == to.pk:
        raise RFPError(_("Choose another question of this RFP."))
    with transaction.atomic():
        rfp = hold_rfp(question.rfp_id)
        both = Question.objects.filter(pk__in=[question.pk, to.pk])
        groups = dict(both.values_list("pk", "group"))
        if len(groups) < 2:
            raise GoneMeanwhile(_("One of these questions was deleted in the meantime. Nothing was changed."))
        group_id = groups[to.pk] or QuestionGroup.objects.create(rfp_id=to.rfp_id).pk
        both.update(group=group_id, grouped_by_person=True)
        _drop_lonely_groups(rfp)


def leave_group(question: Question) -> None:
    """Take the question out for good; its answer stays, and is its own from now on."""
    with transaction.atomic():
        rfp = hold_rfp(question.rfp_id)
        Question.objects.filter(pk=question.pk).update(group=None, grouped_by_person=True)
        _drop_lonely_groups(rfp)


def suggest_members(question: Question) -> list[Suggestion]:
    """The RFP's other questions that come nearest, best first, without those of its own group."""
    others = rfp_questions = question.rfp.questions.exclude(pk=question.pk)
    if question.group_id:
        others = rfp_questions.exclude(group_id=question.group_id)
    rows = list(others.select_related("document").defer("answer_cells").order_by("document_id", "position"))
    if not rows:
        return []
    scores = vectors_of([row.text for row in rows]) @ vectors_of([question.text])[0]
    best = sorted(zip(rows, scores.tolist(), strict=True), key=lambda pair: -pair[1])[:_SUGGESTIONS]
    return [Suggestion(row, score) for row, score in best if score >= _SUGGESTED_FROM]


def _same(texts: Sequence[str]) -> list[list[int]]:
    try:
        return group_same_questions(texts)
    except EmbeddingError:
        logger.warning("The embedding model does not answer; only identical questions are grouped.")
        return group_identical_questions(texts)


def _place(rfp: RFP, questions: Sequence[Question], groups: Sequence[Sequence[int]]) -> list[Question]:
    """Give each question that no person placed the group of its kind; returns those that changed."""
    wanted: dict[int, int | None] = {row.pk: None for row in questions if not row.grouped_by_person}
    taken: set[int] = set()
    fresh: list[list[Question]] = []
    for members in ([questions[index] for index in indices] for indices in groups):
        free = [row for row in members if not row.grouped_by_person]
        known = sorted({row.group_id for row in members if row.group_id} - taken)[:1]
        joined = sum(row.grouped_by_person and row.group_id in known for row in members)
        if not free or len(free) + joined < 2:
            continue
        if known:
            taken.update(known)
            wanted.update((row.pk, known[0]) for row in free)
        else:
            fresh.append(free)
    made = QuestionGroup.objects.bulk_create(QuestionGroup(rfp=rfp) for _group in fresh)
    for group, free in zip(made, fresh, strict=True):
        wanted.update((row.pk, group.pk) for row in free)
    changed = [row for row in questions if row.pk in wanted and row.group_id != wanted[row.pk]]
    for row in changed:
        row.group_id = wanted[row.pk]
    return changed


def _drop_lonely_groups(rfp: RFP) -> int:
    """A group of one is none. Returns how many are left."""
    asked = Count("questions", filter=Q(questions__removed_at=None))
    rfp.question_groups.annotate(members=asked).filter(members__lt=2).delete()
    return rfp.question_groups.count()
