"""What a drafter returns, whichever it is."""

from dataclasses import dataclass
from typing import Literal

from rag.providers.llm.base import TokenUsage
from rag.services.passages import Passage

DraftStatus = Literal["supported", "needs_review", "no_answer"]
DraftOrigin = Literal["extractive", "library", "llm"]


@dataclass(frozen=True)
class DraftCitation:
    """`quote` stands in the passage's text exactly so."""

    passage: Passage
    quote: str


@dataclass(frozen=True)
class DraftSentence:
    text: str
    citations: tuple[DraftCitation, ...]


@dataclass(frozen=True)
class UnsupportedSentence:
    """A sentence that a language model wrote and no passage bears out; `reasons` are sentences that say why."""

    text: str
    reasons: tuple[str, ...]


@dataclass(frozen=True)
class DraftPart:
    """One part of a question of several: whether the draft covers it, and by which of its sentences (from 0).

    `covered` is None where it was not checked.
    """

    text: str
    covered: bool | None
    sentences: tuple[int, ...] = ()


@dataclass(frozen=True)
class Draft:
    """A drafted answer with its proof, or an honest gap (`no_answer`: no text, no choice).

    `confidence` runs from 0 to 1. `missing` says, in a sentence, what the library would have to say. `unsupported`
    is shown to people and is no part of `text`. `usage` is what a language model counted for it. `parts` are those of a
    question that has several; empty for any other.
    """

    text: str
    choice: str
    status: DraftStatus
    confidence: float
    origin: DraftOrigin
    missing: str
    sentences: tuple[DraftSentence, ...]
    unsupported: tuple[UnsupportedSentence, ...] = ()
    usage: TokenUsage | None = None
    parts: tuple[DraftPart, ...] = ()

    @property
    def open_parts(self) -> int:
        """How many parts the draft is known to leave unanswered."""
        return sum(part.covered is False for part in self.parts)
