"""What goes into filling a workbook and what comes out: answers, outcomes, proof."""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from core.words import gettext_noop

Value = str | int | float | bool | None


@dataclass(frozen=True)
class CellAnswer:
    """What is to stand in a cell.

    Text is written as text, whatever it begins with; int, float and bool as such. None and "" mean that there
    is no answer: the cell is left as it is, never emptied.
    """

    sheet: str
    cell: str
    value: Value


class Status(StrEnum):
    """What became of an answer. Every status except FILLED leaves the cell as it was."""

    FILLED = gettext_noop("filled")
    EMPTY = gettext_noop("empty")
    UNKNOWN_SHEET = gettext_noop("unknown sheet")
    UNKNOWN_CELL = gettext_noop("unknown cell")
    FORMULA = gettext_noop("formula")
    LOCKED = gettext_noop("locked")
    NOT_IN_LIST = gettext_noop("not in the list")
    TOO_LONG = gettext_noop("too long")
    INVALID = gettext_noop("invalid")
    CHANGED = gettext_noop("changed since import")


@dataclass(frozen=True)
class CellOutcome:
    """What became of one answer: `sheet` and `cell` as asked for, `written_to` the cell that took it."""

    sheet: str
    cell: str
    status: Status
    detail: str = ""
    written_to: str | None = None

    def to_dict(self) -> dict[str, Any]:
        return {
            "sheet": self.sheet,
            "cell": self.cell,
            "status": self.status.value,
            "detail": self.detail,
            "written_to": self.written_to,
        }


@dataclass(frozen=True)
class PartProof:
    """SHA-256 of one part's unpacked content before and after; None where the part does not exist.

    `change` is "untouched", "rewritten" or "removed".
    """

    part: str
    before: str | None
    after: str | None
    change: str

    def to_dict(self) -> dict[str, Any]:
        return {"part": self.part, "before": self.before, "after": self.after, "change": self.change}


@dataclass
class FillReport:
    """The account of one filled workbook.

    `outcomes` has one entry per answer, in the order given. `written` holds each cell that was changed, once,
    with the value that now stands in it. `parts` is the proof, in the order of the package.
    """

    outcomes: list[CellOutcome] = field(default_factory=list)
    written: list[CellAnswer] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    parts: list[PartProof] = field(default_factory=list)

    @property
    def filled(self) -> int:
        """How many answers stand in the workbook now."""
        return sum(outcome.status is Status.FILLED for outcome in self.outcomes)

    @property
    def skipped(self) -> list[CellOutcome]:
        return [outcome for outcome in self.outcomes if outcome.status is not Status.FILLED]

    def with_status(self, status: Status) -> list[CellOutcome]:
        return [outcome for outcome in self.outcomes if outcome.status is status]

    @property
    def rewritten(self) -> list[str]:
        """The parts that are no longer what they were, removed ones included."""
        return [part.part for part in self.parts if part.change != "untouched"]

    def to_dict(self) -> dict[str, Any]:
        """The report as JSON can carry it."""
        counts = {status.value: len(self.with_status(status)) for status in Status}
        return {
            "filled": self.filled,
            "counts": counts,
            "skipped": [outcome.to_dict() for outcome in self.skipped],
            "notes": [o.to_dict() for o in self.with_status(Status.FILLED) if o.detail],
            "warnings": list(self.warnings),
            "rewritten": self.rewritten,
            "parts": [part.to_dict() for part in self.parts],
        }
