"""The second stage of search: a reranker reads the best candidates again, where one is configured.

Two orders become one by reciprocal rank fusion (Cormack, Clarke and Buettcher, 2009), both with the same weight: ranks,
because a reranker's numbers mean something else in every model, and both orders, because neither is right always.
A cross-encoder reads more closely than two searches do, but it was trained on other texts, reads 512 tokens, and may
stand behind an address where somebody changes the model. The smaller K is, the more each order keeps its best in
front. K is the largest whole number with which the first two of either order are among the first ten, whatever the
other order says of them: ten passages are what a draft reads. A good reranker brings up what was far behind, and a
bad one cannot take away what search is surest of. No data set had a say in it.

An approved answer to this very question (`same_question`) never falls behind its first place: it is what is offered
as it is.
"""

import logging
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from threading import Lock

from core.storage import StorageError
from rag.providers.embedding import EmbeddingError
from rag.providers.reranking import Reranker, RerankingError, get_reranker
from rag.services.candidates import Ref
from rag.services.fusion import FusedScore
from rag.services.passages import Passage, load_passages
from rag.services.same_question import SAME_MEANING, find_nearness

logger = logging.getLogger(__name__)

# The candidates that are read again.
RERANKED = 40
K = 3
# A question may take a dozen searches, and a run hundreds: a reranker that failed is left alone for so many seconds,
# so that people wait for it once.
_REST_SECONDS = 30.0

_lock = Lock()
# Until when the reranker rests, and why.
_resting: tuple[float, str] = (0.0, "")


@dataclass(frozen=True)
class SecondStage:
    """All candidates, best first; `scores` are the reranker's, of those that it read.

    `problem` says why there are none although a reranker is configured: then the order is the first stage's.
    """

    order: Sequence[Ref]
    before: Sequence[Ref] = ()
    fused: Mapping[Ref, FusedScore] = field(default_factory=dict)
    scores: Mapping[Ref, float] = field(default_factory=dict)
    problem: str = ""

    def explain(self, passages: list[Passage]) -> list[Passage]:
        """The passages with what the second stage did to them, places counted from 1.

        Their scores are those of the places that they have now, so that scores still fall from place to place;
        what a passage itself had is its "fused" part.
        """
        if not self.scores:
            return passages
        now = {ref: place for place, ref in enumerate(self.order)}
        before = {ref: place for place, ref in enumerate(self.before)}
        return [
            replace(
                passage,
                score=self.fused[self.before[now[passage.ref]]].score,
                explanation=passage.explanation
                | {
                    "reranker": round(self.scores[passage.ref], 4),
                    "place_before": before[passage.ref] + 1,
                    "place_after": now[passage.ref] + 1,
                },
            )
            if passage.ref in self.scores
            else passage
            for passage in passages
        ]


def rerank(query: str, order: Sequence[Ref], fused: Mapping[Ref, FusedScore]) -> SecondStage:
    """The first stage's order as the reranker would change it. Costs nothing where none is configured.

    With one, a query and the texts of the passages that it reads, several at a time. Whatever it fails at, the
    first stage's order stands, and the log says so.
    """
    try:
        reranker = get_reranker()
        if reranker is None or len(order) < 2:
            return SecondStage(order)
        if reason := _rest_reason():
            return SecondStage(order, problem=reason)
        return _reranked(reranker, query, order, fused)
    except (RerankingError, StorageError, EmbeddingError) as error:
        logger.warning("search keeps its first order, the second stage failed: %s", error)
        _rest(str(error))
        return SecondStage(order, problem=str(error))


def forget_failures() -> None:
    """Ask again at once, whatever happened before."""
    global _resting
    with _lock:
        _resting = (0.0, "")


def _reranked(
    reranker: Reranker, query: str, order: Sequence[Ref], fused: Mapping[Ref, FusedScore]
) -> SecondStage:
    first = order[: min(RERANKED, reranker.max_passages)]
    loaded = load_passages(first)
    there = [ref for ref in first if ref in loaded]
    scores = dict(zip(there, reranker.scores(query, [_text(loaded[ref]) for ref in there]), strict=True))
    gone = [ref for ref in first if ref not in loaded]
    blended = [*blend(there, scores), *gone]
    # In the first order, so that none pushes back one before it.
    for ref in _answers_to(query, there, loaded):
        place = min(there.index(ref), blended.index(ref))
        blended.remove(ref)
        blended.insert(place, ref)
    return SecondStage([*blended, *order[len(first) :]], order, fused, scores)


def _answers_to(query: str, refs: Sequence[Ref], loaded: Mapping[Ref, Passage]) -> list[Ref]:
    """Those that are approved answers to this very question, in the order given."""
    answers = [ref for ref in refs if loaded[ref].library_answer_id]
    nearness = find_nearness(query, [loaded[ref].title for ref in answers])
    return [ref for ref, near in zip(answers, nearness, strict=True) if near >= SAME_MEANING]


def blend(first: Sequence[Ref], scores: Mapping[Ref, float]) -> list[Ref]:
    """Both orders as one; passages that the reranker does not tell apart stay as they were."""
    second = sorted(first, key=lambda ref: -scores[ref])
    by_reranker = {ref: place for place, ref in enumerate(second, start=1)}
    worth = {ref: 1 / (K + place) + 1 / (K + by_reranker[ref]) for place, ref in enumerate(first, start=1)}
    # Of two that are worth the same, the one that the reranker, which read them, prefers.
    return sorted(first, key=lambda ref: (-worth[ref], by_reranker[ref]))


def _text(passage: Passage) -> str:
    choice = f"{passage.choice}. " if passage.choice else ""
    return f"{passage.context}\n{choice}{passage.text}"


def _rest(reason: str) -> None:
    global _resting
    with _lock:
        _resting = (time.monotonic() + _REST_SECONDS, reason)


def _rest_reason() -> str:
    with _lock:
        until, reason = _resting
    return reason if time.monotonic() < until else ""
