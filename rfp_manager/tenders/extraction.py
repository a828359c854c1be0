"""A summary without a language model: the sentences that say most under each heading, quoted."""

from collections.abc import Iterable, Sequence
from decimal import Decimal

from rag.parsing import ParsedDocument
from rag.services.quantities import find_quantities, mask_dates
from rfp_manager.tenders.dates import find_dates
from rfp_manager.tenders.points import Point, Section, one_spaced
from rfp_manager.tenders.units import Unit, units_of
from rfp_manager.tenders.vocabulary import WORDS

# How many sentences are quoted under one heading.
MOST: dict[Section, int] = dict.fromkeys(Section, 6) | {Section.MANDATORY: 10}
_TIMES = frozenset({"hour", "day", "week", "month", "year"})
_SIZES = frozenset({"euro", "pound", "dollar", "user", "employee", "customer", "document"})
# What stands under such a heading belongs to it, whatever its words.
_BY_HEADING = frozenset({Section.ASKED, Section.SCOPE, Section.EVALUATION})
# The first of these that wants a sentence has it: a sentence is quoted once, under what is rarest.
_ORDER = (
    Section.DEADLINES,
    Section.EVALUATION,
    Section.RED_FLAGS,
    Section.ASKED,
    Section.SCOPE,
    Section.MANDATORY,
)


def extract_points(parsed: ParsedDocument) -> list[Point]:
    """The sentences that say most under each heading, in the document's order."""
    return extract_from(units_of(parsed))


def extract_from(units: Sequence[Unit]) -> list[Point]:
    """The same of a part of a document. A sentence is quoted once, and so are two that say the same."""
    taken: set[int] = set()
    said: set[str] = set()
    chosen: dict[Section, list[int]] = {}
    for section in _ORDER:
        scored = [
            (_score(unit, section), -index)
            for index, unit in enumerate(units)
            if index not in taken and not unit.text.endswith(":")  # its list says what it announces
        ]
        best: list[int] = []
        for score, negative in sorted(scored, reverse=True):
            words = one_spaced(units[-negative].text).casefold()
            if score <= 0 or len(best) == MOST[section]:
                break
            if words not in said:
                said.add(words)
                best.append(-negative)
        taken.update(best)
        chosen[section] = sorted(best)
    return [_point(section, units[index]) for section in Section for index in chosen[section]]


def _point(section: Section, unit: Unit) -> Point:
    return Point(section.value, unit.text, unit.page, one_spaced(unit.quote), unit.block)


def _score(unit: Unit, section: Section) -> float:
    """0 where the sentence is none of the section's."""
    words = WORDS[section]
    strong = len({match.casefold() for match in words.strong.findall(unit.text)})
    led = bool(words.strong.search(unit.lead) or words.strong.search(unit.heading))
    headed = bool(words.heading.search(unit.heading))
    weak = len({match.casefold() for match in words.weak.findall(unit.text)})
    if section is Section.DEADLINES:
        return _deadline_score(unit, strong + led, headed)
    if section is Section.MANDATORY and not strong and not led:
        return 0.0  # "Requirements" over a sentence makes it none
    if not strong and section in _BY_HEADING and WORDS[Section.MANDATORY].strong.search(unit.text):
        return 0.0  # what must be is a requirement, wherever it stands
    if not (strong or led or (headed and (weak or section in _BY_HEADING))):
        return 0.0
    score = 2.0 * min(strong, 3) + 2.0 * led + 1.5 * headed + 0.5 * min(weak, 3)
    return score + 0.5 * bool(_quantities(unit.text, _SIZES | _TIMES)) - _shortness(unit.text)


def _deadline_score(unit: Unit, cues: int, headed: bool) -> float:
    """A deadline names a day, or so many days from one."""
    dated = bool(find_dates(unit.text))
    if not (dated and (cues or headed)) and not (cues and _quantities(unit.text, _TIMES)):
        return 0.0
    return 3.0 * dated + 2.0 * min(cues, 2) + 1.5 * headed


def _quantities(text: str, units: Iterable[str]) -> list[Decimal]:
    wanted = set(units)
    return [quantity.value for quantity in find_quantities(mask_dates(text)) if quantity.unit in wanted]


def _shortness(text: str) -> float:
    """A few words seldom stand by themselves."""
    return 1.0 if len(text) < 40 else 0.0
