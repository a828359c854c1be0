"""What a language model says of a document, against the document: what does not stand there is dropped."""

from dataclasses import dataclass

from rag.services.quantities import find_quantities, mask_dates
from rag.services.verification import longest_foreign_run, verify_sentence
from rfp_manager.services.summary_prompts import SECTION_NAMES, SummaryItem, SummaryReply
from rfp_manager.tenders.dates import DateMention, find_dates
from rfp_manager.tenders.parts import Part
from rfp_manager.tenders.points import Point

# A quote of two words proves nothing, and one of a page is none.
_SHORTEST_QUOTE, _LONGEST_QUOTE = 12, 700
_FOREIGN_WORDS = 3


@dataclass(frozen=True)
class Checked:
    points: list[Point]
    dropped: int


def check_reply(reply: SummaryReply, part: Part) -> Checked:
    """The items whose quote stands where they say, and whose numbers and dates stand in the quote."""
    points = [point for item in reply.items if (point := _check(item, part)) is not None]
    return Checked(points, len(reply.items) - len(points))


def _check(item: SummaryItem, part: Part) -> Point | None:
    section = SECTION_NAMES.get(item.section.casefold().replace(" ", "_"))
    place = next((place for place in part.places if place.name == item.place.strip(" []()").upper()), None)
    if section is None or place is None or not item.text:
        return None
    if not _SHORTEST_QUOTE <= len(item.quote) <= _LONGEST_QUOTE:
        return None
    found = place.find_quote(item.quote)
    if found is None:
        return None
    quote, block = found
    if not _numbers_hold(item.text, quote):
        return None
    # In other words than the quote's it may say something else: then the quote speaks for itself.
    text = item.text if _says_the_same(item.text, quote) else quote
    return Point(section.value, text, place.page, quote, block)


def _says_the_same(text: str, quote: str) -> bool:
    if len(text) > len(quote) + 200 or len(longest_foreign_run(text, quote)) >= _FOREIGN_WORDS:
        return False
    return verify_sentence(text, quote).supported


def _numbers_hold(text: str, quote: str) -> bool:
    quoted_dates = [_date_key(mention) for mention in find_dates(quote)]
    if any(_date_key(mention) not in quoted_dates for mention in find_dates(text)):
        return False
    there = find_quantities(_without_dates(quote))
    return all(
        any(
            known.value == number.value and (not number.unit or known.unit in ("", number.unit))
            for known in there
        )
        for number in find_quantities(_without_dates(text))
    )


def _date_key(mention: DateMention) -> tuple[object, ...]:
    """An ambiguous date is the same as itself only: read one way, it is no longer what stands there."""
    return mention.days


def _without_dates(text: str) -> str:
    for mention in reversed(find_dates(text)):
        text = text[: mention.start] + " " * (mention.end - mention.start) + text[mention.end :]
    return mask_dates(text)
