"""What changed from one text to another, word by word."""

import re
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Literal

# Past this many words the comparison would take longer than a reader's patience.
_MOST_WORDS = 6_000
# A number is one piece with its separators: of "2,000" and "5,000", shown in one line, nobody is to read 25,000.
_PIECE = re.compile(r"\s+|\d+(?:[.,]\d+)*|\w+|[^\w\s]")


@dataclass(frozen=True)
class Piece:
    """A run of text that both have, or only the one before ("removed"), or only the one after ("added")."""

    kind: Literal["same", "removed", "added"]
    text: str


def compare_words(before: str, after: str) -> list[Piece]:
    """The pieces in reading order; those not "added" make `before`, those not "removed" make `after`."""
    old, new = _PIECE.findall(before), _PIECE.findall(after)
    if len(old) + len(new) > _MOST_WORDS:
        pieces = (
            [Piece("removed", before), Piece("added", after)] if before != after else [Piece("same", after)]
        )
        return [piece for piece in pieces if piece.text]
    pieces = []
    removed = added = ""
    steps = SequenceMatcher(None, old, new, autojunk=False).get_opcodes()
    for number, (tag, old_from, old_to, new_from, new_to) in enumerate(steps):
        shared = "".join(new[new_from:new_to]) if tag == "equal" else ""
        if shared and (number in (0, len(steps) - 1) or not shared.isspace()):
            pieces += [Piece("removed", removed), Piece("added", added), Piece("same", shared)]
            removed = added = ""
            continue
        # A blank that both have between two changed words belongs to the change: sentences are read, not words in turn.
        removed += "".join(old[old_from:old_to])
        added += "".join(new[new_from:new_to])
    pieces += [Piece("removed", removed), Piece("added", added)]
    return [piece for piece in pieces if piece.text]
