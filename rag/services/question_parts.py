"""Where one thing asked ends and the next begins: sentences, joined questions, listed items, things named together.

Pure text in, texts out, the same for the same question. It splits where the form says that several things are asked,
and leaves alone what may be one: "users and documents" is one thing, "equality, diversity and inclusion policy" too.
"""

import re
from collections.abc import Iterator

from rag.services.enumerations import split_enumeration
from rag.services.sentences import split_sentences

_ASKS = (
    r"(?:how|what|which|who|whom|where|when|why|is|are|do|does|did|can|could|will|has|"
    r"have|state|list|describe|provide|explain|wie|was|welche[rsn]?|wer|wo|wann|comment|quel(?:le)?s?|qui|où|quand)"
)
# ", and how many of them ..." begins a part of its own; "users and documents" does not. Without "and", a comma is
# enough before a question that has its verb: ", where are they kept"; ", where people work" goes on with the sentence.
_JOINED_PART = re.compile(
    r"[,;]\s+(?=how (?:many|much|long|often|soon|quickly)\b)|"
    r"[,;]\s+(?=(?:how \w+|how|what|who|where|when|why|wer|wo|wann|wie) (?:is|are|was|were|do|does|did|can|will|has|"
    r"have|ist|sind|wird|werden)\b)|"
    rf"[,;]?\s+(?:and|und|et)\s+(?={_ASKS}\b)",
    re.IGNORECASE,
)
# "And if so, how often?" asks how often; that it is asked of what there is goes without saying.
_IF_SO = re.compile(
    r"(?:(?:^|[,;]?\s+)(?:(?:and|und|et)\s+)?)(?:if so|if yes|wenn ja|falls ja|si oui)[,:]?\s+(?=\w)",
    re.IGNORECASE,
)
_WHETHER = re.compile(r",?\s+and\s+(?:whether|if)\s+", re.IGNORECASE)
_STATES = re.compile(
    r"^\W*(?:please )?(?:state|describe|specify|indicate|explain|provide|list|name|confirm)\b", re.I
)
# "When somebody leaves, how soon ...": the first half asks nothing. "When is ..." and "When will ..." do.
_CONDITION = re.compile(
    r"^\W*(?:when|if|where|once|after|before|should|wenn|falls|sobald|si|lorsque)\s+(?!(?:is|are|was|were|do|does|did|"
    r"can|could|will|would|has|have|had|may|must|should|ist|sind|wird|werden|kann|hat|haben)\b)",
    re.IGNORECASE,
)
# "At rest and in transit": a sentence each may say it. What one word begins may be one thing: "in form and in content".
_BOTH = re.compile(
    r"\b(?P<one>at rest|while stored|im ruhezustand|au repos)(?: as well as| and|,? sowie| und| et) "
    r"(?P<other>in (?:transit|motion)|(?:bei|während) der übertragung|en transit)\b|"
    r"\b(?P<two>in (?:transit|motion)) (?:and|as well as) (?P<three>at rest)\b",
    re.IGNORECASE,
)
_ALTERNATIVE = re.compile(r"\b(?:or|oder|ou|both|either)\b", re.IGNORECASE)
CLOSED = re.compile(
    r"^(?:\W*(?:if so|if yes|please confirm(?: that| whether)?|confirm(?: that| whether)?)\W+)?"
    r"(?:is|are|was|were|do|does|did|can|could|will|would|has|have|had|may|must|should|"
    r"ist|sind|hat|haben|kann|können|wird|werden|est-ce|peut-on)\b",
    re.IGNORECASE,
)
OPEN = re.compile(
    r"^\W*(?:how|what|which|who|whom|whose|when|where|why|in which|at what|to what|for how|by when|"
    r"wie|was|welche[rsmn]?|wer|wann|wo|warum|comment|quel(?:le)?s?|qui|quand|où|pourquoi|combien)\b",
    re.IGNORECASE,
)
INTERROGATIVE = re.compile(
    r"\b(?:how|what|which|who|whom|whose|when|where|why|wie|was|welche[rsmn]?|wer|wem|wen|wessen|wann|wo|woher|wohin|"
    r"warum|wieso|womit|wodurch|wofür|wieviele?|comment|quel(?:le)?s?|lesquel(?:le)?s|qui|quoi|quand|où|pourquoi|combien)\b",
    re.IGNORECASE,
)
REQUIREMENT = re.compile(
    r"\b(?:shall|must|(?:is|are) (?:required )?to(?= be\b)|(?:is|are) required to|should|muss|müssen|soll|sollen|darf|"
    r"dürfen|doit|doivent|(?:ist|sind)\b[^?.]*\b(?:zu [a-zäöüß]+en|[a-zäöüß]+zu[a-zäöüß]+en))\b",
    re.IGNORECASE,
)
IMPERATIVE = re.compile(
    r"^\W*(?:please\s+|bitte\s+|veuillez\s+)?(?:state|describe|provide|list|name|give|explain|confirm|summari[sz]e|"
    r"outline|detail|specify|indicate|attach|submit|identify|include|demonstrate|define|specify|tell|show|"
    r"beschreiben|nennen|erläutern|geben|décri\w*|indique\w*|précise\w*|fourni\w*)\b",
    re.IGNORECASE,
)
# What an item of a list begins with. Inside a line only "a)" or "(1)" counts, and only in order.
_LINE_MARK = re.compile(
    r"^[ \t]*(?:[-*•‣▪–]|\(?(?P<label>[a-z]|\d{1,2}|[ivx]{1,5})[.)])[ \t]+", re.IGNORECASE | re.MULTILINE
)
_INLINE_MARK = re.compile(r"(?:(?<=\s)|^)\(?(?P<label>[a-z]|\d{1,2}|[ivx]{1,5})\)[ \t]+", re.IGNORECASE)
_ROMAN = ("i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix", "x", "xi", "xii", "xiii", "xiv", "xv")
_ITEM_END = re.compile(r"(?:[\s;,]+(?:and|or|und|oder|et|ou))?[\s;,]*$", re.IGNORECASE)
_ANNOUNCES = re.compile(r"(?:\s+(?:the following|folgende\w*|les points suivants))?\s*:\s*$", re.IGNORECASE)
# A paragraph after a list is no part of its last item.
_AFTER_LIST = re.compile(r"\n\s*\n|(?<=[.;?!])[ \t]*\n(?=[ \t]*[A-ZÄÖÜÉ])")


def split_parts(question: str) -> list[str]:
    """The texts of what a question asks, in its order; at least one, however little it asks."""
    return [part for part in _parts(question) if part.strip()] or [question.strip()]


def _parts(question: str) -> Iterator[str]:
    marks = _marks(question)
    if len(marks) < 2:
        yield from _flat(question)
        return
    lead = question[: marks[0].start()]
    ends = [mark.start() for mark in marks[1:]] + [len(question)]
    bodies = [question[mark.end() : end] for mark, end in zip(marks, ends, strict=True)]
    after = _AFTER_LIST.search(bodies[-1])
    rest = bodies[-1][after.end() :] if after else ""
    bodies[-1] = bodies[-1][: after.start()] if after else bodies[-1]
    items = [_ITEM_END.sub("", " ".join(body.split())) for body in bodies]
    before, last = _last_sentence(lead)
    yield from _flat(before)
    if all(_asks(item) for item in items):
        if not last.endswith(":"):
            yield from _flat(last)
        for item in items:
            yield from _flat(item)
    else:
        announced = f"{last[:-1]}:" if last.endswith("?") else _ANNOUNCES.sub("", last).rstrip(". ")
        yield from (f"{announced} {item}".strip() for item in items if item)
    yield from _flat(rest)


def _marks(question: str) -> list[re.Match[str]]:
    """The beginnings of a list's items; none unless there are two that belong together."""
    lines = list(_LINE_MARK.finditer(question))
    if len(lines) > 1:
        return lines
    inline = list(_INLINE_MARK.finditer(question))
    labels = [mark["label"].casefold() for mark in inline]
    orders = (
        [chr(ord("a") + number) for number in range(len(labels))],
        [str(number) for number in range(1, len(labels) + 1)],
        list(_ROMAN[: len(labels)]),
    )
    return inline if labels in orders else []


def _last_sentence(lead: str) -> tuple[str, str]:
    sentences = [sentence.text for sentence in split_sentences(" ".join(lead.split()))]
    return " ".join(sentences[:-1]), sentences[-1] if sentences else ""


def _flat(text: str) -> Iterator[str]:
    """The parts of running text."""
    pieces: list[str] = []
    for sentence in split_sentences(" ".join(text.split())):
        named = split_enumeration(sentence.text)
        asked = [piece.strip() for piece in _IF_SO.split(sentence.text) if piece.strip()]
        joined = [piece.strip() for text in asked for piece in _JOINED_PART.split(text) if piece.strip()]
        pieces += named if len(named) > 1 else _with_conditions(joined)
    for piece in _merged(pieces):
        yield from _named_together(piece)


def _with_conditions(pieces: list[str]) -> list[str]:
    """A sentence's pieces, with "when somebody leaves" before what is asked about it."""
    if len(pieces) > 1 and _CONDITION.match(pieces[0]):
        return [f"{pieces[0]}, {pieces[1]}", *pieces[2:]]
    return pieces


def _named_together(piece: str) -> list[str]:
    """ "State the sites and whether ..." and "describe X, Y and Z" as what each asks for."""
    if _STATES.match(piece):
        halves = _WHETHER.split(piece, maxsplit=1)
        if len(halves) > 1:
            return [*split_enumeration(halves[0]), f"State whether {halves[1]}"]
    both = _BOTH.search(piece) if CLOSED.match(piece) or REQUIREMENT.search(piece) else None
    if both and not _ALTERNATIVE.search(piece):
        before, after = piece[: both.start()], piece[both.end() :]
        return [f"{before}{way}{after}" for way in both.groups() if way]
    return split_enumeration(piece)


def _merged(pieces: list[str]) -> list[str]:
    """Pieces that ask something: crumbs ("If so,") go with the one before, mere statements with the one after."""
    merged: list[str] = []
    statement = ""
    for piece in pieces:
        if merged and _is_crumb(piece):
            merged[-1] = f"{merged[-1]} {piece}"
        elif not _asks(piece) and piece != pieces[-1]:
            statement = f"{statement} {piece}".strip()
        else:
            merged.append(f"{statement} {piece}".strip())
            statement = ""
    return merged


def _asks(piece: str) -> bool:
    patterns = (IMPERATIVE.match, REQUIREMENT.search, CLOSED.match, OPEN.match)
    return piece.endswith("?") or any(finds(piece) for finds in patterns)


def _is_crumb(piece: str) -> bool:
    """Too few words to say what it asks about: "If so, how often?"."""
    return len(re.findall(r"\w{3,}", piece)) < 3 and len(re.findall(r"\w{4,}", piece)) < 2
