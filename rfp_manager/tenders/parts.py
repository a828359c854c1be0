"""A document cut into parts that a language model can read at once, and each part into places it can name."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from rag.parsing import Block, ParsedDocument
from rfp_manager.tenders.points import one_spaced

# About 5,000 tokens: what small local models read as well, with room for the reply.
PART_CHARACTERS = 16_000
# Where the format has no pages, a place is about this long.
_PLACE_CHARACTERS = 2_500
# Typography that models replace when they copy; one character each, so that positions stay.
_TYPOGRAPHY = str.maketrans("“”„‟«»‘’‚‛–—−‐‑", '""""""\'\'\'\'-----')


@dataclass(frozen=True)
class Place:
    """Blocks that stand together: a page, or a stretch of a document without pages."""

    name: str
    page: int | None
    blocks: tuple[tuple[int, Block], ...]

    @property
    def text(self) -> str:
        """The blocks with their headings, as the model reads them."""
        lines: list[str] = []
        heading: tuple[str, ...] = ()
        for _, block in self.blocks:
            if block.heading_path != heading:
                heading = block.heading_path
                lines.append(f"## {' > '.join(heading)}" if heading else "")
            lines.append(block.text)
        return "\n".join(lines).strip()

    def find_quote(self, quote: str) -> tuple[str, int] | None:
        """The quote in the document's own characters and the block it begins in; None if it does not stand here.

        White space and typography may differ, nothing else. It may run over blocks, and begins and ends with a word.
        """
        wanted = one_spaced(quote).translate(_TYPOGRAPHY)
        pieces = [one_spaced(block.text) for _, block in self.blocks]
        whole = " ".join(pieces)
        plain = whole.translate(_TYPOGRAPHY)
        start = plain.find(wanted) if wanted else -1
        while start >= 0 and _inside_word(plain, start, start + len(wanted)):
            start = plain.find(wanted, start + 1)
        if start < 0:
            return None
        reached = 0
        for (number, _), piece in zip(self.blocks, pieces, strict=True):
            reached += len(piece) + 1
            if start < reached:
                return whole[start : start + len(wanted)], number
        return None


def _inside_word(text: str, start: int, end: int) -> bool:
    before, after = text[start - 1 : start], text[end : end + 1]
    return (before.isalnum() and text[start].isalnum()) or (after.isalnum() and text[end - 1].isalnum())


@dataclass(frozen=True)
class Part:
    places: tuple[Place, ...]

    @property
    def label(self) -> str:
        """How a person finds it: its pages, or nothing."""
        pages = [place.page for place in self.places if place.page is not None]
        if not pages:
            return ""
        return f"page {pages[0]}" if pages[0] == pages[-1] else f"pages {pages[0]} to {pages[-1]}"

    @property
    def text(self) -> str:
        return "\n\n".join(f"{place.name}\n{place.text}" for place in self.places)


def cut_parts(parsed: ParsedDocument) -> list[Part]:
    """In reading order, each of about PART_CHARACTERS at most. Code listings are left out."""
    parts: list[Part] = []
    gathered: list[Place] = []
    length = 0
    for place in _places(parsed):
        if gathered and length + len(place.text) > PART_CHARACTERS:
            parts.append(_named(gathered))
            gathered, length = [], 0
        gathered.append(place)
        length += len(place.text)
    return [*parts, _named(gathered)] if gathered else parts


def _named(places: Sequence[Place]) -> Part:
    return Part(tuple(replace(place, name=f"S{number}") for number, place in enumerate(places, start=1)))


def _places(parsed: ParsedDocument) -> list[Place]:
    places: list[Place] = []
    gathered: list[tuple[int, Block]] = []
    length = 0
    for number, block in enumerate(parsed.blocks):
        if block.kind == "code":
            continue
        for piece in _pieces(block):
            full = length + len(piece.text) > (PART_CHARACTERS if block.page else _PLACE_CHARACTERS)
            if gathered and (block.page != gathered[0][1].page or full):
                places.append(Place("", gathered[0][1].page, tuple(gathered)))
                gathered, length = [], 0
            gathered.append((number, piece))
            length += len(piece.text)
    if gathered:
        places.append(Place("", gathered[0][1].page, tuple(gathered)))
    return places


def _pieces(block: Block) -> list[Block]:
    """A block that is longer than a part (a table of hundreds of rows) in pieces, between lines where it has any."""
    if len(block.text) <= PART_CHARACTERS:
        return [block]
    pieces, rest = [], block.text
    while rest:
        cut = len(rest)
        if cut > PART_CHARACTERS:
            cut = max(
                rest.rfind("\n", 0, PART_CHARACTERS), rest.rfind(" ", PART_CHARACTERS - 500, PART_CHARACTERS)
            )
            cut = cut + 1 if cut > 0 else PART_CHARACTERS
        pieces.append(replace(block, text=rest[:cut]))
        rest = rest[cut:]
    return pieces
