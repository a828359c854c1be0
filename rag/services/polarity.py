"""Whether a sentence says yes, no, or yes with a reservation."""

import re

# English, German and French, since these are the languages of the interface.
_NEGATION = re.compile(
    r"\b(?:not|no|never|none|neither|nor|without|cannot|lacks?|unsupported|unavailable|refused|rejected|forbidden|prohibited|impossible|\w+n['’]t|"
    r"nicht|kein\w*|nie|niemals|ohne|weder|"
    r"ne|pas|jamais|aucune?|sans)\b",
    re.IGNORECASE,
)
# Negations in form that deny nothing about the thing asked for.
_NO_DENIAL = re.compile(
    r"\b(?:not (?:only|merely|just)|no later than|no more than|not more than|no less than|not less than|no fewer than|"
    r"no longer than|not exceed\w*|without (?:interruption|delay|undue|extra|additional|further|limit\w*|charge|"
    r"notice|downtime|development|a request)|(?:not|never) (?:limited|restricted|capped)|"
    r"or not|no (?:additional|extra|further) (?:charge|cost|fee|licen[cs]e)s?|"
    r"nicht nur|ne [^.]{1,40} que|non seulement)\b",
    re.IGNORECASE,
)
_CAVEAT = re.compile(
    r"\b(?:except(?:ions?)?|unless|however|but|only|partial(?:ly)?|partly|limited(?: to)?|limitations?|"
    r"excluding|excludes?|additional charge|extra charge|at extra cost|separately (?:charged|licensed|priced)|"
    r"chargeable|optional(?:ly)?|on request|planned|roadmap|in preview|preview (?:feature|version|release)s?|beta|"
    r"in progress|not yet|"
    r"nur|außer|ausgenommen|teilweise|eingeschränkt|geplant|"
    r"sauf|seulement|uniquement|partiellement|prévu)\b",
    re.IGNORECASE,
)
_NO_RESERVATION = re.compile(
    r"\b(?:not only|not limited to|including but|but also|(?:not|nor) (?:planned|limited)|nicht nur|read[- ]only)\b",
    re.IGNORECASE,
)


# "No qualified opinion" denies an opinion, whatever else was asked.
_NOTHING_OF = re.compile(
    r"\b(?:no|without|kein\w*|ohne|aucune?|sans)\s+(\w[\w'’-]*(?:\s+\w[\w'’-]*)?)", re.IGNORECASE
)
_NO_LIMIT = re.compile(r"\b(?:not|never) (?:limited|restricted|capped)|\bunlimited|\bno limit", re.IGNORECASE)
_LIMITED = re.compile(r"\b(?:limited|restricted|capped)\b", re.IGNORECASE)
_ASKS_FOR_ABSENCE = re.compile(
    r"\b(?:protect\w* (?:from|against)|prevent\w*|prohibit\w*|forbid\w*|forbidden|immutable|tamper\w*|block\w*|"
    r"den(?:y|ied|ies)|exclud\w*|avoid\w*|free of|verhinder\w*|geschützt|empêch\w*|interdi\w*)\b",
    re.IGNORECASE,
)


# What is over, or is not on: affirmed in form, and no yes to anything.
_OVER = re.compile(
    r"\b(?:removed|discontinued|deprecated|withdrawn|retired|disabled|deactivated|unable|expired|lapsed|revoked|ceased|"
    r"suspended|former(?:ly)?|previously|decommissioned|abandoned|sunset|obsolete|end[- ]of[- ](?:life|support)|"
    r"until (?:version|release|\d{4}|the end of)|"
    r"entfernt|eingestellt|abgekündigt|deaktiviert|abgelaufen|widerrufen|ausgesetzt|ehemals|früher|veraltet|"
    r"supprimée?s?|abandonnée?s?|désactivée?s?|expirée?s?|révoquée?s?|retirée?s?|obsolètes?|anciennement)\b",
    re.IGNORECASE,
)
# Who asks about an end is answered by one: "is access revoked when staff leave?"
_ASKS_FOR_AN_END = re.compile(
    r"\b(?:remov|discontinu|deprecat|withdr|retir|disabl|deactivat|expir|revok|revoc|ceas|suspen|decommission|delet|"
    r"terminat|leav|offboard|lock|dispos|destr|eras|purg|old|former|previous|legacy|end[- ]of|exit|entfern|lösch|"
    r"widerr|deaktiv|ablauf|supprim|désactiv|révo|expir)",
    re.IGNORECASE,
)
_PLANNED = re.compile(
    r"\b(?:planned|roadmap|under development|in development|in preparation|foreseen|upcoming|coming soon|"
    r"(?:is|are) scheduled for|geplant|in arbeit|in entwicklung|vorgesehen|prévue?s?|en cours de développement)\b",
    re.IGNORECASE,
)
_UN = re.compile(r"\b(?:un|non[- ]?)([a-zà-ÿ]{5,})", re.IGNORECASE)


def is_negated(text: str) -> bool:
    """Whether the text denies something; a double negation counts as one that needs a person."""
    return bool(_NEGATION.search(_NO_DENIAL.sub(" ", text)))


def denials_of(text: str) -> list[str]:
    """The words by which the text denies something, as they are written; empty when it denies nothing."""
    return [match.group() for match in _NEGATION.finditer(_NO_DENIAL.sub(" ", text))]


def has_caveat(text: str) -> bool:
    """Whether the text holds a reservation: an exception, a condition, something planned or charged extra."""
    return bool(_CAVEAT.search(_NO_RESERVATION.sub(" ", text)))


def says_it_is_over(text: str, *, asked: str = "") -> bool:
    """Whether the text says of something that it has ended, is off, or is not so ("unencrypted" where one asks for
    "encrypted"), unless an end is what is asked about."""
    wanted = asked.casefold()
    if any(
        stem[1].casefold()[:8] in wanted and stem[0].casefold() not in wanted for stem in _UN.finditer(text)
    ):
        return True
    return bool(_OVER.search(text)) and not _ASKS_FOR_AN_END.search(asked)


def says_it_is_planned(text: str, *, asked: str = "") -> bool:
    """Whether the text only plans it; not where plans are what is asked about."""
    return bool(_PLANNED.search(_NO_RESERVATION.sub(" ", text))) and not _PLANNED.search(asked)


def asks_for_absence(text: str) -> bool:
    """Whether a denial may be what the text asks for ("shall be protected from deletion")."""
    return is_negated(text) or bool(_ASKS_FOR_ABSENCE.search(text))


def denies_a_limit(text: str) -> bool:
    """Whether it says that something has no limit: a denial only where a limit was asked about."""
    return bool(_NO_LIMIT.search(text))


def asks_for_a_limit(text: str) -> bool:
    return bool(_LIMITED.search(text))


def denied_things(text: str) -> list[str]:
    """What each "no ..." of the text denies, in two words; empty when it denies by its verb."""
    plain = _NO_DENIAL.sub(" ", text)
    if _NEGATION.search(_NOTHING_OF.sub(" ", plain)):
        return []
    return [match[1] for match in _NOTHING_OF.finditer(plain)]
