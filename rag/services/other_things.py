"""Whether a sentence speaks of another thing than a question: another model, edition, language, country or standard.

"Is support given in French?" is neither a yes nor a no for "Support is given in English and German.": the question
names something that the sentence does not, and the sentence names something else in its place. In German every noun
is such a name, so that a yes is read off a sentence only where it has the question's nouns.
"""

import re
from collections.abc import Collection

from rag.services.everyday_words import fold_everyday_words

_NAME = re.compile(r"[A-ZÄÖÜÉ][\w/&+.-]*\w|\b[a-z]+[A-Z]\w*")
_WORD = re.compile(r"\w[\w/&+.-]*")
_YEAR = re.compile(r"\b(?:19|20)\d\d\b")
# Enough of a word to know its forms by.
_STEM = 5
_BEGINS = re.compile(r"(?:^|[.?!:;(]\s*)[\"“‘(]?$")
_BEFORE_A_NAME = "for|to|from|with|by|für|an|zu|mit|von"
_EVERY = re.compile(
    r"\b(?:all|every|each|alle[nrms]?|jede[nrms]?|sämtliche\w*|tou(?:t|te|s|tes)|chaque)\b"
    # "Each month" says how often, or of which month it is the figure.
    r"(?! (?:\w+ )?(?:hours?|days?|nights?|weeks?|months?|quarters?|years?|times?|cases?|"
    r"stunden?|tage?|wochen?|monate?|quartale?|jahre?|jours?|semaines?|mois|ans?)\b)",
    re.IGNORECASE,
)
_ANY = re.compile(
    r"\b(?:any|whole|entire|always|both|throughout|regardless|überall|immer|stets|gesamte\w*|beide\w*)\b",
    re.IGNORECASE,
)


def speaks_of_another(question: str, sentence: str, *, context: str = "") -> bool:
    """Whether each names something that the other does not.

    `question` has no words that frame any question. `context` are the headings of the sentence, which may name what the
    question does.
    """
    question, sentence = fold_everyday_words(question), fold_everyday_words(sentence)
    told = f"{fold_everyday_words(context)} {sentence}"
    if _YEAR.search(sentence) and any(year not in told for year in _YEAR.findall(question)):
        return True
    missing = [name for name in _names(question) if not _stands_in(name, told)]
    return bool(missing) and any(not _stands_in(name, question) for name in _names(sentence))


def names_are_told(question: str, sentence: str) -> bool:
    """Whether the question names something, and the sentence all that it names."""
    names = _names(question)
    return bool(names) and all(_stands_in(name, sentence) for name in names)


def names_the_counterpart(question: str, sentence: str) -> bool:
    """Whether the sentence has another name in the place of one that the question has: "for Windows", "for iOS"."""
    missing = {name for name in _names(question) if not _stands_in(name, sentence)}
    others = {name for name in _names(sentence) if not _stands_in(name, question)}
    asked, said = _prepositions(question, missing), _prepositions(sentence, others)
    return bool(missing and others) and None not in asked | said and asked == said and len(asked) == 1


def _prepositions(text: str, names: Collection[str]) -> set[str | None]:
    """The preposition before each name; None where there is none."""
    found = (
        (name, re.search(rf"\b({_BEFORE_A_NAME})\s+(?:the |der |die |das |den )?{re.escape(name)}", text))
        for name in names
    )
    return {match[1].casefold() if match else None for _, match in found}


def asks_for_all(question: str, sentence: str) -> bool:
    """Whether the question asks of all of something what the sentence does not say of all."""
    return bool(_EVERY.search(question)) and not (_EVERY.search(sentence) or _ANY.search(sentence))


def _names(text: str) -> list[str]:
    """Capitalised words that begin no sentence, and whatever has several capitals or a digit among them."""
    return [
        match.group()
        for match in _NAME.finditer(text)
        if re.search(r"[A-Z].*[A-Z0-9]|\d", match.group()) or not _BEGINS.search(text[: match.start()])
    ]


def _stands_in(name: str, text: str) -> bool:
    """Whether a word of the text is this name, another form of it, or a compound with it."""
    folded = name.casefold()
    words = [word.casefold().rstrip("./&-") for word in _WORD.findall(text)]
    if len(folded) < _STEM or re.search(r"\d", folded):
        return any(folded == part for word in words for part in (word, *re.split(r"[/-]", word)))
    return any(folded[:_STEM] in word or (len(word) >= _STEM and word in folded) for word in words)
