"""A parsed document as units that can be quoted: sentences, list items and table rows, each with its place."""

import re
from dataclasses import dataclass, replace

from rag.parsing import Block, ParsedDocument
from rag.services.sentences import Sentence, split_sentences
from rfp_manager.tenders.dates import begins_with_month

# A line of a table of contents.
_CONTENTS = re.compile(r"\.{4,}|(?:\. ){4,}|…{2,}")
_ORDINAL = re.compile(r"(?<![\d.,])\d{1,2}\.$")
_SHORTEST, _LONGEST = 12, 700
# A list item up to this long is quoted whole: its full stops end abbreviations as often as sentences.
_WHOLE_ITEM = 300


@dataclass(frozen=True)
class Unit:
    """`text` is the unit as a person would write it out, `quote` how it stands in its block.

    `heading` are the headings above it; `lead` is the sentence with a colon that introduces the list it is in.
    """

    text: str
    quote: str
    heading: str
    lead: str
    page: int | None
    block: int


def units_of(parsed: ParsedDocument) -> list[Unit]:
    """In reading order. Code listings and tables of contents are left out."""
    units: list[Unit] = []
    lead = ""
    for number, block in enumerate(parsed.blocks):
        if block.kind == "code":
            continue
        if block.kind != "list_item":
            lead = ""
        found = _units_of_block(block, number, lead)
        units += found
        if block.kind == "paragraph" and block.text.rstrip().endswith(":"):
            lead = found[-1].text if found else ""
    return units


def _units_of_block(block: Block, number: int, lead: str) -> list[Unit]:
    heading = " > ".join(block.heading_path)
    if block.kind == "list_item" and len(block.text) <= _WHOLE_ITEM:
        text = " ".join(block.text.split())
        return [Unit(text, block.text, heading, lead, block.page, number)] if len(text) >= _SHORTEST else []
    return [
        Unit(" ".join(sentence.text.split()), sentence.quote, heading, lead, block.page, number)
        for sentence in _sentences(block.text)
        if _SHORTEST <= len(sentence.text) <= _LONGEST and not _CONTENTS.search(sentence.text)
    ]


def _sentences(text: str) -> list[Sentence]:
    """The block's sentences, those put together again that were cut in the middle of a date ("bis 12. | März")."""
    found: list[Sentence] = []
    for sentence in split_sentences(text):
        if sentence.kind == "list":  # its items come one by one
            continue
        last = found[-1] if found else None
        if last and _ORDINAL.search(last.quote) and begins_with_month(sentence.quote):
            quote = text[last.start : sentence.end]
            found[-1] = replace(last, text=f"{last.text} {sentence.text}", quote=quote, end=sentence.end)
        else:
            found.append(sentence)
    return found
