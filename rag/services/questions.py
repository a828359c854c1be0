"""What a question asks: its parts, and of what kind the answer to each has to be."""

import re
from dataclasses import dataclass, replace

from rag.services.answer_kinds import DENIABLE, Kind, asked_kinds, holds_kind
from rag.services.everyday_words import fold_everyday_words
from rag.services.frequencies import mask_frequencies
from rag.services.polarity import is_negated
from rag.services.quantities import NUMBER_WORDS
from rag.services.question_parts import CLOSED, IMPERATIVE, INTERROGATIVE, REQUIREMENT, split_parts

_CONFIRM = re.compile(
    r"^\W*(?:please )?(?:confirm|state whether|indicate whether|state if|indicate if)\b", re.I
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
    r"bitte|beschreiben|nennen|geben|erläutern|bestätigen|anbieters?|auftraggebers?|auftragnehmers?|bieters?|lösung|"
    r"ist|sind|war|waren|wird|werden|wurden?|hat|haben|kann|können|muss|müssen|soll|sollen|sollten?|darf|dürfen|gibt|"
    r"stimmt|bieten|bietet|unterstützen|unterstützt|verfügen|verfügt|setzen|stellen|es|sie|ihr|ihre[nmrs]?|wir|uns|"
    r"unsere?[nmrs]?|wie (?:lange|oft|viele?|hoch|groß|schnell|häufig|weit)|wie|was|wer|wann|wo|welche[nmrs]?|"
    r"veuillez|fournisseur)\b",
    re.IGNORECASE,
)
# What is compared as a number, or frames a question too.
_COMPARED = re.compile(
    r"\b(?:at (?:least|most)|no (?:more|less) than|or (?:more|less)|guarantee[sd]?|offers?|mindestens|höchstens|"
    r"au (?:moins|plus))\b|"
    rf"\b(?:{'|'.join(NUMBER_WORDS)}) (?=(?:\w+ )?(?:hour|day|week|month|year|minute|stunde|tag|woche|monat|jahr|heure|"
    r"jour))",
    re.IGNORECASE,
)
# Small words of German and French, which an index of another language takes for words of content.
_SMALL = re.compile(
    r"\b(?:der|die|das|den|dem|des|ein|eine[nmrs]?|im|in|an|am|auf|aus|bei|beim|mit|nach|von|vom|zu|zum|zur|über|unter|für|"
    r"durch|um|sich|und|oder|auch|als|sowie|bzw|ob|dass|da|nicht|keine?[nmrs]?|noch|bereits|derzeit|möglich|vorhanden|"
    r"verfügbar|verfügung|stehen|steht|stellt|lässt|lassen|läuft|laufen|kommt|erfolgt|erfolgen|enthalten|angeboten|"
    r"geboten|betreiben|sein|dabei|hierfür|dafür|software|anwendung|plattform|produkts?|unternehmen|"
    r"ils|elles|êtes|avez|existe|t-il|"
    r"le|la|les|un|une|du|de|au|aux|en|dans|sur|pour|par|avec|que|est-ce|est|sont|il|elle|ils|vous|nous|votre|vos|notre|"
    r"nos|ne|pas|possible|disponibles?|proposez|prenez|prend|charge)\b|\b[dlq]['’]",
    re.IGNORECASE,
)
_GERMAN_OR_FRENCH = re.compile(
    r"\b(?:der|die|das|den|dem|ein|eine[nmrs]?|ist|sind|werden|wird|kann|können|gibt|stehen|stellen|bieten|sie|wir|"
    r"le|la|les|une|des|est|sont|vous|nous|êtes|existe|avez)\b",
    re.IGNORECASE,
)
_ANAPHORA = re.compile(r"\b(?:it|its|they|them|their|these|those|diese\w*|ils?|elles?|ce|cela)\b", re.I)
_OWN_WORDS = re.compile(r"\w{3,}")
_YEAR = re.compile(r"\b(?:19|20)\d\d\b")
# The noun of "which hash function protects ...", "welche Lizenz gilt ...": the word before the verb. A plain verb of
# being or doing goes first: in "which Android versions are" the "versions" is no verb.
_FOCUS_BEFORE = r"\b(?:which|welche[rsmn]?|quel(?:le)?s?)\s+(?:[\w-]+\s+){0,3}?(?P<noun>[\w-]+)\s+"
_FOCUS = tuple(
    re.compile(rf"{_FOCUS_BEFORE}(?:{verb})\b", re.IGNORECASE)
    for verb in (
        "is|are|was|were|do|does|did|can|may|must|will|has|have|ist|sind|wird|werden|gilt|est|sont",
        r"\w{3,}s",
    )
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
    def folded_subject(self) -> str:
        """The subject with everyday words for one thing written alike: what is compared, and never shown."""
        subject = _FRAMING.sub(" ", fold_everyday_words(self.text))
        if self.closed:
            subject = mask_frequencies(_COMPARED.sub(" ", subject))
        if _GERMAN_OR_FRENCH.search(self.text):
            subject = _SMALL.sub(" ", subject)
        subject = " ".join(subject.split())
        return subject if _OWN_WORDS.search(subject) else fold_everyday_words(self.text)

    @property
    def has_pronoun(self) -> bool:
        """Whether its subject may stand in the part before."""
        return bool(_ANAPHORA.search(self.text))

    @property
    def focus(self) -> str:
        """The noun that an open "which ..." asks for; empty when there is none."""
        found = () if self.closed else (pattern.search(self.text) for pattern in _FOCUS)
        return next((match["noun"] for match in found if match), "")

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

    def is_denied_in_general(self, sentence: str) -> bool:
        """Whether the sentence denies that of which the labels are kinds: "no connector for SAP" and "SAP S/4HANA"."""
        if not self.labels or not is_negated(sentence) or _LABEL.search(sentence):
            return False
        kinds = [re.search(rf"\b([A-Z][\w-]+) {re.escape(label)}", self.text) for label in self.labels]
        return all(kind and re.search(rf"\b{re.escape(kind[1])}\b", sentence) for kind in kinds)

    def without_labels(self) -> "QuestionPart":
        return replace(self, text=" ".join(_LABEL.sub(" ", self.text).split()))

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
    return [_part(text) for text in split_parts(question)]


def _asks_yes_or_no(text: str) -> bool:
    """A question without a word to ask by: "Gibt es eine App?", "Unterstützen Sie SAML?", "A mobile app?"."""
    return text.endswith("?") and not INTERROGATIVE.search(text)


def _part(text: str) -> QuestionPart:
    requirement = bool(REQUIREMENT.search(text)) and not text.endswith("?") and not IMPERATIVE.match(text)
    closed = requirement or bool(CLOSED.match(text) or _CONFIRM.match(text)) or _asks_yes_or_no(text)
    kinds = frozenset() if closed or _DESCRIBE.match(text) else asked_kinds(text)
    return QuestionPart(text, closed, requirement, is_negated(text), kinds)
