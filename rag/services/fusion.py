"""Dense and lexical scores into one, with as much trust in words as each query earns.

Rank fusion and min-max fusion give the best lexical hit the same standing whether it shares the
query's every word or one common one. Here every part is absolute: cosine similarity as it is, BM25
as a share of the most that any passage could reach for this query, and the share of the query's idf
mass that the words of the passage, and of what else was found of its document, make up. Where
question and documents speak differently these stay small in every passage, and meaning decides.
All three count less the less information the query's words carry together: that a passage has all
of a few common words says little. And they count less where not even the best passage has most of
the query's words, while meaning tells the passages apart: then it was asked in other words than the
documents have, and what they share is chance. Where meaning sees no difference, as in a language
that the model does not know, the few words that are shared are all there is.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from functools import cache
from math import log
from statistics import median
from typing import NamedTuple

from rag.services.candidates import Ref
from rag.services.lexical import K1, LexicalMatches

# Found with data sets left out by turns; the results are flat around these values.
BM25_WEIGHT = 0.60
COVERAGE_WEIGHT = 0.20
DOCUMENT_WEIGHT = 0.20
_TOTAL = 1 + BM25_WEIGHT + COVERAGE_WEIGHT + DOCUMENT_WEIGHT
# Words are trusted in full from this many times the information that it takes to name one passage.
FULL_TRUST = 3.5
# And where one passage has at least this share of them, or else meaning does not tell the passages apart: it begins to
# where the nearest is so much nearer than the middle one of those found, and does so clearly from the second figure on.
REACH = 0.8
BLURRED, CLEAR = 0.10, 0.25
# What a document says as a whole is what its best few passages say: a long one has every word somewhere.
DOCUMENT_PASSAGES = 3
# How far the query moves towards its best passages before similarity is taken again (Rocchio's feedback), and the
# score of the best from which it moves so far: what is uncertain itself leads astray.
FEEDBACK = 1.0
FEEDBACK_SCORE = 0.6
FEEDBACK_PASSAGES = 5


class FusedScore(NamedTuple):
    """`score` from 0 to 1 orders the candidates; the parts, each from 0 to 1 too, say why.

    `trust` is what the three parts about words were multiplied by.
    """

    score: float
    dense: float
    lexical: float
    coverage: float
    document: float
    trust: float


class WordEvidence(NamedTuple):
    """What the query's words say for one candidate, whatever its similarity; `together` is their sum under trust."""

    lexical: float
    coverage: float
    document: float
    trust: float
    together: float


def weigh_words(
    similarity: Mapping[Ref, float], lexical: LexicalMatches, documents: Mapping[Ref, int]
) -> dict[Ref, WordEvidence]:
    """For each candidate of either search; `documents` says which of them belong together."""
    mass = sum(lexical.weights.values()) or 1.0
    told = min(1.0, mass / (FULL_TRUST * log(1 + max(lexical.passages, 1))))
    together = _lexemes_by_document(lexical, documents)

    @cache  # many candidates have the same few words
    def share(lexemes: frozenset[str]) -> float:
        return min(1.0, sum(lexical.weights.get(lexeme, 0.0) for lexeme in lexemes) / mass)

    best = max(map(share, lexical.lexemes.values()), default=0.0)
    trust = told * (1 - _clearness(similarity) * (1 - min(1.0, best / REACH) ** 1.5))
    none: frozenset[str] = frozenset()
    evidence = {}
    for ref in [*similarity, *(ref for ref in lexical.scores if ref not in similarity)]:
        lexemes = lexical.lexemes.get(ref, none)
        words = min(1.0, lexical.scores.get(ref, 0.0) / (mass * (K1 + 1)))
        coverage = share(lexemes)
        document = share(together.get(documents.get(ref), none) | lexemes)
        weighed = BM25_WEIGHT * words + COVERAGE_WEIGHT * coverage + DOCUMENT_WEIGHT * document
        evidence[ref] = WordEvidence(words, coverage, document, trust, trust * weighed)
    return evidence


def fuse(similarity: Mapping[Ref, float], evidence: Mapping[Ref, WordEvidence]) -> dict[Ref, FusedScore]:
    """One score for each candidate that there is evidence of.

    One that only the lexical search found is taken to be as similar as the last that the dense search found.
    """
    floor = min(similarity.values(), default=0.0)
    fused = {}
    for ref, (lexical, coverage, document, trust, together) in evidence.items():
        meaning = min(1.0, max(0.0, similarity.get(ref, floor)))
        score = min(1.0, (meaning + together) / _TOTAL)
        fused[ref] = FusedScore(score, meaning, lexical, coverage, document, trust)
    return fused


def _clearness(similarity: Mapping[Ref, float]) -> float:
    """How well meaning tells the passages apart, from 0 to 1."""
    if not similarity:
        return 0.0
    stands_out = max(similarity.values()) - median(similarity.values())
    return min(1.0, max(0.0, (stands_out - BLURRED) / (CLEAR - BLURRED)))


def _lexemes_by_document(
    lexical: LexicalMatches, documents: Mapping[Ref, int]
) -> dict[int | None, frozenset[str]]:
    """Which of the query's words the best few candidates of a document have together."""
    together: dict[int | None, frozenset[str]] = {}
    taken: Counter[int] = Counter()
    for ref in sorted(lexical.scores, key=lambda ref: -lexical.scores[ref]):
        document = documents.get(ref)
        if document is not None and taken[document] < DOCUMENT_PASSAGES:
            taken[document] += 1
            together[document] = together.get(document, frozenset()) | lexical.lexemes[ref]
    return together


def best_first(fused: Mapping[Ref, FusedScore]) -> list[Ref]:
    """The candidates by falling score; equal ones always in the same order."""
    return sorted(fused, key=lambda ref: (-fused[ref].score, ref))


def feedback_weights(fused: Mapping[Ref, FusedScore], order: Sequence[Ref]) -> dict[Ref, float]:
    """The best few, and how much each of them says about what the query is about."""
    return {ref: fused[ref].score ** 2 for ref in order[:FEEDBACK_PASSAGES]}


def feedback_reach(fused: Mapping[Ref, FusedScore], order: Sequence[Ref]) -> float:
    """How far the query moves towards them: the less, the less sure the best of them is."""
    best = fused[order[0]].score if order else 0.0
    return FEEDBACK * min(1.0, best / FEEDBACK_SCORE) ** 2
