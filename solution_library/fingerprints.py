"""MinHash: the likeness of texts by short signatures, without comparing texts pair by pair.

A text is the set of its runs of three words. Of such a set the smallest value under each of many hash functions is
kept (Broder 1997): two sets agree in as many of these as the share that they have in common. Texts that agree in all
values of one band land in the same bucket; the chance of it is near 1 above `ALIKE` and small for what is less alike.
"""

import hashlib
from collections.abc import Iterable, Sequence

import numpy as np
import numpy.typing as npt

RUN = 3
BANDS, ROWS = 42, 6
HASHES = BANDS * ROWS
# Shorter texts are alike by chance: a heading and a sentence from a template.
FEWEST_RUNS = 20
# Share of common runs of all runs (Jaccard) from which two documents count as nearly the same.
ALIKE = 0.7

_BLOCK = 4096
_numbers = np.random.default_rng(
    20_260_101
)  # the functions stay the same, or stored signatures would be worthless
_FACTORS = _numbers.integers(1, 2**63, HASHES, dtype=np.uint64) * np.uint64(2) + np.uint64(1)
_OFFSETS = _numbers.integers(0, 2**63, HASHES, dtype=np.uint64)
_PLACES = np.array([0x9E3779B97F4A7C15, 0xC2B2AE3D27D4EB4F, 0x165667B19E3779F9], dtype=np.uint64)

Signature = npt.NDArray[np.uint32]


def sign(words: Sequence[str]) -> Signature | None:
    """The signature of a text, given its words in order; None when it is too short to tell."""
    if len(words) < RUN:
        return None
    known: dict[str, int] = {}
    for word in words:
        if word not in known:
            known[word] = int.from_bytes(hashlib.blake2b(word.encode(), digest_size=8).digest(), "big")
    hashes = np.array([known[word] for word in words], dtype=np.uint64)
    runs = np.zeros(len(words) - RUN + 1, dtype=np.uint64)
    for place in range(RUN):
        runs = _mixed(runs ^ (hashes[place : place + len(runs)] * _PLACES[place]))
    runs = np.unique(runs)
    if len(runs) < FEWEST_RUNS:
        return None
    smallest = np.full(HASHES, np.iinfo(np.uint64).max, dtype=np.uint64)
    for start in range(0, len(runs), _BLOCK):
        # The runs are mixed well, so multiplying and adding is hash function enough.
        values = runs[start : start + _BLOCK] * _FACTORS[:, None] + _OFFSETS[:, None]
        np.minimum(smallest, values.min(axis=1), out=smallest)
    return (smallest >> np.uint64(32)).astype(np.uint32)


def bands_of(signature: Signature) -> list[int]:
    """The buckets of a signature, as signed 64-bit numbers."""
    return [
        int.from_bytes(
            hashlib.blake2b(part.tobytes(), digest_size=8, salt=band.to_bytes(2, "big")).digest(),
            "big",
            signed=True,
        )
        for band, part in enumerate(signature.reshape(BANDS, ROWS))
    ]


def likeness(one: Signature, others: Iterable[Signature]) -> list[float]:
    """The estimated share of common runs of all runs, 0 to 1, with each of the others."""
    return [float(np.mean(one == other)) for other in others]


def common_share(jaccard: float) -> float:
    """How much of their text two documents have in common, as people count it (Dice)."""
    return 2 * jaccard / (1 + jaccard)


def to_bytes(signature: Signature) -> bytes:
    return signature.astype("<u4").tobytes()


def from_bytes(content: bytes | memoryview) -> Signature:
    return np.frombuffer(content, dtype="<u4").astype(np.uint32)


def _mixed(values: npt.NDArray[np.uint64]) -> npt.NDArray[np.uint64]:
    """Every bit of the input stirs every bit of the output (the finalizer of SplitMix64)."""
    values = (values ^ (values >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    values = (values ^ (values >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    mixed: npt.NDArray[np.uint64] = values ^ (values >> np.uint64(31))
    return mixed
