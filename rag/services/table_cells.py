"""Which cells of a table's row a question asks for, and what a cell says that says nothing but yes or no.

A row of a feature table answers for every edition or model at once: "LTE modem (EG-410: no; EG-440: yes)". A question
about one of them is answered by its cell alone, whatever the others say.
"""

import re
from collections.abc import Sequence

from rag.services.asked_words import content_words, thing_words
from rag.services.polarity import has_caveat, is_negated, says_it_is_planned

Cell = tuple[str, str]

_BARE = re.compile(
    r"^(?:y|yes|no|n|✓|✔|✗|✘|●|–|—|-|none|included|not included|available|not available|unavailable|standard|"
    r"optional(?:ly)?|supported|not supported|planned|in planning|add-on|on request|partly|partial(?:ly)?|limited|beta|"
    r"pilot|option|trial|preview|in (?:pilot|beta|preview|preparation)|roadmap|"
    r"ja|nein|keine?|enthalten|nicht enthalten|inklusive|verfügbar|nicht verfügbar|geplant|in (?:planung|vorbereitung)|"
    r"auf anfrage|teilweise|eingeschränkt|zusatzmodul|zubuchbar|"
    r"oui|non|inclus|non inclus|en option|prévu|partiel(?:lement)?|sur demande)(?!\w)(?:[,;(].*)?\W*$",
    re.IGNORECASE,
)
# Alone in a cell these reserve something; in a sentence they may mean anything.
_RESERVED = re.compile(r"^(?:in )?(?:pilot|beta|preview|trial|option)\b", re.IGNORECASE)
_SIGNS_OF_NO = re.compile(r"^(?:n|✗|✘|–|—|-|non|nein)(?!\w)\W*$|^[✗✘–—-]|^(?:nein|non)\b", re.IGNORECASE)
_NOTE = re.compile(
    r"(?:remarks?|notes?|comments?|details?|bemerkung(?:en)?|anmerkung(?:en)?|hinweise?|kommentare?|remarques?|"
    r"commentaires?)$",
    re.IGNORECASE,
)
_EVERY_COLUMN = re.compile(
    r"\b(?:(?:in|with|for|on|by|of|mit|bei|für|dans|pour|avec) )?(?:all|every|each|allen?|jede[nmrs]?|tou(?:te?s?)|"
    r"chaque) (?:(?:the|of|your|our|les|vos|ihren?) )*(?:editions?|plans?|packages?|tiers?|models?|variants?|editionen|"
    r"pakete?n?|ausgaben?|tarife?n?|modelle?n?|varianten?|éditions?|formules?|offres?|modèles?)\b",
    re.IGNORECASE,
)
_WORD = re.compile(r"[\w-]*\w")


def is_a_sign(value: str) -> bool:
    """Whether the cell holds a mere sign, which means what the table's legend says: "x", "○"."""
    return bool(re.match(r"\W{0,2}\w?\W{0,2}$", value.strip())) and not bare_reading(value)


def is_a_note(column: str) -> bool:
    """Whether the column holds remarks on the others."""
    return bool(_NOTE.match(column.strip()))


def with_its_subject(cells: Sequence[Cell]) -> Sequence[Cell]:
    """The row with all that says what it is about in its first cell, and without empty ones: "Accounts", "Groups",
    "yes", "no" is about groups of accounts."""
    filled = [cells[0], *(cell for cell in cells[1:] if cell[1].strip())]
    bare = [number for number, (_, value) in enumerate(filled) if number and bare_reading(value)]
    if len(bare) < 2 or bare[0] == 1:
        return filled
    subject = " ".join(value for _, value in filled[: bare[0]])
    return [(filled[0][0], subject), *filled[bare[0] :]]


def cells_asked_for(question: str, cells: Sequence[Cell]) -> list[Cell]:
    """The row's first cell, and of the others those whose column the question names best; all where it names none."""
    first, *others = cells
    asked = _words(question)
    named = [len(_words(name) & asked) for name, _ in others]
    most = max(named, default=0)
    return [first, *(cell for cell, count in zip(others, named, strict=True) if count == most)]


def differ_about(subject: str, cells: Sequence[Cell]) -> bool:
    """Whether something that is asked for stands in some of the row's other cells, and not in all that are like them:
    "around the clock" in the last of three editions. Cells are like each other where two of them say the same."""
    if len({value for _, value in cells[1:]}) in (1, len(cells) - 1):
        return False
    values = [content_words(value) for _, value in cells[1:]]
    asked = thing_words(subject) - content_words(" ".join((cells[0][1], *(name for name, _ in cells))))
    asked = {word for word in asked if not word.isdigit()}
    return any(0 < sum(word in value for value in values) < len(values) for word in asked)


def without_every_column(question: str) -> str:
    """The question without "in all editions", which a row answers whose cells all say the same."""
    return " ".join(_EVERY_COLUMN.sub(" ", question).split())


def row_text(cells: Sequence[Cell]) -> str:
    """These cells in words, as a row is written out."""
    (_name, subject), *others = cells
    return f"{subject} ({'; '.join(f'{name}: {value}' for name, value in others)})"


def bare_reading(value: str) -> str:
    """What a cell says that is no more than a yes or a no, with its reservation: "yes", "no", "partly", "planned".

    Empty where it says more.
    """
    value = value.strip()
    if not (_BARE.match(value) or _SIGNS_OF_NO.match(value)):
        return ""
    if says_it_is_planned(value):
        return "planned"
    if has_caveat(value) or _RESERVED.match(value):
        return "partly"
    return "no" if is_negated(value) or _SIGNS_OF_NO.match(value) else "yes"


def _words(text: str) -> set[str]:
    """Words of two letters and more, cut to five ("operate", "operating") unless they have a digit."""
    words = (word.casefold() for word in _WORD.findall(text))
    return {word if re.search(r"\d", word) else word[:5] for word in words if len(word) > 1}
