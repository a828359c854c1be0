"""Numbers as an address or a form brings them: of rows, of pages, of versions."""

from collections.abc import Iterable

# What a bigint certainly holds: a longer one is the number of nothing, and Python does not even read the longest.
_MOST_DIGITS = 18


def whole_number(text: str) -> int | None:
    """The number that `text` is; None for anything else."""
    return int(text) if text.isdecimal() and len(text) <= _MOST_DIGITS else None


def whole_numbers(texts: Iterable[str]) -> list[int]:
    """Those of the texts that are numbers, in their order."""
    return [number for number in map(whole_number, texts) if number is not None]


def number_pairs(texts: Iterable[str]) -> dict[int, int]:
    """What "7:2" pairs, by the first number; what is written otherwise is left out."""
    pairs = (map(whole_number, text.split(":")) for text in texts if text.count(":") == 1)
    return {first: second for first, second in pairs if first is not None and second is not None}
