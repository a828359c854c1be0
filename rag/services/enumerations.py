""" "Describe X, Y and Z" as three demands, each with the words that the three share.

Only what is told, described or named by order ("state", "describe", "what are your") is taken apart; a yes-or-no
question about several things, and a requirement, has one answer. Where the form leaves open what is joined to what, the
sentence stays whole.
"""

import re

_DETERMINER = r"(?:the|your|its|their|any|all|an?|each|ihre?n?|die|das|den|der|les?|la|vos|votre)"
_ORDER = re.compile(
    r"^(?P<order>\W*(?:please\s+|bitte\s+|veuillez\s+)?(?:(?:state|describe|provide|list|name|give|explain|summari[sz]e|"
    r"outline|detail|specify|indicate|identify)(?:\s+(?:us|in detail|briefly|in brief))*|what\s+(?:is|are)|"
    r"(?:beschreiben|nennen|erläutern|geben)\s+sie|décrivez|indiquez|précisez|fournissez)\s+)"
    r"(?P<object>.+?)(?P<end>[.?!]*)$",
    re.IGNORECASE | re.DOTALL,
)
_LAST = re.compile(r",?\s+(?:and|und|et|sowie)\s+", re.IGNORECASE)
_BEGINS = re.compile(rf"^{_DETERMINER}\s+", re.IGNORECASE)
_STANDS_ALONE = re.compile(rf"^(?:{_DETERMINER}|how|what|which|who|where|when|why|whether)\s", re.IGNORECASE)
_PREPOSITION = re.compile(
    r"\b(?:of|for|to|on|in|at|with|by|from|about|against|during|für|zu|von|bei|de|des|du|pour)\s+",
    re.IGNORECASE,
)
# What follows these is an example or a pair, not one more thing that is asked for.
_NO_LIST = re.compile(
    r"\b(?:including|includes?|such as|e\.g\.|for example|for instance|namely|i\.e\.|between|both|either|like|"
    r"z\.\s?b\.|einschließlich|par exemple|notamment|y compris)|[(:;]",
    re.IGNORECASE,
)
# One thing with several adjectives, and the same in the plural: several things with one noun.
_ONE_THING = re.compile(
    r"\b(?:policy|plan|strategy|statement|program(?:me)?|framework|approach|report|team|process|system|procedure|"
    r"concept|model|scheme|department|solution|platform|tool|environment)$",
    re.IGNORECASE,
)
_THINGS = re.compile(
    r"\b(?:policies|plans|strategies|statements|program(?:me)?s|frameworks|reports|teams|processes|systems|"
    r"procedures|concepts|measures|controls|capabilities|services|arrangements|features|functions)$",
    re.IGNORECASE,
)
_PARTICIPLE = r"\w{2,}(?:ed|en|wn|pt|ld|de|ne|ung)"
_HOW_DONE = re.compile(
    rf"^(?P<shared>.*\bhow\b.*?\b(?:is|are|was|were|be)\b(?:\s+[\w'’-]+){{0,4}}?)\s+"
    rf"(?P<items>{_PARTICIPLE}(?:,\s+{_PARTICIPLE})+,?\s+and\s+{_PARTICIPLE})(?P<end>\b.*)$",
    re.IGNORECASE | re.DOTALL,
)
_HOW_YOU = re.compile(
    r"^(?P<shared>.*\bhow\s+(?:do\s+)?you)\s+(?P<items>\w+(?:,\s+\w+)+,?\s+and\s+\w+)\s+(?P<end>[^,]+)$",
    re.IGNORECASE | re.DOTALL,
)
# "... of the last test and the firm that made it": a thing with a clause of its own is named beside the first.
_WITH_CLAUSE = re.compile(r"^the\s+(?:\w+\s+){1,3}(?:that|who|which)\s", re.IGNORECASE)
_MOST_WORDS = 8


def split_enumeration(sentence: str) -> list[str]:
    """The demands that one sentence makes; the sentence itself where it makes one."""
    return _things_done(sentence) or _things_named(sentence) or [sentence]


def _things_done(sentence: str) -> list[str]:
    """ "How data is collected, stored and deleted", "how you collect, store and delete data"."""
    if match := _HOW_DONE.match(sentence):
        items = _items(match["items"])
        # What stands after the last belongs to it: "and deleted after the contract".
        return [f"{match['shared']} {item}" for item in items[:-1]] + [
            f"{match['shared']} {items[-1]}{match['end']}"
        ]
    if match := _HOW_YOU.match(sentence):
        return [f"{match['shared']} {item} {match['end']}" for item in _items(match["items"])]
    return []


def _things_named(sentence: str) -> list[str]:
    match = _ORDER.match(sentence)
    if match is None or _NO_LIST.search(match["object"]):
        return []
    items = _items(match["object"])
    comma = ", and " in match["object"]
    most = _MOST_WORDS if len(items) > 2 else 2 * _MOST_WORDS
    if any(not item or len(item.split()) > most for item in items):
        return []
    shared = _shared(match["order"], items, comma=comma)
    named = [f"{words} {item}" for words, item in shared]
    return [*named[:-1], named[-1] + match["end"]] if named else []


def _items(text: str) -> list[str]:
    """What is named; a sentence's last "and" joins the last of them."""
    joins = list(_LAST.finditer(text))
    if not joins:
        return [text.strip()]
    last = joins[-1]
    before, after = text[: last.start()], text[last.end() :]
    return [item.strip() for item in [*before.split(", "), after]]


def _shared(order: str, items: list[str], *, comma: bool) -> list[tuple[str, str]]:
    """Each item with the words before it; empty where they do not belong apart."""
    order = order.rstrip()
    first, others = items[0], items[1:]
    apart = [bool(_STANDS_ALONE.match(item)) for item in others]
    joins = list(_PREPOSITION.finditer(first))
    if not others or (len(items) == 2 and not (all(apart) and _STANDS_ALONE.match(first))):
        return []
    if len(items) == 2 and _WITH_CLAUSE.match(items[1]):
        return [(order, item) for item in items]
    if len(items) == 2 and joins and not comma:
        return []  # "the roles of the customer and the supplier"
    if all(apart):
        inside = joins and _BEGINS.match(first[joins[-1].end() :])
        if inside and not comma and len(joins) == 1:
            words = f"{order} {first[: joins[-1].end()].strip()}"
            return [(words, first[joins[-1].end() :]), *((words, item) for item in others)]
        return [] if inside and not comma else [(order, item) for item in items]
    if len(joins) > 1 or _ONE_THING.search(items[-1]):
        return []
    words, first = order, first
    if joins:
        words, first = f"{order} {first[: joins[0].end()].strip()}", first[joins[0].end() :]
    if determiner := _BEGINS.match(first):
        words, first = f"{words} {determiner.group().strip()}", first[determiner.end() :]
    items = [first, *others]
    if (noun := _THINGS.search(items[-1])) and len(items[-1].split()) > 1:
        items = [item if " " in item else f"{item} {noun.group()}" for item in items[:-1]] + items[-1:]
    return [(order if _STANDS_ALONE.match(item) and item is not first else words, item) for item in items]
