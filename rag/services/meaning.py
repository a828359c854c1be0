"""Whether a sentence means what its passages say, by the embedding model: the last question of `verification`.

Rules see whether the words and numbers are there, and little of what is said about what: the subject of one sentence
with what another says of something else passes them all. Such a sentence is far from each sentence that it was made of.
It is no proof: nearness tells another subject, and not another number.
"""

from collections.abc import Sequence

import numpy as np
from django.utils.translation import gettext as _

from rag.providers.embedding import get_embedding_provider
from rag.services.features import vectors_of
from rag.services.passages import Passage
from rag.services.sentences import split_sentences
from rag.services.verification import is_verbatim, stems_of
from themis.formatting import format_number

# The cosine below which a sentence is about something else, for the models that it was measured for: 98.5 % of true
# rewordings come nearer. benchmarks/semantic_support.py chooses it; another model has another scale, and is not asked.
LEAST_NEARNESS = {"all-MiniLM-L6-v2-int8@1.0.0": 0.70}
# Sentences of the passages that are compared: those that share most words. The others cost more than they tell.
_COMPARED = 4

# A sentence, and the passages that it cites.
Claim = tuple[str, Sequence[Passage]]


def far_from_sources(claims: Sequence[Claim]) -> list[str]:
    """For each sentence why it does not mean what its passages say, in words; "" where it does.

    What stands in a passage as it is needs no comparing. One batch of texts is embedded, and a second one for those
    that are near no single sentence. Touches no database. Raises rag.providers.embedding.EmbeddingError.
    """
    least = LEAST_NEARNESS.get(get_embedding_provider().name)
    reworded = [
        index
        for index, (text, passages) in enumerate(claims)
        if not any(is_verbatim(text, passage.text) for passage in passages)
    ]
    reasons = [""] * len(claims)
    if least is None or not reworded:
        return reasons
    nearness = nearness_of([claims[index] for index in reworded], enough=least)
    for index, near in zip(reworded, nearness, strict=True):
        if near < least:
            reasons[index] = _(
                "It means something else than what it cites: no sentence there comes near it (%(near)s, and it "
                "takes %(least)s)."
            ) % {"near": format_number(near, digits=2), "least": format_number(least, digits=2)}
    return reasons


def nearness_of(claims: Sequence[Claim], *, enough: float = 1.0) -> list[float]:
    """For each sentence the cosine with the nearest sentence of its passages, or the nearest two in a row.

    Two in a row are looked at only where one alone is not near `enough`. 0 where there is nothing to compare with.
    """
    compared = [_alike(text, passages) for text, passages in claims]
    nearest = _nearest(claims, [[unit for unit, _ in units] for units in compared])
    far = [index for index, near in enumerate(nearest) if near < enough]
    pairs = [[pair for _, both in compared[index] for pair in both] for index in far]
    for index, near in zip(far, _nearest([claims[index] for index in far], pairs), strict=True):
        nearest[index] = max(nearest[index], near)
    return nearest


def _alike(text: str, passages: Sequence[Passage]) -> list[tuple[str, list[str]]]:
    """The sentences that share most words with the text, each with what it makes with the one before and after."""
    wanted = stems_of(text)
    found: list[tuple[int, str, list[str]]] = []
    for passage in passages:
        units = [unit.text for unit in split_sentences(passage.text)]
        for place, unit in enumerate(units):
            both = [" ".join(units[at : at + 2]) for at in (place - 1, place) if 0 <= at < len(units) - 1]
            found.append((len(wanted & stems_of(unit)), unit, both))
    found.sort(key=lambda row: -row[0])
    return [(unit, both) for _, unit, both in found[:_COMPARED]]


def _nearest(claims: Sequence[Claim], candidates: Sequence[Sequence[str]]) -> list[float]:
    texts = [text for (text, _), units in zip(claims, candidates, strict=True) for text in (text, *units)]
    vectors = vectors_of(texts)
    nearest, start = [], 0
    for units in candidates:
        own, rows = vectors[start], vectors[start + 1 : start + 1 + len(units)]
        nearest.append(float(np.max(rows @ own)) if units else 0.0)
        start += 1 + len(units)
    return nearest
