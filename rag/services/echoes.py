"""An "only" that reserves nothing, because it stands with the very thing that is asked for."""

import re

from rag.services.everyday_words import fold_everyday_words

# "Only in Premium", and "in Premium only".
_ONLY = re.compile(r"\b(?:only|nur|uniquement|seulement)\s+((?:[\w-]+\s*){1,6})", re.IGNORECASE)
_ONLY_AFTER = re.compile(
    r"\b(?:in|for|to|by|with|on|im|für|mit|par|pour|dans)\s+((?:(?!(?:in|for|to|by|with|on)\b)[\w-]+\s+){1,4})"
    # "For trucks only the raw codes": of the codes, not of the trucks.
    r"(?:only|nur|uniquement|seulement)\b(?!\s+(?:the|an?|our|its|der|die|das|den|dem|eine?[nmrs]?|les?|la|une?)\b)",
    re.IGNORECASE,
)
_JOINED = re.compile(r"\b(?:and|or|as well as|und|oder|sowie|et|ou)\b", re.IGNORECASE)
_SMALL = frozenset(
    ("the", "a", "an", "our", "in", "for", "to", "by", "with", "on", "im", "der", "die", "das", "dem", "den", "le")
)  # fmt: skip


def without_echoed_only(question: str, answer: str) -> str:
    """The answer without an "only" before or after the very thing that is asked for: it reserves nothing."""
    asked = _scope_words(fold_everyday_words(question))
    asks_for_only = _ONLY.search(question) or _ONLY_AFTER.search(question)

    def echoed(match: re.Match[str]) -> str:
        words = _scope_words(fold_everyday_words(match[1]))
        # "Only after our approval?": "only after the customer's approval".
        same = words & asked if asks_for_only else words <= asked and not _is_one_of_several(question, words)
        return match[1] if words and same else match[0]

    return _ONLY_AFTER.sub(echoed, _ONLY.sub(echoed, answer))


def _is_one_of_several(question: str, words: set[str]) -> bool:
    """Whether the question names something else beside the words: "for cars and trucks", "for trucks only"."""
    for joint in _JOINED.finditer(question):
        before = _scope_words(" ".join(question[: joint.start()].split()[-1:]))
        after = _scope_words(" ".join(question[joint.end() :].split()[:1]))
        if bool(before & words) != bool(after & words) and before and after:
            return True
    return False


def _scope_words(text: str) -> set[str]:
    """All words but the smallest, whole where they have a digit: "EG-420" is not "EG-440"."""
    words = (word.casefold() for word in re.findall(r"[\w-]*\w", text))
    return {word if re.search(r"\d", word) else word[:5] for word in words} - _SMALL
