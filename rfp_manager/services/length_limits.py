"""How long an answer may be: what the question itself says, and what a cell holds."""

import re
from dataclasses import dataclass

from rfp_manager.workbooks.writing.values import CELL_UNITS, clean_text, utf16_length

_NUMBER = r"(\d{1,3}(?:[,.  ]\d{3})+|\d{2,6})"
_UNIT = r"\s*(?:characters?|chars?|zeichen|caractères)\b"
_ASKED = re.compile(
    rf"\b(?:max(?:imum|imal|\.)?(?:\s+of)?|limit(?:ed)?(?:\s*(?:to|of|:))?|up\s+to|at\s+most|no\s+more\s+than|"
    rf"(?:must\s+|may\s+)?not\s+exceed|höchstens|bis\s+zu|au\s+plus|maximum\s+de)[\s:]*{_NUMBER}{_UNIT}|"
    rf"{_NUMBER}{_UNIT}\s*(?:max(?:imum|imal|\.)?|limit|or\s+(?:less|fewer)|au\s+maximum)",
    re.IGNORECASE,
)
# From here on the person is told how much is left.
_NEAR = 0.9


@dataclass(frozen=True)
class Length:
    """How much of what is allowed a text takes, counted as Excel does (beyond the basic plane: twice)."""

    used: int
    limit: int
    asked: bool  # the question names the limit; else it is the cell's

    @property
    def near(self) -> int:
        """From how many characters on it is worth a warning."""
        return int(self.limit * _NEAR)


def length_of(text: str, *, question: str) -> Length:
    """The text's length against the limit that the question names in words, else that of a cell."""
    asked = asked_limit(question)
    return Length(utf16_length(clean_text(text)), asked or CELL_UNITS, asked is not None)


def asked_limit(question: str) -> int | None:
    """The smallest number of characters that the question permits in so many words."""
    found = [int(re.sub(r"\D", "", first or second)) for first, second in _ASKED.findall(question)]
    return min((limit for limit in found if 0 < limit < CELL_UNITS), default=None)
