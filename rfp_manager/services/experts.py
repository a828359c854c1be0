"""Who of the team has answered the like before, for giving out questions.

Answers of every RFP that the viewer may see count: those that the person wrote, and those that were approved while
they were theirs. Two queries, however many questions are asked about.
"""

import datetime as dt
import logging
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from core.models import User
from rag.providers.embedding import EmbeddingError
from rag.services.features import vectors_of
from rag.services.similarity import normalised
from rfp_manager.models import RFP, Answer, Question
from rfp_manager.services.answering import BulkResult
from rfp_manager.services.comments import team_of
from rfp_manager.services.question_states import SETTLED
from rfp_manager.services.tidings import tell_assigned

logger = logging.getLogger(__name__)

# The newest answers of the team; what is older says little about who knows it now.
_LOOKED_AT = 2_000
# A little above what is offered as the same question: here another subject would name the wrong person.
_ALIKE = 0.6
_NAMED = 3
# Questions of one preview.
MOST_AT_ONCE = 200


@dataclass(frozen=True)
class Expert:
    """A person of the team, how many alike questions they answered, and the day of the last."""

    person: User
    answers: int
    last: dt.date


@dataclass(frozen=True)
class _Past:
    question: int
    text: str
    person: int
    day: dt.date


def suggest_experts(questions: Sequence[Question], *, rfp: RFP, viewer: User) -> dict[int, list[Expert]]:
    """For each question the people who answered most like it, best first; only from what `viewer` may see."""
    people = {person.pk: person for person in team_of(rfp)}
    past = _answers_of(people, viewer=viewer)
    if not past or not questions:
        return {}
    alike = _alike([row.text for row in questions], [row.text for row in past])
    found = {}
    for question, indices in zip(questions, alike, strict=True):
        rows = [past[index] for index in indices if past[index].question != question.pk]
        if experts := _ranked(rows, people):
            found[question.pk] = experts
    return found


def unassigned(questions: Iterable[int], *, rfp: RFP) -> list[Question]:
    """The first of the given questions that nobody has and that still want an answer."""
    rows = rfp.questions.filter(pk__in=questions, assignee=None).exclude(status__in=SETTLED)
    return list(rows.defer("answer_cells").order_by("document_id", "position")[:MOST_AT_ONCE])


def assign_unassigned(wanted: Mapping[int, int], *, rfp: RFP) -> BulkResult:
    """Give each question its person (of the team), who is told; not what is settled, or somebody's by now."""
    team = {person.pk: person for person in team_of(rfp)}
    changed = 0
    with transaction.atomic():
        for pk in sorted(set(wanted.values()) & team.keys()):
            mine = [question for question, wished in wanted.items() if wished == pk]
            free = rfp.questions.filter(pk__in=mine, assignee=None).exclude(status__in=SETTLED)
            given = free.update(assignee=pk, updated_at=timezone.now())
            tell_assigned(rfp, team[pk], number=given)
            changed += given
    return BulkResult(changed, len(wanted) - changed)


def _answers_of(people: Collection[int], *, viewer: User) -> list[_Past]:
    approved = Q(question__status=Question.Status.APPROVED, question__assignee__in=people)
    rows = (
        Answer.objects.visible_to(viewer)
        .filter(Q(edited_by__in=people) | approved)
        .exclude(text="", choice="")
        .order_by("-updated_at")
        .values_list("question_id", "question__text", "edited_by", "question__assignee", "updated_at")
    )
    return [
        _Past(pk, text, writer if writer in people else assignee, timezone.localdate(at))
        for pk, text, writer, assignee, at in rows[:_LOOKED_AT]
    ]


def _alike(texts: Sequence[str], known: Sequence[str]) -> list[list[int]]:
    """For each text the indices of the known ones that come near it; by their words while no model answers."""
    try:
        scores = vectors_of(texts) @ vectors_of(known).T
    except EmbeddingError:
        logger.warning("The embedding model does not answer; only identical questions name somebody.")
        keys = [normalised(text) for text in known]
        return [[index for index, key in enumerate(keys) if key == normalised(text)] for text in texts]
    return [np.flatnonzero(row >= _ALIKE).tolist() for row in scores]


def _ranked(rows: Sequence[_Past], people: Mapping[int, User]) -> list[Expert]:
    days: dict[int, list[dt.date]] = {}
    for row in rows:
        days.setdefault(row.person, []).append(row.day)
    experts = [Expert(people[person], len(found), max(found)) for person, found in days.items()]
    experts.sort(key=lambda expert: (-expert.answers, -expert.last.toordinal(), str(expert.person)))
    return experts[:_NAMED]
