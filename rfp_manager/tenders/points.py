"""What a summary is made of: short texts under six headings, each with the words of the document it rests on."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any

from core.words import gettext_noop


class Section(StrEnum):
    """The headings of every summary and brief, in the order in which they are read. The value is the title."""

    ASKED = gettext_noop("What is asked for")
    SCOPE = gettext_noop("Scope")
    DEADLINES = gettext_noop("Deadlines")
    EVALUATION = gettext_noop("Evaluation criteria")
    MANDATORY = gettext_noop("Mandatory requirements")
    RED_FLAGS = gettext_noop("Red flags")


@dataclass(frozen=True)
class Point:
    """`quote` is verbatim but for white space. `page` is None where the format has no pages.

    `block` is the position of the quote's block in the parsed document, None in summaries from before it was kept.
    """

    topic: str
    text: str
    page: int | None
    quote: str
    block: int | None = None

    @property
    def is_quotation(self) -> bool:
        """Whether the text is the document's own words, so that showing the quote as well says nothing new."""
        return _plain(self.text) == _plain(self.quote)

    @property
    def shown_quote(self) -> str:
        """The quote for the eye: a table's row without the marks between its cells."""
        return " · ".join(cell.strip() for cell in self.quote.strip("| ").split(" | "))


def points_to_json(points: Iterable[Point]) -> list[dict[str, Any]]:
    return [asdict(point) for point in points]


def points_from_json(rows: Iterable[Mapping[str, Any]]) -> list[Point]:
    """Also rows from before quotes were kept apart: their text is the quote."""
    return [
        Point(row["topic"], row["text"], row.get("page"), row.get("quote") or row["text"], row.get("block"))
        for row in rows
    ]


def one_spaced(text: str) -> str:
    return " ".join(text.split())


def _plain(text: str) -> str:
    """Without white space and what stands between the cells of a table's row."""
    return re.sub(r"[\s|:;]+", " ", text).strip()
