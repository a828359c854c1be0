"""Passages that follow each other in their document, joined: two halves of one thought are read as one text."""

from collections.abc import Mapping, Sequence

from rag.services.candidates import Ref
from rag.services.passages import Passage

# (document, index of the chunk in it)
Place = tuple[int, int]

# What a chunk repeats of the one before it is whole sentences; less is chance.
_LEAST_REPEATED = 20


def group_neighbours(passages: Sequence[Passage], places: Mapping[Ref, Place]) -> list[list[Passage]]:
    """Each run of chunks that follow each other under one heading, in the order of reading; runs by their best passage.

    `passages` are best first; one without a place is alone.
    """
    at = {place: passage for passage in passages if (place := places.get(passage.ref)) is not None}
    groups: list[list[Passage]] = []
    grouped: set[Ref] = set()
    for passage in passages:
        if passage.ref in grouped:
            continue
        group = _run(passage, places.get(passage.ref), at)
        grouped.update(each.ref for each in group)
        groups.append(group)
    return groups


def _run(passage: Passage, place: Place | None, at: Mapping[Place, Passage]) -> list[Passage]:
    if place is None:
        return [passage]
    document, index = place

    def follows(index: int) -> bool:
        neighbour = at.get((document, index))
        return neighbour is not None and neighbour.heading_path == passage.heading_path

    first, last = index, index
    while follows(first - 1):
        first -= 1
    while follows(last + 1):
        last += 1
    return [at[document, each] for each in range(first, last + 1)]


def join_texts(texts: Sequence[str]) -> str:
    """The texts as one, without what each repeats of the one before it."""
    joined = ""
    for text in texts:
        repeated = _repeated(joined, text)
        glue = "" if not joined else " " if repeated else "\n\n"
        joined += glue + text[repeated:].lstrip()
    return joined


def _repeated(before: str, text: str) -> int:
    """How many characters `text` begins with that `before` ends with."""
    longest = min(len(before), len(text))
    return next((size for size in range(longest, _LEAST_REPEATED - 1, -1) if before.endswith(text[:size])), 0)
