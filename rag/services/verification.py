"""Whether a passage says what a sentence says: numbers, dates, units, names, negation, words.

Plain code over text, so that a verdict can be explained and is the same every time. It checks what
language models and hurried people get wrong; a sentence that stands in the passage passes at once.
What these rules cannot see, `meaning` asks the embedding model.
"""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from rag.services.claims import find_objections
from rag.services.leaning import with_what_they_lean_on
from rag.services.polarity import denials_of
from rag.services.quantities import Quantity, find_dates, find_quantities, find_versions, mask_dates
from rag.services.sentences import Sentence, split_sentences
from themis.formatting import format_percent

# The share of a sentence's words of content that its passage has to have.
_SUPPORT = 0.6
# A sentence with this share of a clause's words says all that the clause says.
_WHOLE = 0.8
_FUNCTION_WORDS = """
a an and any are as at be been being but by can could did do does each every for from had has have he her
his how i if in into is it its may might more most must of on or our own shall she should so some such than
that the their them then there these they this those through to under up upon us use used uses using was we
were what when where which while who whom why will with would you your also all both provides provided
provide der die das den dem des ein eine einer eines einem einen und oder ist sind wird werden mit von zu im
in auf für le la les un une des du de et ou est sont avec pour dans par sur
"""
_STOP_WORDS = frozenset(_FUNCTION_WORDS.split())
_WORD = re.compile(r"[^\W\d_][\w'’-]*", re.UNICODE)
# Where a sentence goes on to say something else.
_PART = re.compile(
    r"[,;:]\s+|\s+(?:and|but|while|whereas|und|aber|während|et|mais|tandis que)\s+", re.IGNORECASE
)
_SEMICOLON = re.compile(r";\s+")
_NAME = re.compile(r"\b(?:[A-Z][\w&]*[A-Z0-9][\w&.-]*|[A-Z][a-z]\w+(?:[ -][A-Z][\w&]+)*)")
_SUFFIXES = ("ations", "ation", "ingly", "edly", "ings", "ing", "ies", "ied", "ed", "es", "ly", "s", "e", "y")


@dataclass(frozen=True)
class Verdict:
    """`reasons` are sentences about what is not borne out; empty when supported."""

    supported: bool
    reasons: list[str] = field(default_factory=list)


def verify_sentence(sentence: str, passage_text: str) -> Verdict:
    """Check one sentence of an answer against the passage (or passages, joined) that it cites."""
    if not sentence.strip():
        return Verdict(False, [_("The sentence is empty.")])
    if sentence.rstrip(" \"'”’»)").endswith("?"):
        return Verdict(False, [_("A question states nothing.")])
    # Whole units only: "data is shared" also stands in "no data is shared".
    if _plain(sentence) in {
        _plain(part)
        for unit, own in with_what_they_lean_on(passage_text)
        for part in (unit.text, unit.quote, own)
    }:
        return Verdict(True)
    nearest, told = _told_clauses(sentence, passage_text)
    reasons = [
        *_wrong_numbers(sentence, passage_text, told),
        *_wrong_dates(sentence, passage_text),
        *_wrong_names(sentence, passage_text),
    ]
    share = _shared_words(sentence, passage_text)
    if share < _SUPPORT:
        reasons.append(
            _("Only %(share)s of its words of content are in the source.") % {"share": format_percent(share)}
        )
    else:
        if _negation_differs(sentence, passage_text):
            reasons.append(_("One of sentence and source denies what the other affirms."))
        reasons += find_objections(sentence, nearest, told)
    return Verdict(not reasons, reasons)


def is_verbatim(sentence: str, passage_text: str) -> bool:
    """Whether it stands in one sentence of the passage as it is; what the rules say of it is all there is to say."""
    said = _plain(sentence)
    return any(
        said in _plain(text) for unit in split_sentences(passage_text) for text in (unit.text, unit.quote)
    )


def longest_foreign_run(sentence: str, passage_text: str) -> list[str]:
    """The most words of content in a row that the passage does not have.

    A paraphrase changes a word here and there; what is made up and joined on to something true is a run of them.
    """
    there = stems_of(passage_text)
    longest: list[str] = []
    run: list[str] = []
    for match in _WORD.finditer(sentence):
        stems = stems_of(match.group())
        if stems and not stems <= there:
            run.append(match.group())
            longest = max(longest, list(run), key=len)
        elif stems:
            run = []
    return longest


def closest_quote(sentence: str, passage_text: str) -> str:
    """The unit of the passage, verbatim, that shares most words of content with the sentence; empty if none does."""
    wanted = stems_of(sentence)
    units = split_sentences(passage_text)
    best = max(units, key=lambda unit: (len(wanted & stems_of(unit.text)), -len(unit.text)), default=None)
    return best.quote if best and wanted & stems_of(best.text) else ""


def _plain(text: str) -> str:
    """Text without typography, markup of tables and lists, case and extra space."""
    text = unicodedata.normalize("NFKC", text).translate(str.maketrans("“”‘’–—", "\"\"''--")).casefold()
    return " ".join(re.sub(r"[|*_`#]", " ", text).split()).rstrip(".;,")


def _told_clauses(sentence: str, passage: str) -> tuple[str, list[str]]:
    """The clause of the passage that shares most words with the sentence, and all clauses that the sentence tells."""
    wanted = stems_of(sentence)
    clauses = [(clause, stems_of(clause)) for unit in split_sentences(passage) for clause in _clauses(unit)]
    if not clauses:
        return "", []
    best = max(len(wanted & stems) for _, stems in clauses)
    told = [
        clause for clause, stems in clauses if (best and len(wanted & stems) == best) or _told(stems, wanted)
    ]
    nearest, _stems = max(clauses, key=lambda clause: (len(wanted & clause[1]), -len(clause[0])))
    return nearest, told


def _wrong_numbers(sentence: str, passage: str, told: Sequence[str]) -> Iterator[str]:
    """Numbers that the passage does not have, or has only where it speaks of something else than the sentence."""
    there = find_quantities(mask_dates(passage))
    for quantity in find_quantities(mask_dates(sentence)):
        same = [
            other
            for other in there
            if other.value == quantity.value and _may_be_the_same(quantity, other, sentence)
        ]
        if not same:
            yield _("The number %(text)s is not in the source.") % {"text": quantity.text}
        elif quantity.unit and not any(other.unit in ("", quantity.unit) for other in same):
            yield _("The source has %(found)s, not %(said)s.") % {
                "found": same[0].text,
                "said": quantity.text,
            }
        elif not _is_said_nearby(quantity, sentence, passage, told):
            yield _("The source says %(text)s of something else.") % {"text": quantity.text}
    versions = find_versions(passage)
    for version in find_versions(sentence):
        if version not in versions:
            yield _("The number %(text)s is not in the source.") % {"text": version}


def _is_said_nearby(quantity: Quantity, sentence: str, passage: str, told: Sequence[str]) -> bool:
    """Whether the number stands where the passage speaks of what this part of the sentence speaks of."""
    parts = [part for part in _PART.split(sentence) if quantity.text in part] or [sentence]
    near = [*told, *(clause for part in parts for clause in _told_clauses(part, passage)[1])]
    return any(
        other.value == quantity.value for clause in near for other in find_quantities(mask_dates(clause))
    )


def _may_be_the_same(quantity: Quantity, other: Quantity, sentence: str) -> bool:
    """Whether equal numbers may mean the same: the 2 of "SAML 2.0" is no number of nights, nor of "TLS 2"."""
    if not other.labels:
        return True
    if quantity.labels:
        return bool(set(quantity.labels) & set(other.labels))
    words = set(re.findall(r"\w+", sentence.casefold()))
    return bool(words & set(other.labels))


def _wrong_dates(sentence: str, passage: str) -> Iterator[str]:
    there = find_dates(passage)
    for date, text in find_dates(sentence).items():
        if not any(other.startswith(date) for other in there):
            yield _("The date %(date)s is not in the source.") % {"date": text}


def _wrong_names(sentence: str, passage: str) -> Iterator[str]:
    there = _plain(passage)
    for match in _NAME.finditer(sentence):
        name = match.group().rstrip(".-")
        begins = (
            not sentence[: match.start()].strip(" \"'“‘(-•")
            or sentence[: match.start()].rstrip()[-1:] in ".:!?"
        )
        ordinary = begins and name[1:].islower()
        if not ordinary and _plain(name) not in there:
            yield _("The name %(name)s is not in the source.") % {"name": name}


def _shared_words(sentence: str, passage: str) -> float:
    wanted = stems_of(sentence)
    return len(wanted & stems_of(passage)) / len(wanted) if wanted else 1.0


def _negation_differs(sentence: str, passage: str) -> bool:
    """Compare with the passage's clause that shares most words: a denial elsewhere says nothing about this.

    Denials are counted: one too many turns a sentence round as much as the first does, in "it is not true that it is
    not kept". A sentence that takes several clauses together has the denials of all of them.
    """
    wanted = stems_of(sentence)
    clauses = [(clause, stems_of(clause)) for unit in split_sentences(passage) for clause in _clauses(unit)]
    if not clauses or not wanted:
        return False
    nearest, words = max(clauses, key=lambda clause: (len(wanted & clause[1]), -len(clause[0])))
    said, there = len(denials_of(sentence)), len(denials_of(nearest))
    if bool(said) != bool(there):
        return True
    if said < there:
        # Part of what the clause denies may be left out with the part of it that is.
        return len(wanted & words) >= _WHOLE * len(words)
    others = (clause for clause, stems in clauses if clause != nearest and _told(stems, wanted))
    return said > there + sum(len(denials_of(clause)) for clause in others)


def _told(stems: frozenset[str], wanted: frozenset[str]) -> bool:
    """Whether a sentence says what a clause with these words says, among other things."""
    return bool(stems) and len(stems & wanted) >= _SUPPORT * len(stems)


def _clauses(unit: Sentence) -> list[str]:
    """A sentence's parts between semicolons, each of which affirms or denies by itself."""
    parts = _SEMICOLON.split(unit.text) if unit.kind == "prose" else []
    return parts if len(parts) > 1 else [unit.text]


def stems_of(text: str) -> frozenset[str]:
    """The words of content of a text, stemmed."""
    words = (match.group().casefold().replace("’", "'").removesuffix("'s") for match in _WORD.finditer(text))
    return frozenset(_stem(word) for word in words if word not in _STOP_WORDS and len(word) > 1)


def _stem(word: str) -> str:
    for suffix in _SUFFIXES:
        if word.endswith(suffix) and len(word) - len(suffix) >= 3:
            return word[: -len(suffix)]
    return word
