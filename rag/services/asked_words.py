"""The words of content by which a question and a sentence are compared."""

import re

from rag.services.everyday_words import fold_everyday_words

_WORD = re.compile(r"[A-Za-zÀ-ÿ]{3,}|\d+|\b[A-Z]{2}\b|\b[A-Z]+\d+\b")
_FUNCTION_WORDS = frozenset((
    "the", "and", "for", "are", "can", "has", "had", "not", "you", "our", "all", "any", "its", "was", "may", "but",
    "nor", "per", "via", "own", "too", "der", "die", "das", "dem", "den", "des", "und", "ist", "ein", "von", "mit",
    "auf", "aus", "bei", "für", "les", "une", "est", "sur", "par", "pas", "aux",
    "there", "does", "did", "gibt", "eine",
))  # fmt: skip
# What frames a question, what it asks of (the offering, which everything here is about) and what says no more than
# that there is something: a sentence that tells of the thing itself need have none of them.
_FRAME = re.compile(
    r"\b(?:do|does|did|is|are|was|were|be|been|have|has|having|had|there|that|this|these|those|shall|should|must|will|"
    r"would|could|please|confirm|true|correct|without|any\w*|every\w*|each|users?|nobody|"
    r"devices?|systems?|solutions?|products?|softwares?|services?|platforms?|applications?|suppliers?|vendors?|"
    r"offer(?:s|ed)?|provid(?:es?|ed)|support(?:s|ed)?|available|possible|exists?|includ(?:es?|ed)|used?|"
    r"eine[mnrs]?|gibt|geben|wird|werden|wurden?|sind|kann|können|muss|müssen|soll\w*|dass|stimmt|ohne|"
    r"systems?|lösung(?:en)?|produkte?s?|anbieters?|dienste?s?|geräte?s?|möglich|verfügbar|vorhanden|unterstützt|unterstützung|"
    r"angeboten|enthalten|existiert)\b",
    re.IGNORECASE,
)


def content_words(text: str) -> set[str]:
    """Words of content of three letters and more, cut to five ("certified", "certificate"); numbers; acronyms."""
    words = (word.casefold() for word in _WORD.findall(fold_everyday_words(text)))
    return {word.removesuffix("s")[:5] for word in words if word not in _FUNCTION_WORDS}


def thing_words(text: str) -> set[str]:
    """`content_words` of the thing itself, without what frames the question or names the whole offering."""
    return content_words(_FRAME.sub(" ", fold_everyday_words(text)))
