"""What the library already says about an answer that somebody is about to keep: the same, or the opposite.

Whether two questions ask the same is decided by `similarity`; nearness of meaning only says which to compare.
"""

import logging
from collections.abc import Iterator

from django.utils.translation import gettext as _
from pgvector.django import CosineDistance

from rag.providers.embedding import EmbeddingError, get_embedding_provider
from rag.services.contradictions import find_contradictions
from rag.services.serving_model import vector_for_search
from rag.services.similarity import group_same_questions
from solution_library.answer_checks import AnswerCandidate, AnswerWarning, NotCompared
from solution_library.models import LibraryAnswer

logger = logging.getLogger(__name__)

# Nearest answers of the solution that are compared with the candidate.
_COMPARED = 25
_MOST_WARNINGS = 5


def find_answer_warnings(candidate: AnswerCandidate) -> list[AnswerWarning]:
    """A warning for each answer of the same solution to the same question.

    Raises NotCompared while the embedding model cannot be asked.
    """
    try:
        return _compare(candidate)
    except EmbeddingError as error:
        logger.warning("library answers are not compared: the embedding model does not answer", exc_info=True)
        raise NotCompared(_("The embedding model does not answer, so nothing was compared.")) from error


def _compare(candidate: AnswerCandidate) -> list[AnswerWarning]:
    others = _nearest(candidate)
    texts = [candidate.question, *(other.question for other in others)]
    same = next((group for group in group_same_questions(texts) if group[0] == 0), [0])
    return [_warning(candidate, others[index - 1]) for index in same[1:]][:_MOST_WARNINGS]


def _nearest(candidate: AnswerCandidate) -> list[LibraryAnswer]:
    """The answers whose question or words are nearest, those to this very question that have no vector yet, and
    those to be compared in any case.
    """
    rows = LibraryAnswer.objects.filter(solution=candidate.solution).without_index()
    if candidate.entry is not None:
        rows = rows.exclude(pk=candidate.entry.pk)
    provider = get_embedding_provider()
    own = provider.embed_query(candidate.question)
    vector, model = vector_for_search(candidate.question, own, provider=provider)
    near = rows.filter(embedding_model=model, embedding__isnull=False)
    found = near.order_by(CosineDistance("embedding", vector.tolist()), "pk")[:_COMPARED]
    literal = rows.filter(question__iexact=candidate.question.strip())[:_COMPARED]
    return list({row.pk: row for row in (*found, *literal, *candidate.beside)}.values())


def _warning(candidate: AnswerCandidate, other: LibraryAnswer) -> AnswerWarning:
    reason = next(_reasons(candidate, other), "")
    if reason:
        return AnswerWarning("contradiction", other, reason)
    same = " ".join(candidate.answer.split()).casefold() == " ".join(other.answer.split()).casefold()
    reason = _("This pair is kept already.") if same else _("The same question is answered in other words.")
    return AnswerWarning("duplicate", other, reason)


def _reasons(candidate: AnswerCandidate, other: LibraryAnswer) -> Iterator[str]:
    """Why the two answers cannot both be true, in sentences."""
    found = find_contradictions(
        candidate.answer, other.answer, choice_here=candidate.choice, choice_there=other.choice
    )
    for contradiction in found:
        here, there = ", ".join(contradiction.here), ", ".join(contradiction.there)
        if contradiction.kind == "choice":
            yield _("It is answered with “%(there)s” there, and with “%(here)s” here.") % {
                "there": there,
                "here": here,
            }
        elif contradiction.kind == "denial":
            yield _("One of the two denies what the other affirms.")
        else:
            yield _("It says %(there)s there, and %(here)s here.") % {"there": there, "here": here}
