"""What a question asks: its parts, and of what kind the answer to each has to be."""

import re
from dataclasses import dataclass

from rag.services.answer_kinds import DENIABLE, Kind, asked_kinds, holds_kind
from rag.services.polarity import is_negated
from rag.services.sentences import split_sentences

# ", and how many of them ..." begins a part of its own; "users and documents" does not.
_JOINED_PART = re.compile(
    r"[,;]\s+(?=how (?:many|much|long|often|soon|quickly)\b)|"
    r"[,;]?\s+(?:and|und|et)\s+(?=(?:how|what|which|who|whom|where|when|why|is|are|do|does|did|can|could|will|has|"
    r"have|state|list|describe|provide|explain|wie|was|welche[rsn]?|wer|wo|wann|comment|quel(?:le)?s?|qui|où|quand)\b)",
    re.IGNORECASE,
)
_CLOSED = re.compile(
    r"^(?:\W*(?:if so|if yes|please confirm(?: that| whether)?|confirm(?: that| whether)?)\W+)?"
    r"(?:is|are|was|were|do|does|did|can|could|will|would|has|have|had|may|must|should|"
    r"ist|sind|hat|haben|kann|können|wird|werden|est-ce|peut-on)\b",
    re.IGNORECASE,
)
_OPEN = re.compile(
    r"^\W*(?:how|what|which|who|whom|whose|when|where|why|in which|at what|to what|for how|by when|"
    r"wie|was|welche[rsmn]?|wer|wann|wo|warum|comment|quel(?:le)?s?|qui|quand|où|pourquoi|combien)\b",
    re.IGNORECASE,
)
_REQUIREMENT = re.compile(
    r"\b(?:shall|must|is required to|are required to|should|muss|müssen|doit|doivent)\b", re.I
)
_CONFIRM = re.compile(
    r"^\W*(?:please )?(?:confirm|state whether|indicate whether|state if|indicate if)\b", re.I
)
_IMPERATIVE = re.compile(
    r"^\W*(?:please\s+|bitte\s+|veuillez\s+)?(?:state|describe|provide|list|name|give|explain|confirm|summari[sz]e|"
    r"outline|detail|specify|indicate|attach|submit|identify|include|demonstrate|define|specify|tell|show|"
    r"beschreiben|nennen|erläutern|geben|décri\w*|indique\w*|précise\w*|fourni\w*)\b",
    re.IGNORECASE,
)
# These ask for an account, not for one number or name in it.
_DESCRIBE = re.compile(
    r"^\W*(?:please\s+|bitte\s+)?(?:describe|explain|outline|summari[sz]e|demonstrate|"
    r"how (?:do|does|is|are|can|will|would)|what happens|beschreiben|erläutern|décri\w*)\b",
    re.IGNORECASE,
)
# What every buyer's sentence has around its subject; it tells no passage from another.
_FRAMING = re.compile(
    r"\b(?:shall|must|should|will|would|may|please|able|state|describe|provide[sd]?|list|name|give|explain|confirm|"
    r"summari[sz]e|outline|detail(?:s|ed)?|specify|indicate|whether|the authority(?:['’]s)?|"
    r"authority(?:['’]s)?|suppliers?(?:['’]s?)?|"
    r"vendors?(?:['’]s?)?|bidders?(?:['’]s?)?|tenderers?(?:['’]s?)?|contractors?(?:['’]s?)?|proposed|offered|solution|"
    r"system|service|product|platform|organi[sz]ation(?:['’]s)?|company(?:['’]s)?|"
    r"how (?:long|often|soon|quickly|fast|far|large|big|old)|how|many|much|what|which|who|when|where|"
    r"you|your|our|we|us|any|much|require[sd]?|requirements?|support(?:s|ed)?|"
    r"bitte|beschreiben sie|anbieter|lösung|veuillez|fournisseur)\b",
    re.IGNORECASE,
)
_ANAPHORA = re.compile(r"\b(?:it|its|they|them|their|these|those|diese\w*|ils?|elles?|ce|cela)\b", re.I)
_OWN_WORDS = re.compile(r"\w{3,}")
_YEAR = re.compile(r"\b(?:19|20)\d\d\b")
# The noun of "which hash function protects ...", "welche Lizenz gilt ...": the word before the verb.
_FOCUS = re.compile(
    r"\b(?:which|welche[rsmn]?|quel(?:le)?s?)\s+(?:[\w-]+\s+){0,3}?(?P<noun>[\w-]+)\s+"
    r"(?:is|are|was|were|do|does|did|can|may|must|will|has|have|\w{3,}s|ist|sind|wird|werden|gilt|est|sont)\b",
    re.IGNORECASE,
)
# What "how many" counts, up to the word that ends it: "subject access requests", "organisations use".
_COUNTED = re.compile(
    r"\b(?:how many|wie viele|combien d[e'’])\s+(?P<things>(?:(?!(?:is|are|was|were|do|does|did|can|may|must|will|has|"
    r"have|of|the|a|an|in|on|for|to|by|with|at|your?)\b)[\w-]+\s*){1,4})",
    re.IGNORECASE,
)
# Labels of standards, models and products: "ISO/IEC 27701", "SOC 2", "IPv6", "MoReq2010", "level 3".
_LABEL = re.compile(
    r"\b[A-Za-z]*[A-Z][\w/-]*\d[\w.]*|(?<=[A-Z] )\d[\w.-]*|\b\d{4,}(?:[.-]\d+)*\b|"
    r"\b(?:[Ll]evel|[Tt]ier|[Cc]lass|[Gg]rade|[Cc]ategory|[Ss]tufe|[Kk]lasse|[Nn]iveau|[Cc]lasse) (?:\d+|[IVX]+\b)"
)
# What happened to the things that are counted: "how many ideas were rejected", "wie viele Anträge wurden abgelehnt".
_HAPPENED = re.compile(
    r"\b(?:how many|wie viele|combien d[e'’])\b[^.?]*?\b(?:was|were|been|wurden|worden|ont été)\s+(?:\w+ly\s+)?"
    r"(?P<verb>\w{4,})",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class QuestionPart:
    """One thing asked. `closed`: yes or no answers it, as it does a requirement ("shall ...")."""

    text: str
    closed: bool
    requirement: bool
    negated: bool
    asks_for: frozenset[Kind]

    @property
    def subject(self) -> str:
        """The part without the words that frame any question; the whole part where nothing else is left."""
        subject = " ".join(_FRAMING.sub(" ", self.text).split())
        return subject if _OWN_WORDS.search(subject) else self.text

    @property
    def has_pronoun(self) -> bool:
        """Whether its subject may stand in the part before."""
        return bool(_ANAPHORA.search(self.text))

    @property
    def focus(self) -> str:
        """The noun that an open "which ..." asks for; empty when there is none."""
        match = None if self.closed else _FOCUS.search(self.text)
        return match["noun"] if match else ""

    @property
    def counted(self) -> str:
        """What a "how many" counts; empty when there is none."""
        match = _COUNTED.search(self.text)
        return match["things"].strip() if match else ""

    @property
    def happened(self) -> str:
        """What happened to the things that it counts; another event has another number. Empty when none did."""
        match = _HAPPENED.search(self.text)
        return match["verb"] if match else ""

    @property
    def labels(self) -> frozenset[str]:
        """The labels of standards and products that it names; a sentence about one says nothing of another."""
        return frozenset(_LABEL.findall(self.text)) - frozenset(_YEAR.findall(self.text))

    @property
    def years(self) -> frozenset[str]:
        """The years that an open part names."""
        return frozenset() if self.closed else frozenset(_YEAR.findall(self.text))

    def kind_share(self, sentence: str) -> float:
        """The share of the asked kinds of answer that `sentence` holds; 1 when none is asked.

        A denial ("is not offered") answers in part what can have no number, date or name of its own then.
        """
        if not self.asks_for:
            return 1.0
        focus = self.focus
        held = sum(holds_kind(kind, sentence, self.text, focus=focus) for kind in self.asks_for)
        share = held / len(self.asks_for)
        return max(share, 0.5) if self.asks_for <= DENIABLE and is_negated(sentence) else share


def split_question(question: str) -> list[QuestionPart]:
    """The parts of a question, in its order; at least one."""
    pieces: list[str] = []
    for sentence in split_sentences(" ".join(question.split())):
        pieces += [piece.strip() for piece in _JOINED_PART.split(sentence.text) if piece.strip()]
    return [_part(piece) for piece in _merged(pieces)] or [_part(question.strip())]


def _merged(pieces: list[str]) -> list[str]:
    """Pieces that ask something: crumbs ("If so,") go with the one before, mere statements with the one after."""
    merged: list[str] = []
    statement = ""
    for piece in pieces:
        asks = (
            piece.endswith("?")
            or _IMPERATIVE.match(piece)
            or _REQUIREMENT.search(piece)
            or _CLOSED.match(piece)
            or _OPEN.match(piece)
        )
        if merged and _is_crumb(piece):
            merged[-1] = f"{merged[-1]} {piece}"
        elif not asks and piece != pieces[-1]:
            statement = f"{statement} {piece}".strip()
        else:
            merged.append(f"{statement} {piece}".strip())
            statement = ""
    return merged


def _is_crumb(piece: str) -> bool:
    """Too few words to say what it asks about: "If so, how often?"."""
    return len(re.findall(r"\w{3,}", piece)) < 3 and len(re.findall(r"\w{4,}", piece)) < 2


def _part(text: str) -> QuestionPart:
    requirement = bool(_REQUIREMENT.search(text)) and not text.endswith("?") and not _IMPERATIVE.match(text)
    closed = requirement or bool(_CLOSED.match(text)) or bool(_CONFIRM.match(text))
    kinds = frozenset() if closed or _DESCRIBE.match(text) else asked_kinds(text)
    return QuestionPart(text, closed, requirement, is_negated(text), kinds)
