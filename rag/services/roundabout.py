"""What a sentence says by another way than a plain "is" or "is not": ends, switches, things that cannot be undone.

Each rule asks that the sentence has every word of the thing that is asked for, so that it is no other thing's end or
switch that is read. Where a rule does not hold, nothing is said.
"""

import re

from rag.services.asked_words import content_words, thing_words
from rag.services.left_out import left_out
from rag.services.other_things import speaks_of_another
from rag.services.polarity import (
    PLANNED,
    SWITCHED_OFF,
    asks_for_an_end,
    denials_of,
    has_caveat,
    is_negated,
)

_CLAUSE = re.compile(r"[;.:]\s+|,\s+(?=(?:and|but|or|und|aber)\b)", re.IGNORECASE)
_CANNOT_END = re.compile(
    r"\b(?:cannot|can(?:'|’)t|can never|can not) be (?:(?:switched|turned) off|disabled|deactivated|bypassed|"
    r"circumvented|overridden|suppressed|(?:deleted|altered|changed|edited|modified)"
    r"(?: (?:or|nor) (?:deleted|altered|changed|edited|modified))?)\b(?: by [\w ]{1,40}?(?=[,.;)]|$))?|"
    r"\b(?:kann|können|lässt sich|lassen sich) nicht (?:gelöscht|geändert|verändert|abgeschaltet|ausgeschaltet|"
    r"deaktiviert|umgangen|abschalten|ausschalten|deaktivieren|umgehen)(?: werden)?\b",
    re.IGNORECASE,
)
_AND_CANNOT_END = re.compile(
    rf"(?:,?\s+(?:and|und)\s+(?:it |they |sie |es )?|[;,.]\s+(?:it |they )?)(?:{_CANNOT_END.pattern})",
    re.IGNORECASE,
)
# What an auditor did not find takes nothing from the report.
_CLEAN = re.compile(
    r"[,;:]?\s+(?:(?:with|and|mit|und)\s+)?(?:no|without(?: any)?|keine[nr]?|ohne|sans)\s+(?:known |major |open )?"
    r"(?:qualified opinions?|qualifications?|exceptions?|findings?|deviations?|non-?conformit(?:y|ies)|"
    r"abweichungen|beanstandungen|einschränkungen|feststellungen|réserves?|non-conformités?)\b",
    re.IGNORECASE,
)
_FINDINGS = re.compile(
    r"\b(?:opinion|qualif|exception|finding|deviation|non-?conformit|abweichung|beanstand|einschränk|feststell|réserve)",
    re.IGNORECASE,
)
_ASKS_FOR_A_SWITCH = re.compile(
    r"\b(?:off|bypass\w*|circumvent\w*|overrid\w*|overrul\w*|suppress\w*|opt\w* out|optional\w*|configur\w*|"
    r"choice|choose|ab(?:ge)?schalt\w*|aus(?:ge)?schalt\w*|umg[ea]\w*)\b",
    re.IGNORECASE,
)
_GONE = re.compile(
    r"^(?P<thing>.{3,80}?) (?:(?:was|were|has been|have been) (?:removed|discontinued|withdrawn|retired|dropped|"
    r"decommissioned|abandoned)|(?:wurden?|ist|sind) (?:\w+ ){0,4}?(?:entfernt|eingestellt|abgekündigt|abgeschafft))\b",
    re.IGNORECASE,
)
_BACK_THEN = re.compile(
    r"\b(?:was|were|did|had|still|existing|until|previous\w*|older|earlier|former\w*|noch|bisher\w*|bestehende\w*|"
    r"wurden?|bis)\b",
    re.IGNORECASE,
)
_ON = re.compile(
    r"\b(?:enabled|active|activated|switched on|turned on|eingeschaltet|aktiviert|aktiv)\b", re.IGNORECASE
)
_AND_CAN_BE = re.compile(r",?\s+(?:and|but|und|aber) (?:can|may|has to|must|kann|muss)\b", re.IGNORECASE)
_FOR_SOME = re.compile(
    r"\b(?:in|for|on|unless|except|when|if|while|during|at|im|für|bei|wenn|außer|während|auf)\b",
    re.IGNORECASE,
)
_OFF = re.compile(
    r"\b(?:switched off|turned off|inactive|ausgeschaltet|abgeschaltet|inaktiv)\b", re.IGNORECASE
)
_DUTY = re.compile(
    r"\b(?:mandatory|compulsory|obligatory|enforced|verpflichtend|obligatorisch|zwingend|vorgeschrieben|obligatoires?)\b",
    re.IGNORECASE,
)
_FREE = re.compile(r"\b(?:optional|voluntary|freiwillig|freigestellt|facultati(?:f|ve)s?)\b", re.IGNORECASE)
_ELLIPSIS = re.compile(
    r"[,;]?\s+(?:(?:but|and|aber|jedoch) (?:not|nicht)|(?:but|and) never|nicht aber)\s+"
    r"(?=(?:(?:on|in|for|to|with|by|from|at|auf|im|in|für|mit|bei|von)\b|the\b|der\b|die\b|das\b))",
    re.IGNORECASE,
)
_BUT_NOT = re.compile(
    r"[,;]?\s+(?:(?:but|and|aber|jedoch|und|mais) (?:they |it |sie |es )?(?:can |kann |können |are |is )?"
    r"(?:not|cannot|nicht|pas)|not)\s+",
    re.IGNORECASE,
)
_TWO = re.compile(
    r"\b(?P<one>\w{4,})(?: or| and| as well as| und| oder| sowie| et| ou) (?P<other>\w{4,})", re.IGNORECASE
)
_WITHOUT = re.compile(r"\b(?:without|ohne)\b", re.IGNORECASE)
_NEVER = re.compile(r"\b(?:not|never|no|cannot|nobody|nicht|nie|niemals|keine?[nmrs]?)\b", re.IGNORECASE)
_KEPT_FROM = re.compile(
    r"\b(?:protected|protection|secured|guarded|geschützt) (?:from|against|vor|gegen) (?P<what>[^.;?]+)|"
    r"\b(?P<state>immutable|unalterable|tamper[- ]proof|write[- ]once|unveränderlich\w*|unveränderbar\w*)\b",
    re.IGNORECASE,
)
_CANNOT_BE = re.compile(
    r"\b(?:cannot|can not|can never|must not|may not) be (?P<done>[^.;]+)|"
    r"\b(?:nobody|no one|no user)\b[^.;]{0,40}?\bcan (?P<do>[^.;]+)|"
    r"\b(?:kann|können) (?:\w+ ){0,3}?(?:nicht|weder) (?P<tun>[^.;]+)",
    re.IGNORECASE,
)
_KINDS_OF_CHANGE = (
    re.compile(
        r"\b(?:chang|edit|alter|modif|overwr|tamper|manipul|immutab|unalter|unveränder|verändert?|änder|geändert)",
        re.I,
    ),
    re.compile(r"\b(?:delet|eras|remov|destr|dispos|lösch|gelöscht|entfern)", re.I),
)
_BY_SOME = re.compile(
    r"\b(?:by|von|durch)\s+(?!(?:any|every|all|each|nobody|allen|jede|niemand)\w*\b)\w+",
    re.IGNORECASE,
)
_A_WHILE = re.compile(r"\b(?:until|unless|except|as long as|only|bis|solange|außer|nur)\b", re.IGNORECASE)


def without_denied_ends(text: str, *, asked: str, as_well: bool = False) -> str:
    """The text without a denial that something can be switched off, which affirms it.

    Unless that it can be switched off is what is asked about. `as_well` True takes only such a denial out that follows
    something else: alone it affirms that there is the thing, and says no more of it.
    """
    if not _FINDINGS.search(asked):
        text = _CLEAN.sub(" ", text)
    if asks_for_an_end(asked) or _ASKS_FOR_A_SWITCH.search(asked):
        return text
    if any(kind.search(asked) for kind in _KINDS_OF_CHANGE):
        return text
    return (_AND_CANNOT_END if as_well else _CANNOT_END).sub(" ", text)


def denies_one_of_two(asked: str, answer: str) -> bool:
    """ "Can they be shown and edited?": "they can be shown, but not edited"."""
    parts = _BUT_NOT.split(answer)
    if len(parts) != 2 or is_negated(asked) or is_negated(parts[0]):
        return False
    affirmed, denied = content_words(parts[0]), content_words(re.split(r"[;.]\s", parts[1])[0])
    for match in _TWO.finditer(asked):
        one, other = content_words(match["one"]), content_words(match["other"])
        for yes, no in ((one, other), (other, one)):
            if yes and no and yes <= affirmed and no <= denied and not no & affirmed:
                return True
    return False


def frees_from_a_duty(asked: str, answer: str) -> bool:
    """ "Is it mandatory?": "it is optional", without a word of anybody for whom it is not."""
    return bool(_DUTY.search(asked) and _FREE.search(answer)) and not (
        is_negated(asked) or _DUTY.search(answer) or _FREE.search(asked)
    )


def says_no(asked: str, subject: str, answer: str, *, context: str = "") -> bool:
    """Whether the thing asked for is gone, off, left out of what is affirmed, or never done without what is asked."""
    if speaks_of_another(subject, answer, context=context):
        return False
    return (
        _is_gone(asked, subject, answer)
        or _is_off(asked, subject, answer)
        or _is_left_out(asked, subject, answer)
        or _is_never_without(asked, subject, answer)
    )


def is_kept_from(asked: str, subject: str, answer: str) -> bool:
    """Whether "protected from deletion" is met by "cannot be deleted": each kind of change that is asked about, and no
    exception."""
    found = _KEPT_FROM.search(asked)
    if not found or _A_WHILE.search(answer) or has_caveat(answer) or PLANNED.search(answer):
        return False
    wanted = [kind for kind in _KINDS_OF_CHANGE if kind.search(found["what"] or found["state"])]
    kept = " ".join(match[0] for match in _CANNOT_BE.finditer(answer))
    thing = thing_words(asked[: found.start()])
    return (
        bool(wanted and kept and thing)
        and len(denials_of(answer)) <= 1
        and not is_for_some(kept)
        and all(kind.search(kept) for kind in wanted)
        and thing <= content_words(answer)
    )


def is_for_some(denied: str) -> bool:
    """Whether it is denied of some people only: "cannot be deleted by guests"."""
    return bool(_BY_SOME.search(denied))


def _is_gone(asked: str, subject: str, answer: str) -> bool:
    if asks_for_an_end(asked) or _BACK_THEN.search(asked) or is_negated(asked):
        return False
    wanted = thing_words(subject)
    clauses = [clause.strip() for clause in _CLAUSE.split(answer)]
    for clause in clauses:
        gone = _GONE.match(clause)
        # The end of "the limit of the connectors" is not the end of the connectors.
        if gone and wanted and _is_the_same(subject, gone["thing"]) and not _BACK_THEN.search(gone["thing"]):
            return not any(wanted <= content_words(other) for other in clauses if other != clause)
    return False


def _is_the_same(one: str, other: str) -> bool:
    """Whether neither has a word of content that the other has not."""
    return not (left_out(one, other) or left_out(other, one))


def _is_off(asked: str, subject: str, answer: str) -> bool:
    """ "Enabled by default?": "disabled by default"."""
    if not _ON.search(asked) or is_negated(asked) or is_negated(answer):
        return False
    wanted = thing_words(_ON.sub(" ", subject))
    for clause in _CLAUSE.split(answer):
        stated = _AND_CAN_BE.split(clause)[0]
        off = SWITCHED_OFF.search(stated) or _OFF.search(stated)
        if off and wanted and wanted <= content_words(stated) and not _ON.search(stated):
            return not _FOR_SOME.search(stated[off.end() :])
    return False


def _is_left_out(asked: str, subject: str, answer: str) -> bool:
    """ "Supported on the ports, but not on the modem": no to the modem, where all that is asked stands there."""
    if is_negated(asked) or len(denials_of(answer)) != 1:
        return False
    parts = _ELLIPSIS.split(answer)
    if len(parts) != 2:
        return False
    affirmed, denied = parts[0], re.split(r"[;.]\s", parts[1])[0]
    wanted = thing_words(subject)
    only_there = wanted - content_words(affirmed)
    return (
        bool(only_there)
        and only_there < wanted
        and only_there <= content_words(denied)
        and not has_caveat(denied)
    )


def _is_never_without(asked: str, subject: str, answer: str) -> bool:
    """ "Is it done without our consent?": "never without the customer's consent"."""
    ways = [_WITHOUT.split(text) for text in (asked, answer)]
    if any(len(way) != 2 for way in ways) or _NEVER.search(ways[0][0]) or has_caveat(answer):
        return False
    (asked_done, asked_lack), (done, lack) = ways
    denials = _NEVER.findall(done)
    wanted = thing_words(asked_done)
    lacking = thing_words(
        re.sub(r"\b(?:our|your|the|my|unsere?\w*|customer\S*)\b", " ", asked_lack, flags=re.I)
    )
    return (
        len(denials) == 1
        and not _NEVER.search(lack)
        and bool(lacking)
        and lacking <= content_words(lack)
        and bool(wanted)
        and len(wanted & content_words(done)) * 2 > len(wanted)
    )
