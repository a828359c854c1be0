"""Cuts a parsed document into passages that the embedding model can read whole."""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from math import ceil

from rag.parsing import ParsedDocument
from rag.services.chunk_units import Section, Unit, document_sections

CONTEXT_SEPARATOR = " > "
# The prefix that places a passage must not crowd out its text.
_MAX_CONTEXT_CHARS = 240
_MAX_CONTEXT_PART_CHARS = 90
# A section with fewer tokens says too little by itself and joins its neighbour.
SMALL_SECTION_TOKENS = 32
# It joins where both take no more than this part of the budget: one divided by so much, as all of these are.
_MERGED_AT_MOST = 2
# So much of the budget is left to the text, however long its context is.
_TEXT_AT_LEAST = 4
# Tokens of whole sentences that a passage repeats of the one before it, and the part of its room that they may take.
OVERLAP_TOKENS = 32
_OVERLAP_AT_MOST = 4
# The header of a table is repeated where it leaves this part of the room to the rows.
_ROWS_AT_LEAST = 2
# At the end of a paragraph a passage is full once it has this share of what it should have.
_FULL_ENOUGH = 0.85
# A word of more than so many characters for each token that there is room for is cut without asking the model.
_LONGEST_WORD = 4
_WORD = re.compile(r"[^\W_]+")

TokenCounter = Callable[[list[str]], list[int]]


@dataclass(frozen=True)
class Chunk:
    """One passage. `token_count` is what the model reads: context prefix, text and special tokens.

    The first `overlap_chars` characters of `text` repeat what the passage before it said (whole
    sentences, or the header of a table that goes on); without them all passages together are the
    document's text, once.
    """

    index: int
    text: str
    heading_path: tuple[str, ...]
    page: int | None
    page_end: int | None
    token_count: int
    overlap_chars: int = 0


def chunk_context(title: str | None, heading_path: Sequence[str]) -> str:
    """Where a passage stands, "title > heading > heading", for embedding and for the lexical index.

    Long headings are cut short, and the middle of a long path is left out.
    """
    parts: list[str] = []
    for part in [*(title or "").split(CONTEXT_SEPARATOR), *heading_path]:
        part = " ".join(part.split())
        if len(part) > _MAX_CONTEXT_PART_CHARS:
            part = part[: _MAX_CONTEXT_PART_CHARS - 1].rstrip() + "…"
        if part and (not parts or part.casefold() != parts[-1].casefold()):
            parts.append(part)
    while len(parts) > 2 and len(CONTEXT_SEPARATOR.join(parts)) > _MAX_CONTEXT_CHARS:
        del parts[1]
    return CONTEXT_SEPARATOR.join(parts)


def context_title(title: str, stated: str | None) -> str:
    """The title that people know a document by, and the one that it states itself where that says more.

    A file's name is often a number or a date; what the document is about stands on its first page.
    """
    known = set(_WORD.findall(title.casefold()))
    if not stated or known >= set(_WORD.findall(stated.casefold())):
        return title
    return f"{title}{CONTEXT_SEPARATOR}{stated}" if title else stated


def passage_text(context: str, text: str) -> str:
    """What is embedded for a chunk: its context on a line of its own, then its text."""
    return f"{context}\n{text}" if context else text


def chunk_document(
    parsed: ParsedDocument, *, count_tokens: TokenCounter, budget: int = 256, overlap: int = OVERLAP_TOKENS
) -> list[Chunk]:
    """Passages of at most `budget` tokens, prefix and special tokens included, in reading order.

    `count_tokens` gives, for each text, the tokens that the model would read with its special tokens.
    Sections are cut only where they exceed the budget; there, up to `overlap` tokens of whole sentences
    are repeated. The same document always gives the same chunks.
    """
    counter = _Counter(count_tokens)
    drafts: list[_Draft] = []
    for section in _merge_small(document_sections(parsed.blocks), counter, budget):
        context = chunk_context(parsed.title, section.path)
        room = max(budget - counter.special - counter.one(context), budget // _TEXT_AT_LEAST)
        drafts.extend(_cut(section, counter, room, min(overlap, room // _OVERLAP_AT_MOST)))
    texts = [passage_text(chunk_context(parsed.title, draft.path), draft.text) for draft in drafts]
    totals = count_tokens(texts) if texts else []
    return [
        Chunk(index, draft.text, draft.path, draft.page, draft.page_end, total, draft.overlap_chars)
        for index, (draft, total) in enumerate(zip(drafts, totals, strict=True))
    ]


class _Counter:
    """Token counts without the special tokens, each text counted once."""

    def __init__(self, count_tokens: TokenCounter) -> None:
        self._count = count_tokens
        self.special = count_tokens([""])[0]
        self._known: dict[str, int] = {"": 0}

    def one(self, text: str) -> int:
        return self.many([text])[0]

    def many(self, texts: Sequence[str]) -> list[int]:
        unknown = [text for text in dict.fromkeys(texts) if text not in self._known]
        if unknown:
            for text, count in zip(unknown, self._count(unknown), strict=True):
                self._known[text] = max(count - self.special, 0)
        return [self._known[text] for text in texts]


@dataclass(frozen=True)
class _Draft:
    path: tuple[str, ...]
    text: str
    page: int | None
    page_end: int | None
    overlap_chars: int


def _merge_small(sections: list[Section], counter: _Counter, budget: int) -> list[Section]:
    """Joins a small section to its neighbour under the same parent; its own heading becomes a line of text."""
    merged: list[tuple[Section, int]] = []
    for section in sections:
        size = sum(counter.many([unit.text for unit in section.units]))
        if merged:
            last, last_size = merged[-1]
            common = _common_path(last.path, section.path)
            related = len(common) >= max(len(section.path), len(last.path)) - 1
            small = (
                min(size, last_size) < SMALL_SECTION_TOKENS and last_size + size <= budget // _MERGED_AT_MOST
            )
            if related and small:
                units = (*_with_heading(last, common), *_with_heading(section, common))
                merged[-1] = (Section(common, units), sum(counter.many([unit.text for unit in units])))
                continue
        merged.append((section, size))
    return [section for section, _ in merged]


def _common_path(left: tuple[str, ...], right: tuple[str, ...]) -> tuple[str, ...]:
    length = 0
    while length < min(len(left), len(right)) and left[length] == right[length]:
        length += 1
    return left[:length]


def _with_heading(section: Section, common: tuple[str, ...]) -> Sequence[Unit]:
    own = section.path[len(common) :]
    if not own:
        return section.units
    first = section.units[0]
    heading = Unit(CONTEXT_SEPARATOR.join(own), "\n\n", first.page, starts_block=True)
    return (heading, replace(first, glue="\n"), *section.units[1:])


def _cut(section: Section, counter: _Counter, room: int, overlap: int) -> Iterator[_Draft]:
    """The section whole if it fits, else cut into passages of about equal size."""
    units = [piece for unit in section.units for piece in _fitting(unit, counter, room)]
    sizes = counter.many([unit.text for unit in units])
    left = sum(sizes)
    start = 0
    while start < len(units):
        lead, lead_size = _lead(units, sizes, start, overlap, counter)
        if lead_size + sizes[start] > room:
            lead, lead_size = "", 0
        passages = ceil((left + lead_size) / room)
        # The last passage takes all that is left; those before it take an equal share each.
        target = (left + lead_size) / passages if passages > 1 else room
        end, filled = start, lead_size
        while end < len(units) and filled + sizes[end] <= room:
            # Past the fair share, or close to it at the end of a paragraph, the passage is full.
            if end > start and filled >= target * (_FULL_ENOUGH if units[end].starts_block else 1.0):
                break
            filled += sizes[end]
            end += 1
        end = max(end, start + 1)
        yield _draft(section.path, units[start:end], lead)
        left -= sum(sizes[start:end])
        start = end


def _lead(
    units: list[Unit], sizes: list[int], start: int, overlap: int, counter: _Counter
) -> tuple[str, int]:
    """What the passage that begins at `start` repeats: a table's header, or the sentences before it."""
    first = units[start]
    if start == 0:
        return "", 0
    if first.header:
        return f"{first.header}\n", counter.one(first.header)
    begin, size = start, 0
    while begin > 0 and units[begin - 1].is_sentence and size + sizes[begin - 1] <= overlap:
        begin -= 1
        size += sizes[begin]
    if begin == start or not first.is_sentence:
        return "", 0
    return _join(units[begin:start]) + first.glue, size


def _join(units: Sequence[Unit]) -> str:
    return units[0].text + "".join(unit.glue + unit.text for unit in units[1:])


def _draft(path: tuple[str, ...], units: list[Unit], lead: str) -> _Draft:
    return _Draft(path, lead + _join(units), units[0].page, units[-1].page, len(lead))


def _fitting(unit: Unit, counter: _Counter, room: int) -> Iterator[Unit]:
    """The unit, or, where it alone exceeds the room, its parts at word ends (inside a word only if it must)."""
    limit = room - counter.one(unit.header) if unit.header else room
    if limit < room // _ROWS_AT_LEAST:
        # A header this long cannot be repeated.
        unit, limit = replace(unit, header=""), room
    if counter.one(unit.text) <= limit:
        yield unit
        return
    words = [part for word in unit.text.split() for part in _fitting_word(word, counter, limit)]
    sizes = counter.many(words)
    group: list[str] = []
    filled = 0
    is_first = True
    for word, size in zip(words, sizes, strict=True):
        if group and filled + size > limit:
            yield _part(unit, group, is_first)
            group, filled, is_first = [], 0, False
        group.append(word)
        filled += size
    yield _part(unit, group, is_first)


def _part(unit: Unit, words: list[str], is_first: bool) -> Unit:
    text = " ".join(words)
    if is_first:
        return replace(unit, text=text, is_sentence=False)
    return replace(unit, text=text, glue=" ", starts_block=False, is_sentence=False)


def _fitting_word(word: str, counter: _Counter, limit: int) -> Iterator[str]:
    """A word, or slices of it when it alone is too long for a passage."""
    if len(word) <= limit or (counter.one(word) <= limit and len(word) < _LONGEST_WORD * limit):
        yield word
        return
    for start in range(0, len(word), limit):
        yield word[start : start + limit]
