"""The shape of a cell's text, in any script: a question, a statement, an identifier, a mark, a title."""

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache

STATEMENT_WORDS = 5
_NINES = str.maketrans("0123456789", "9" * 10)

_UNSPACED = re.compile("[\u0e00-\u0e7f\u1780-\u17ff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]")
# Greek asks with a semicolon.
_QUESTION_MARK = re.compile(
    '[?\uff1f\u061f\u037e\u055e\u2e2e]|\u00bf|[\u0370-\u03ff\u1f00-\u1fff][»")\\s]*;\\s*(?:$|\n)'
)
_WORD = re.compile(r"[^\W_]+(?:['’.-][^\W_]+)*")
_IDENTIFIER = re.compile(
    r"(?:[^\W\d_]{1,24}[\s.:#_-]{0,2}){0,3}"  # CONTROL.GOV. / Q / Req.
    r"[(\[]?[^\W_]{1,12}(?:[.:,/&_\s()\[\]-]{1,2}[^\W_]{1,12}){0,7}[.)\]:]{0,2}"
)
_GUID = re.compile(r"[{(]?[0-9a-fA-F]{8}(?:-?[0-9a-fA-F]{4}){3}-?[0-9a-fA-F]{12}[)}]?")
_LEADING = re.compile(
    r"(?P<id>(?:(?:[A-Z]{1,12}[-_. ]?){0,2}\d{1,4}(?:[.\-/]\d{1,4}|[.\-/]?[a-z]\b|[.\-/][A-Z]{1,3}\d*)*|[A-Z]\.?\d+|[a-zA-Z](?=[.)]))"
    r"[.):]?)[\s:–—-]+(?P<rest>\S.*)",
    re.DOTALL,
)
_MARKS = frozenset(
    [
        "x",
        "X",
        "×",
        "✓",
        "✔",
        "☑",
        "☒",
        "☐",
        "✗",
        "✘",
        "●",
        "○",
        "•",
        "◯",
        "■",
        "□",
        "√",
        "v",
        "V",
        "o",
        "O",
        "〇",
        "○",
    ]
)
_EMPTY_BOXES = frozenset(["☐", "○", "□", "◯"])
_ROMAN = re.compile(r"[(\[]?x{0,3}(?:ix|iv|v?i{0,3})[.)\]:]{0,2}", re.IGNORECASE)
_LETTER = re.compile(r"[(\[]?[a-zA-Z](?:\)|\]|\.\)?)")
_BRACKETED = re.compile(
    r"\[[^\[\]]{3,120}\]|<[^<>]{3,120}>|\{[^{}]{3,120}\}|«[^«»]{3,120}»|_{3,}|\.{3,}|…+|-{2,}"
)
_PROMPT = re.compile(
    r"(?:please |kindly )?(?:select|choose|pick|click|enter)\b"
    r"|please (?:complete|attach|fill|specify|insert|provide|answer|respond|describe|indicate|state)\b"
    r"|(?:insert|type|write) (?:here|your|text|the|an?)\b|your (?:answer|response|text|comment)"
    r"|to be (?:completed|filled|answered|provided|confirmed)\b|(?:bidder|supplier|vendor|tenderer|offeror)s? to \w+"
    r"|bitte \w*(?:wählen|füllen|tragen|geben|angeben|ausfüllen|eintragen|eingeben)|(?:hier |bitte )?(?:auswählen|eintragen|ausfüllen)\b"
    r"|veuillez\b|(?:à|a) (?:compl[ée]ter|renseigner|remplir|completar|rellenar|cumplimentar|preencher)|choisi(?:r|ssez)\b"
    r"|s[ée]lectionne[rz]\b|saisi(?:r|ssez)\b|seleccion[ea]r?\b|eli(?:ja|ge|gir)\b|rellen[ae]r?\b"
    r"|(?:maak een )?keuze\b|kies\b|selecteer\b|(?:hier )?in ?(?:te )?vullen|vul (?:hier )?in\b|selezion(?:a|are|i)\b|scegli(?:ere)?\b"
    r"|da compilare|compilare\b|inserire\b|selecion[ea]r?\b|escolh(?:a|er)\b|preench(?:a|er)\b|välj\b|vælg\b|velg\b|valitse\b"
    r"|wybierz\b|proszę\b|vyberte\b|válasszon\b|выберите\b|укажите\b|请选择|請選擇|選択して|선택하",
    re.IGNORECASE,
)
_PROMPT_WORDS = 9
_TICKED = frozenset("☑☒✓✔✗✘■●")
_URL = re.compile(r"(?:https?://|www\.|mailto:)\S+", re.IGNORECASE)
_URL_BEGINS = frozenset("hHwWmM")
_NUMBER = re.compile(r"[-+]?[\d.,\s]*\d%?")
# "01.02.0010" and "1.2.34" number the positions of a bill of quantities. A time of day is one of an agenda.
_DATE = re.compile(
    r"(?:[01]?\d|2[0-3]):[0-5]\d(?::[0-5]\d)?(?: ?[ap]m)?|\d{4}-\d\d-\d\d(?:T.*)?|[0-3]?\d([./])[0-3]?\d\1(?:19|20)\d\d|[0-3]?\d/[0-3]?\d/\d\d"
)


@lru_cache(maxsize=65_536)
def word_count(text: str) -> int:
    """Words; in scripts without spaces two characters count as one."""
    return count_words(text)


def count_words(text: str) -> int:
    """The same for a text that is met once only, and so not worth remembering."""
    unspaced = len(_UNSPACED.findall(text)) if not text.isascii() else 0
    if unspaced:
        return (unspaced + 1) // 2 + len(_WORD.findall(_UNSPACED.sub(" ", text)))
    return len(text.split())


def asks(text: str) -> bool:
    """True where a question mark of any script stands at the end of a word."""
    return _QUESTION_MARK.search(text) is not None and not _URL.match(text)


def is_statement(text: str) -> bool:
    """Long enough to require or to ask something, unlike a label."""
    return word_count(text) >= STATEMENT_WORDS or (asks(text) and word_count(text) >= 2)


def are_asking(texts: Iterable[str]) -> list[bool]:
    """`asks` of many texts."""
    # Plain letters that begin no address need no pattern: their only question mark is "?".
    return ["?" in text if text.isascii() and text[:1] not in _URL_BEGINS else asks(text) for text in texts]


def are_statements(texts: Iterable[str], asking: Iterable[bool]) -> list[bool]:
    """`is_statement` of many texts without space around them, of which `asks` is known."""
    return [
        (asks and _has_words(text, 2)) or _has_words(text, STATEMENT_WORDS)
        for text, asks in zip(texts, asking, strict=True)
    ]


def _has_words(text: str, count: int) -> bool:
    if not text.isascii():
        return count_words(text) >= count
    return (count == 2 and " " in text) or len(text.split(None, count - 1)) == count


def without_digits(texts: Sequence[str]) -> list[str]:
    """The texts with a 9 for every digit: what kind of identifier each is, if any, can be told from that."""
    # One long text is translated far faster than many short ones; one that holds the separator itself is left to itself.
    together = "\0".join(texts).translate(_NINES).split("\0")
    return together if len(together) == len(texts) else [text.translate(_NINES) for text in texts]


def is_url(text: str) -> bool:
    return _URL.match(text) is not None


def is_number(text: str) -> bool:
    return _NUMBER.fullmatch(text) is not None


def is_date(text: str) -> bool:
    return _DATE.fullmatch(text) is not None


def is_mark(text: str) -> bool:
    return text in _MARKS


def is_empty_box(text: str) -> bool:
    return text in _EMPTY_BOXES


def has_empty_boxes(text: str) -> bool:
    """ "☐ Yes ☐ No": options with a box each of which none is ticked."""
    return not text.isascii() and not _EMPTY_BOXES.isdisjoint(text) and _TICKED.isdisjoint(text)


@lru_cache(maxsize=65_536)
def is_placeholder(text: str) -> bool:
    """ "[Supplier to complete]", "<enter response>", "Please select", "____": the form's own hint, nobody's answer."""
    if len(text) > 1 and has_empty_boxes(text):
        return True
    text = text.strip(" \t\n\xa0.:…-–—*")
    if not text or (len(text) > 2 and _BRACKETED.fullmatch(text) and not is_url(text[1:])):
        return True
    return (
        len(text) <= 90
        and not asks(text)
        and _PROMPT.match(text.lstrip("[<({")) is not None
        and (word_count(text) <= _PROMPT_WORDS)
    )


@lru_cache(maxsize=65_536)
def is_identifier(text: str) -> bool:
    """ "1.1.1", "AC-01 (a)", "CONTROL.GOV.07", "Q12", "iv.", "(b)", a GUID: short, and no sentence."""
    if not text or len(text) > 48 or "\n" in text:
        return False
    if _GUID.fullmatch(text):
        return True
    if len(text) <= 8 and (_LETTER.fullmatch(text) or _is_roman(text)):
        return True
    if len(text) > 36 or not any(character.isdigit() for character in text):
        return False
    return len(text.split()) <= 4 and _IDENTIFIER.fullmatch(text) is not None and not is_date(text)


def _is_roman(text: str) -> bool:
    """ "iv.", "(II)", "VIII". A bare letter is a mark, or a code."""
    return (
        len(text) > 1
        and any(character in "ivxIVX" for character in text)
        and _ROMAN.fullmatch(text) is not None
    )


@lru_cache(maxsize=65_536)
def identifier_shape(text: str) -> str:
    """Identifiers of one kind share a shape: "AC-01 (a)" and "SI-12 (c)" are both "A-9 (A)"."""
    if _GUID.fullmatch(text):
        return "guid"
    shape = re.sub(r"\d+", "9", re.sub(r"[^\W\d_]+", "A", text.strip()))
    return shape.rstrip(".):")


def leading_identifier(text: str) -> tuple[str, str] | None:
    """Identifier and rest of "1.2 Is data encrypted?"; None when the text begins with a word."""
    match = _LEADING.match(text)
    if match is None:
        return None
    return match["id"].rstrip(".):"), match["rest"]


def normalised(text: str) -> str:
    """For comparing headings: case, spaces and closing punctuation do not matter."""
    return " ".join(text.casefold().split()).rstrip(" :*.")
