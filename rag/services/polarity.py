"""Whether a sentence says yes, no, or yes with a reservation."""

import re

# English, German and French, since these are the languages of the interface.
_NEGATION = re.compile(
    r"\b(?:not|no|never|none|neither|nor|without|cannot|lacks?|unsupported|unavailable|refused|rejected|forbidden|prohibited|impossible|\w+n['’]t|"
    r"nowhere|hardly|scarcely|out of scope|(?:fall|lie)s? outside|refrains? from|"
    r"(?:has|have|is|are) yet to|"
    r"(?:is|are|was|were|be|been|remains?) (?:\w+ly )?(?:excluded|ruled out|exempt(?:ed)?|missing|absent|declined|"
    r"omitted)|"
    r"nicht|nein|kein\w*|nie|niemals|ohne|weder|nirgends|ausgeschlossen|untersagt|verboten|unzulässig|unmöglich|"
    r"entfällt|entfallen|fehlt|fehlen|verzichten|verzichtet|"
    r"ne|pas|jamais|aucune?|sans|(?:est|sont|reste|restent) (?:exclu|interdit)e?s?)\b",
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
# "Neither X nor Y" denies each once.
_JOINING_DENIALS = frozenset(("nor", "neither", "none", "weder", "ne", "pas", "aucun", "aucune"))
_NOT_DENIED = re.compile(
    r"\b(?:not|never|nicht|pas) (?:\w+ )?(?:excluded|ruled out|forbidden|prohibited|refused|rejected|impossible|"
    r"missing|ausgeschlossen|untersagt|verboten|unzulässig|unmöglich|exclue?s?|interdite?s?)\b",
    re.IGNORECASE,
)
_HALVES = re.compile(r"[,;.:]\s+|\s+(?:and|or|und|oder|et|ou)\s+", re.IGNORECASE)
_CAVEAT = re.compile(
    r"\b(?:except(?:ions?)?|unless|however|but|only|partial(?:ly)?|partly|limited(?: to)?|limitations?|"
    r"excluding|excludes?|additional charge|extra charge|at extra cost|separately (?:charged|licensed|priced)|"
    r"chargeable|optional(?:ly)?|on request|planned|roadmap|in preview|preview (?:feature|version|release)s?|beta|"
    r"in progress|not yet|exclusively|surcharge|voluntary|by (?:an? )?separate agreement|"
    r"(?:sold|charged|licensed|priced|billed|quoted|ordered) (?:separately|individually)|"
    r"(?:in|under) (?:an? |the )?(?:\w+ )?(?:pilot|trial|alpha)|pilot (?:phase|customers?|project|programme)|"
    r"early access|experimental|selected customers|add-ons?|as an (?:option|extra)|upon request|by arrangement|"
    r"subject to|provided that|under certain conditions|largely|mostly|to (?:a large|some|a certain) extent|"
    r"against payment|for a fee|at (?:an? )?(?:additional|extra|further) (?:cost|charge|price|fee)|"
    r"(?:through|via|by|from|with|of) (?:an?|our|one of our) (?:[\w-]+ ){0,2}partners?|"
    r"(?:needs?|requires?) (?:an? )?(?:separate|additional|extra|further) \w+|"
    r"(?:for|against) (?:an? )?(?:additional |extra |separate )?fee|"
    r"(?:needs?|requires?|reserved (?:for|to)) (?:the |an? )?(?:[\w-]+ ){0,3}"
    r"(?:edition|plan|licen[cs]e|package|tier|module|subscription|add-on|option)|"
    r"nur|lediglich|ausschließlich|außer|ausgenommen|mit ausnahme|teilweise|eingeschränkt|geplant|jedoch|"
    r"allerdings|aber|optional|freiwillig|wahlweise|auf (?:wunsch|anfrage)|noch nicht|kostenpflichtig|"
    r"gegen (?:aufpreis|gebühr|entgelt|berechnung|bezahlung)|zusätzlich (?:berechnet|kosten)|"
    r"(?:in|im) (?:der )?(?:erprobung|pilot\w*|testphase)|pilotkunden|experimentell|ausgewählten? kunden|"
    r"zusatz(?:modul|paket|option|leistung)\w*|(?:dazu|hinzu|zu)gebucht|(?:zu|hinzu)buchbar|als option|"
    r"aufpreispflichtig|gebührenpflichtig|(?:gesondert|separat) (?:berechnet|vergütet|erhältlich|lizenziert|angeboten)|"
    r"nach aufwand|nach absprache|unter bestimmten|vorausgesetzt|sofern|weitgehend|größtenteils|überwiegend|"
    r"in teilen|bedingt|(?:über|durch|von|mit) (?:unsere[nm]?|eine[nm]?) (?:\w+ )?partner\w*|unser partner|"
    r"sauf|seulement|uniquement|exclusivement|mais|toutefois|partiellement|prévu|en supplément|payante?s?|"
    r"sur demande|facultati(?:f|ve)s?|en (?:phase )?pilote|en bêta|module complémentaire|sur devis|moyennant|"
    r"sous réserve|à condition|en grande partie|(?:par|via|avec) (?:un|notre) partenaire)\b",
    re.IGNORECASE,
)
_NO_RESERVATION = re.compile(
    r"\b(?:not only|not limited to|including but|but also|(?:not|nor) (?:planned|limited)|nicht nur|read[- ]only|"
    r"(?:planned|scheduled) (?:maintenance|downtimes?|outages?|interruptions?|works?|upgrades?|updates?)|"
    r"geplante[nrms]? (?:wartung\w*|ausfall\w*|arbeiten|unterbrechung\w*)|maintenances? prévues?)\b",
    re.IGNORECASE,
)


# "No qualified opinion" denies an opinion, whatever else was asked.
_NOTHING_OF = re.compile(
    r"\b(?:no|without|kein\w*|ohne|aucune?|sans)\s+(\w[\w'’-]*(?:\s+(?!(?:is|are|was|were|be|has|have|can|will|in|on|at|"
    r"of|to|for|by|from|with|and|or|that|which|und|oder|für|von|mit|ist|sind|wird|werden|de|du|des|pour|et|ou|est|sont)\b)"
    r"\w[\w'’-]*){0,3})",
    re.IGNORECASE,
)
_NO_LIMIT = re.compile(r"\b(?:not|never) (?:limited|restricted|capped)|\bunlimited|\bno limit", re.IGNORECASE)
_LIMITED = re.compile(r"\b(?:limited|restricted|capped)\b", re.IGNORECASE)
_ASKS_FOR_ABSENCE = re.compile(
    r"\b(?:protect\w* (?:from|against)|prevent\w*|prohibit\w*|forbid\w*|forbidden|immutable|tamper\w*|block\w*|"
    r"den(?:y|ied|ies)|exclud\w*|avoid\w*|free of|verhinder\w*|geschützt|empêch\w*|interdi\w*)\b",
    re.IGNORECASE,
)


# Affirmed in form, and no yes to anything: what has ended, what is not on, what there is not (any more).
ENDED = re.compile(
    r"\b(?:removed|discontinued|deprecated|withdrawn|retired|expired|lapsed|ceased|decommissioned|abandoned|sunset|"
    r"obsolete|end[- ]of[- ](?:life|support)|ended (?:in|on|with|at)|"
    r"entfernt|eingestellt|abgekündigt|abgelaufen|veraltet|"
    r"supprimée?s?|abandonnée?s?|expirée?s?|retirée?s?|obsolètes?)\b",
    re.IGNORECASE,
)
SWITCHED_OFF = re.compile(
    r"\b(?:disabled|deactivated|suspended|revoked|deaktiviert|widerrufen|ausgesetzt|désactivée?s?|révoquée?s?)\b",
    re.IGNORECASE,
)
_ABSENT = re.compile(
    r"\b(?:unable|former(?:ly)?|previously|until (?:version|release|\d{4}|the end of)|used to be|"
    r"(?:in|with|by|on) (?:older|earlier) \w+|"
    r"(?:was|were) (?:supported|available|offered|possible|included) (?:in|until)|"
    r"(?:has|have|was|were) (?:been )?(?:replaced|superseded|dropped) ?(?:by|with)?|"
    r"(?:will be|has been|have been|was|were) (?:(?:switched|turned|shut) (?:off|down)|phased out)|"
    r"ehemals|früher|(?:wurden?|ist|sind) (?:durch [^,;.]{3,40} )?(?:ersetzt|abgelöst|abgeschaltet)|anciennement)\b",
    re.IGNORECASE,
)
# Who asks about an end is answered by one: "is access revoked when staff leave?"
_ASKS_FOR_AN_END = re.compile(
    r"\b(?:remov|discontinu|deprecat|withdr|retir|disabl|deactivat|expir|revok|revoc|ceas|suspen|decommission|delet|"
    r"terminat|leav|offboard|lock|dispos|destr|eras|purg|end[- ]of|exit|entfern|lösch|"
    r"widerr|deaktiv|ablauf|supprim|désactiv|révo|expir)",
    re.IGNORECASE,
)
PLANNED = re.compile(
    r"\b(?:planned|roadmap|under development|in development|in preparation|foreseen|upcoming|coming soon|"
    r"(?:is|are) scheduled for|applied for|(?:is|are) expected (?:in|by|for|to)|"
    r"will be (?:available|supported|added|introduced|released|offered|delivered|included) (?:in|with|by|from)|"
    r"(?:is|are) (?:due|being (?:developed|prepared|built)) ?(?:in|for|by|with)?|will follow|is to follow|in planning|"
    r"geplant|in arbeit|in entwicklung|in vorbereitung|in planung|vorgesehen|beantragt|angestrebt|"
    r"(?:folgt|folgen) (?:in|im|mit|ab|noch|demnächst|voraussichtlich)|wird folgen|in aussicht|"
    r"will (?:be )?\w+ [^.;]{0,30}?\b(?:in|by|from|with) (?:\w+ )?20\d\d|"
    r"(?:wird|werden) (?:voraussichtlich )?(?:ab|im|in|anfang|mitte|ende|bis) [^.;]{0,25}?20\d\d|"
    r"ser(?:a|ont) [^.;]{0,40}?\b(?:en|dès|à partir de|courant|fin|début|d['’]ici) (?:\w+ )?20\d\d|"
    r"under ?way|(?:is|are) pending|in the process of|im gange|(?:est|sont) en cours|"
    r"prévue?s?|en cours (?:de développement|d'élaboration)|en préparation|à venir)\b",
    re.IGNORECASE,
)
_UN = re.compile(r"\b(?:un|non[- ]?)([a-zà-ÿ]{5,})", re.IGNORECASE)


def is_negated(text: str) -> bool:
    """Whether the text denies something; a double negation counts as one that needs a person."""
    return bool(_NEGATION.search(_NO_DENIAL.sub(" ", text)))


def denials_of(text: str) -> list[str]:
    """The words by which the text denies something, as they are written; empty when it denies nothing."""
    return [match.group() for match in _NEGATION.finditer(_NO_DENIAL.sub(" ", text))]


def denies_twice(text: str) -> bool:
    """Whether a clause of the text has two denials, which may come to an affirmation: "no role that is not logged"."""
    return bool(_NOT_DENIED.search(text)) or any(
        len([word for word in denials_of(clause) if word.casefold() not in _JOINING_DENIALS]) > 1
        for clause in _HALVES.split(text)
    )


def has_caveat(text: str) -> bool:
    """Whether the text holds a reservation: an exception, a condition, something planned or charged extra."""
    return bool(_CAVEAT.search(_NO_RESERVATION.sub(" ", text)))


def says_it_is_over(text: str, *, asked: str = "") -> bool:
    """Whether the text says of something that it has ended, is off, or is not so ("unencrypted" where one asks for
    "encrypted"), unless an end is what is asked about."""
    if says_the_contrary(text, asked):
        return True
    return any(pattern.search(text) for pattern in (ENDED, SWITCHED_OFF, _ABSENT)) and not bool(
        _ASKS_FOR_AN_END.search(asked)
    )


def says_the_contrary(text: str, other: str) -> bool:
    """Whether the text has "unencrypted" where the other has "encrypted" only."""
    there = other.casefold()
    return any(
        match[1].casefold()[:8] in there and match[0].casefold()[:9] not in there
        for match in _UN.finditer(text)
    )


def says_it_is_planned(text: str, *, asked: str = "") -> bool:
    """Whether the text only plans it; not where plans are what is asked about."""
    return bool(PLANNED.search(_NO_RESERVATION.sub(" ", text))) and not PLANNED.search(asked)


def asks_for_an_end(text: str) -> bool:
    """Whether an end, a removal or a switching off is what is asked about."""
    return bool(_ASKS_FOR_AN_END.search(text))


def asks_for_absence(text: str) -> bool:
    """Whether a denial may be what the text asks for ("shall be protected from deletion")."""
    return is_negated(text) or bool(_ASKS_FOR_ABSENCE.search(text))


def denies_a_limit(text: str) -> bool:
    """Whether it says that something has no limit: a denial only where a limit was asked about."""
    return bool(_NO_LIMIT.search(text))


def asks_for_a_limit(text: str) -> bool:
    return bool(_LIMITED.search(text))


def denied_things(text: str) -> list[str]:
    """What each "no ..." of the text denies, in four words at most; empty when it denies by its verb."""
    plain = _NO_DENIAL.sub(" ", text)
    if _NEGATION.search(_NOTHING_OF.sub(" ", plain)):
        return []
    return [match[1] for match in _NOTHING_OF.finditer(plain)]
