"""A sentence without what it says of other cases than the one that is asked about.

"Mandatory for administrators and optional for other users" is a plain yes to whoever asks of administrators, and "in
Turkey, but not in China" to whoever asks of Turkey. Who asks of no case in particular is told both.
"""

import re
from collections.abc import Collection

from rag.services.asked_words import content_words, thing_words
from rag.services.left_out import left_out

_OF_OTHERS = re.compile(
    r"(?:;|,?\s+(?:and|und))\s+(?P<rest>[^,;.]*\b(?:others?|remaining|anderen?|übrigen?)\b[^,;.]*)",
    re.IGNORECASE,
)
_NOT_THERE = re.compile(
    r",?\s+(?:but|aber|jedoch)\s+(?:not|nicht)\s+(?P<rest>(?:on|in|for|to|with|by|from|auf|für|mit|bei|von)\b[^,;.]*)",
    re.IGNORECASE,
)
_CASE = re.compile(
    r"\b(?P<how>on|in|for|to|with|by|from|auf|aus|im|für|mit|bei|von)\s+(?:(?:the|der|die|das|den|dem)\s+)?(?P<what>[\w-]+)",
    re.IGNORECASE,
)
_LABEL = re.compile(r"\b[A-Z][\w/-]*[ -]?\d")
# "Optional for users and mandatory for administrators."
_EACH = re.compile(
    r"\b(?P<first>\w+ (?:for|für|pour) (?P<one>(?:the |all |les |alle )?\w+),? (?:and|but|und|et|aber|mais) )"
    r"(?P<second>\w+ (?:for|für|pour) (?P<other>(?:the |all |les |alle )?\w+))",
    re.IGNORECASE,
)
_LEANS = re.compile(
    r"\W*(?:it|they|this|these|that|those|which|there|only|however|for|in|on|with|sie|er|es|dies\w*|das|nur|jedoch|dafür|für|"
    r"elles?|ils?|cela|seul\w*|pour)\b",
    re.IGNORECASE,
)
_ALL = re.compile(
    r"\b(?:all|every|each|any|others?|only|alle[nr]?|jede[nrms]?|anderen?|nur)\b", re.IGNORECASE
)


def clause_on(labels: Collection[str], answer: str) -> str:
    """Of clauses that name a standard or model each, the one with the `labels` that are asked about, if it is one."""
    clauses = re.split(r";\s+", answer)
    if not labels or len(clauses) < 2 or not all(_LABEL.search(clause) for clause in clauses):
        return answer
    named = [clause for clause in clauses if all(label.casefold() in clause.casefold() for label in labels)]
    return named[0] if len(named) == 1 else answer


def without_other_cases(asked: str, subject: str, answer: str) -> str:
    """The answer without its one clause on other cases, where the question names a case and the rest has all of it."""
    both = _EACH.search(answer)
    if both and not _ALL.search(asked):
        named_there = content_words(asked)
        first, second = content_words(both["one"]), content_words(both["other"])
        if second <= named_there and not first & named_there:
            return answer[: both.start("first")] + answer[both.start("second") :]
        if first <= named_there and not second & named_there:
            return answer[: both.end("one")] + answer[both.end("second") :]
    answer = _without_other_clauses(subject, answer)
    found = _OF_OTHERS.search(answer) or _NOT_THERE.search(answer)
    if not found or _ALL.search(asked):
        return answer
    rest = answer[: found.start()] + answer[found.end() :]
    wanted, there = thing_words(subject), content_words(rest)
    other = _CASE.search(found["rest"])
    if not other or wanted & content_words(other["what"]) or left_out(subject, rest):
        return answer
    how = other["how"].casefold()
    cases = [match["what"] for match in _CASE.finditer(asked) if match["how"].casefold() == how]
    named = any(content_words(case) and content_words(case) <= there for case in cases)
    return rest if named else answer


def _without_other_clauses(subject: str, answer: str) -> str:
    """Of "the stock module is included; the module for fleets is sold separately" what is said of the thing asked for.

    The other clauses have to be of something else of the same kind: "a licence is needed for it" is said of the thing.
    """
    clauses = re.split(r";\s+", answer)
    whole = [clause for clause in clauses if not left_out(subject, clause)]
    if len(clauses) < 2 or len(whole) != 1:
        return answer
    words = content_words(whole[0])
    others = [clause for clause in clauses if clause != whole[0]]
    if all(content_words(clause) & words and not _LEANS.match(clause) for clause in others):
        return whole[0]
    return answer
