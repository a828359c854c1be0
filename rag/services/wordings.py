"""How a question is worded: what two texts have in common that ask the same.

Read once per text and kept, because the same questions are compared again and again.
"""

import re
from collections.abc import Hashable, Sequence
from dataclasses import dataclass

from django.conf import settings

from rag.services.features import TextCache, lexemes_of
from rag.services.polarity import is_negated
from rag.services.quantities import find_dates, find_quantities, mask_dates
from rag.services.questions import QuestionPart, split_question

# Words that say that something is done, not what: "do you have a policy in place", "is there a policy".
_LIGHT = re.compile(
    r"\b(?:have|has|hold|holds|possess(?:es)?|maintain(?:s|ed)?|in place|in use|available|currently|there|"
    r"ensure[sd]?|perform(?:s|ed)?|carry out|carried out|conduct(?:s|ed)?|undertaken?|implement(?:s|ed)?|use[sd]?|"
    r"using|via|through|offer(?:s|ed)?|allow(?:s|ed)?|enable[sd]?|include[sd]?|"
    r"following|overview|brief(?:ly)?|also|within|between)\b",
    re.IGNORECASE,
)
_THOUSANDS = re.compile(r"(?<=\d)[,’\u00a0\u202f](?=\d{3}\b)")
_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)?")
_PASSIVE = re.compile(r"\b(?:is|are|was|were|be|been|being)\b", re.IGNORECASE)
_DIRECTION = re.compile(
    r"\b(?:from|into|to|before|after|than|over|prior|instead|von|nach|vor|de|vers)\b", re.I
)
_VENDOR = re.compile(
    r"^(?:you|your|yours|suppliers?|vendors?|bidders?|tenderers?|contractors?|providers?)$", re.I
)
_CUSTOMER = re.compile(r"^(?:we|us|our|ours|authority|customers?|clients?|buyers?)$", re.I)

# What no stemmer brings together, of the verbs that questions are made of.
_IRREGULAR = {
    "kept": "keep", "written": "write", "sent": "send", "built": "build", "rebuilt": "rebuild", "paid": "pay",
    "met": "meet", "taken": "take", "given": "give", "chosen": "choos", "known": "know", "shown": "show",
    "understood": "understand", "overwritten": "overwrit", "withdrawn": "withdraw", "made": "make", "lost": "lose",
}  # fmt: skip


@dataclass(frozen=True)
class Wording:
    """How one text puts its question; `key` agrees for texts that may be the same question."""

    key: Hashable
    order: tuple[str, ...]
    actors: tuple[str, ...]
    acronyms: tuple[str, ...]
    passive: bool
    directed: bool

    @property
    def is_prose(self) -> bool:
        """Whether it says enough to be put otherwise; codes such as "AC-02 (a)" are the same or are not."""
        return sum(word.isalpha() and len(word) > 2 for word in self.order) >= 2


_known: TextCache[Wording] = TextCache()


def wordings_of(texts: Sequence[str]) -> list[Wording]:
    """Each text's wording. At most one query, and none for texts that were seen before."""
    return _known.get_all(settings.SEARCH_LANGUAGE, texts, _read)


def stems_of(texts: Sequence[str]) -> list[frozenset[str]]:
    """All stems of each text: more than its wording's `order`, which leaves out how it is asked. One query at most."""
    words = [_words(_THOUSANDS.sub("", text)) for text in texts]
    stems = _stems({word for found in words for word in found})
    return [frozenset(filter(None, (stems[word] for word in found))) for found in words]


def subject_of(text: str) -> str:
    """What a question is about, without how it is asked. Touches no database."""
    return _subject(split_question(text))


def _subject(parts: Sequence[QuestionPart]) -> str:
    return _LIGHT.sub(" ", " ; ".join(part.subject for part in parts))


def digits_of(text: str) -> tuple[str, ...]:
    """The figures and comparisons of a text, in their order; equal in texts that ask the same."""
    return tuple(re.findall(r"\d+|[<>≤≥]", _THOUSANDS.sub("", text)))


def _read(texts: Sequence[str]) -> list[Wording]:
    texts = [_THOUSANDS.sub("", text) for text in texts]
    split = [split_question(text) for text in texts]
    subjects = [_subject(parts) for parts in split]
    words = [_words(subject) for subject in subjects]
    stems = _stems({word for found in words for word in found})
    return [
        _wording(
            text, tuple((part.closed, part.negated, tuple(sorted(part.asks_for))) for part in parts), order
        )
        for text, parts, order in zip(
            texts,
            split,
            (tuple(filter(None, (stems[word] for word in found))) for found in words),
            strict=True,
        )
    ]


def _wording(text: str, kinds: Hashable, order: tuple[str, ...]) -> Wording:
    # In their order: "30 days for logs and 90 for backups" is not the same the other way round.
    numbers = tuple((str(q.value), q.unit) for q in find_quantities(mask_dates(text)))
    # "US" is a place where "us" is a word of no content.
    acronyms = () if text.isupper() else tuple(re.findall(r"\b[A-Z]{2,}\b", text))
    key = (
        kinds, frozenset(order), numbers, digits_of(text), frozenset(acronyms), tuple(find_dates(text)),
        is_negated(text),
    )  # fmt: skip
    actors = [
        "vendor" if _VENDOR.match(word) else "customer"
        for word in _WORD.findall(text)
        if _VENDOR.match(word) or _CUSTOMER.match(word)
    ]
    return Wording(
        key,
        order,
        actors=tuple(dict.fromkeys(actors)),
        acronyms=acronyms,
        passive=bool(_PASSIVE.search(text)),
        directed=bool(_DIRECTION.search(text)),
    )


def _words(text: str) -> list[str]:
    return [word.casefold() for word in _WORD.findall(text)]


def _stems(words: set[str]) -> dict[str, str]:
    vocabulary = sorted(words)
    found = zip(vocabulary, lexemes_of(vocabulary), strict=True)
    return {word: _stem(min(lexemes)) if lexemes else "" for word, lexemes in found}


def _stem(lexeme: str) -> str:
    """One form for what the index keeps apart: certif(ication) and certifi(ed), organis- and organiz-, kept, keep."""
    lexeme = _IRREGULAR.get(lexeme, lexeme)
    lexeme = lexeme.replace("yz", "ys").replace("iz", "is")
    return lexeme.rstrip("aeiouy") if len(lexeme) > 4 else lexeme
