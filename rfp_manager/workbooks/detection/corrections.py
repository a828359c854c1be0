"""What a person says about a sheet: one correction at a time, kept as JSON and replayed on what was detected."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

from core.words import gettext as _
from rfp_manager.workbooks.layout import CHOICE, CODE, EVIDENCE, NARRATIVE
from rfp_manager.workbooks.package import WorkbookError
from rfp_manager.workbooks.reading.references import LAST_COLUMN, LAST_ROW, column_letters, column_number

QUESTION, IDENTIFIER, SECTION, OPTION, NOTHING = "question", "identifier", "section", "option", "nothing"
HEADER, QUESTIONS, NOT_QUESTIONS = "header", "questions", "not_questions"
THIS_SHEET, NOT_THIS_SHEET, RESET = "this_sheet", "not_this_sheet", "reset"

ANSWER_ACTIONS = (CHOICE, NARRATIVE, EVIDENCE, CODE, OPTION)
COLUMN_ACTIONS = (QUESTION, IDENTIFIER, SECTION, *ANSWER_ACTIONS, NOTHING)
ROW_ACTIONS = (HEADER, QUESTIONS, NOT_QUESTIONS)
SHEET_ACTIONS = (THIS_SHEET, NOT_THIS_SHEET, RESET)
ACTIONS = (*COLUMN_ACTIONS, *ROW_ACTIONS, *SHEET_ACTIONS)

_SELECTION = re.compile(r"\$?([A-Z]{1,3})?\$?(\d{1,7})?(?::\$?([A-Z]{1,3})?\$?(\d{1,7})?)?")


class CorrectionRefused(WorkbookError):
    """The correction makes no sense on this sheet; the message says what to select instead."""


@dataclass(frozen=True, slots=True)
class Selection:
    """Cells as a person selects them: "C" or "C:D" (columns), "5:9" (rows), "B5" or "B5:C9". Both ends included."""

    rows: tuple[int, int] | None = None
    columns: tuple[int, int] | None = None

    @classmethod
    def parse(cls, text: str) -> Self:
        """Raises CorrectionRefused for what is no selection."""
        match = _SELECTION.fullmatch(text.strip().upper().replace(" ", ""))
        if match is None or (not match[1] and not match[2]) or not _alike(match):
            raise CorrectionRefused(
                _('Select cells first: a column as "C", rows as "5:9", or cells as "B5:C9".')
            )
        column, row, last_column, last_row = match.groups()
        columns = _ordered(column_number(column), column_number(last_column or column)) if column else None
        rows = _ordered(int(row), int(last_row or row)) if row else None
        if (columns and columns[1] > LAST_COLUMN) or (rows and not 0 < rows[0] <= rows[1] <= LAST_ROW):
            raise CorrectionRefused(_("There are no such cells on a sheet. Select cells inside the sheet."))
        return cls(rows, columns)

    def __str__(self) -> str:
        letters = [column_letters(column) for column in self.columns or ()]
        numbers = [str(row) for row in self.rows or ()]
        if letters and numbers:
            first, last = letters[0] + numbers[0], letters[1] + numbers[1]
        else:
            first, last = letters or numbers or ["", ""]
        return first if first == last and letters else f"{first}:{last}".strip(":")


def _alike(match: "re.Match[str]") -> bool:
    """Both ends name the same things: "5:C" and "B5:" are no areas."""
    one_end = ":" not in match[0]
    return one_end or (bool(match[1]), bool(match[2])) == (bool(match[3]), bool(match[4]))


def _ordered(first: int, last: int) -> tuple[int, int]:
    return (first, last) if first <= last else (last, first)


@dataclass(frozen=True, slots=True)
class Correction:
    """`action` is one of ACTIONS. `table` counts the sheet's tables from 0; None lets the selection decide."""

    action: str
    selection: Selection = Selection()
    table: int | None = None

    def to_dict(self) -> dict[str, Any]:
        data: dict[str, Any] = {"action": self.action, "selection": str(self.selection)}
        return data if self.table is None else data | {"table": self.table}

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Self:
        text = data.get("selection", "")
        return cls(data["action"], Selection.parse(text) if text else Selection(), data.get("table"))
