"""The layout of a question workbook: which sheets ask, in which cells, and where the answers belong.

These are values: what detection returns, what a person corrects, what is stored as JSON and loaded again.
Rows count from 1 and columns are letters, as the customer sees them.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple, Self

from core.words import gettext_noop

CHOICE = gettext_noop("choice")
NARRATIVE = gettext_noop("narrative")
EVIDENCE = gettext_noop("evidence")
CODE = gettext_noop("code")
VALUE, TICK = "value", "tick"
# Instead of a number of rows: the answer stands in the first drawn blank under its question.
NEXT_BOX = -1
# Instead of a number of rows: each option stands in a row of its own under the question, to be marked there.
OPTION_ROWS = -2


@dataclass(frozen=True, slots=True)
class AnswerColumn:
    """`role` is choice, narrative, evidence or code. A "tick" column stands for one `option`, to be marked.

    `below`: so many rows under its question the answer stands; 0 where that is plain, beside it or right under it;
    NEXT_BOX where each question has its own number of hints before the blank; OPTION_ROWS where its options stand
    one below another, each with its own cell to be marked.
    """

    column: str
    role: str
    kind: str = VALUE
    option: str | None = None
    below: int = 0

    def to_dict(self) -> dict[str, Any]:
        data: dict[str, Any] = {"column": self.column, "role": self.role}
        if self.kind == TICK:
            data |= {"kind": self.kind, "option": self.option}
        return data | {"below": self.below} if self.below else data

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Self:
        kind = data.get("kind", VALUE)
        return cls(data["column"], data["role"], kind, data.get("option"), data.get("below", 0))


class AnswerCell(NamedTuple):
    """One cell to be answered. `allowed` lists the only legal values; None where any text is, or none is known."""

    cell: str
    role: str
    kind: str = VALUE
    allowed: tuple[str, ...] | None = None
    filled: bool = False
    option: str | None = None

    def to_dict(self) -> dict[str, Any]:
        data: dict[str, Any] = {
            "cell": self.cell,
            "role": self.role,
            "kind": self.kind,
            "allowed": None if self.allowed is None else list(self.allowed),
            "filled": self.filled,
        }
        if self.kind == TICK:
            data["option"] = self.option
        return data

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Self:
        allowed = data.get("allowed")
        return cls(
            data["cell"],
            data["role"],
            data.get("kind", VALUE),
            None if allowed is None else tuple(allowed),
            bool(data.get("filled", False)),
            data.get("option"),
        )


class QuestionRow(NamedTuple):
    """One question. Identifiers need not be unique; `section` is the heading that it stands under."""

    row: int
    identifier: str | None
    section: str | None
    text: str
    answers: tuple[AnswerCell, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        return {
            "row": self.row,
            "identifier": self.identifier,
            "section": self.section,
            "text": self.text,
            "answers": [answer.to_dict() for answer in self.answers],
        }

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Self:
        return cls(
            data["row"],
            data.get("identifier"),
            data.get("section"),
            data["text"],
            tuple(AnswerCell.from_dict(answer) for answer in data.get("answers", ())),
        )


@dataclass(frozen=True, slots=True)
class TableLayout:
    """One of several question tables on a sheet, beside or below one another."""

    header_rows: tuple[int, ...]
    first_row: int
    last_row: int
    id_column: str | None
    question_column: str
    section_column: str | None
    answer_columns: tuple[AnswerColumn, ...]

    def to_dict(self) -> dict[str, Any]:
        return {
            "header_rows": list(self.header_rows),
            "first_row": self.first_row,
            "last_row": self.last_row,
            "id_column": self.id_column,
            "question_column": self.question_column,
            "section_column": self.section_column,
            "answer_columns": [column.to_dict() for column in self.answer_columns],
        }

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Self:
        return cls(
            tuple(data["header_rows"]),
            data["first_row"],
            data["last_row"],
            data.get("id_column"),
            data["question_column"],
            data.get("section_column"),
            tuple(AnswerColumn.from_dict(column) for column in data["answer_columns"]),
        )


@dataclass(frozen=True, slots=True)
class SheetLayout:
    """One sheet. A sheet that asks nothing has no columns and no questions, but says why in `evidence`.

    The columns are those of the first table; `tables` lists all of them where a sheet holds several.
    """

    sheet: str
    is_question_sheet: bool = False
    state: str = "visible"
    header_rows: tuple[int, ...] = ()
    id_column: str | None = None
    question_column: str | None = None
    section_column: str | None = None
    answer_columns: tuple[AnswerColumn, ...] = ()
    evidence: tuple[str, ...] = ()
    questions: tuple[QuestionRow, ...] = field(default=(), repr=False)
    tables: tuple[TableLayout, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        data: dict[str, Any] = {
            "sheet": self.sheet,
            "is_question_sheet": self.is_question_sheet,
            "state": self.state,
            "header_rows": list(self.header_rows),
            "id_column": self.id_column,
            "question_column": self.question_column,
            "section_column": self.section_column,
            "answer_columns": [column.to_dict() for column in self.answer_columns],
            "evidence": list(self.evidence),
            "questions": [question.to_dict() for question in self.questions],
        }
        if len(self.tables) > 1:
            data["tables"] = [table.to_dict() for table in self.tables]
        return data

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Self:
        return cls(
            sheet=data["sheet"],
            is_question_sheet=bool(data.get("is_question_sheet", False)),
            state=data.get("state", "visible"),
            header_rows=tuple(data.get("header_rows", ())),
            id_column=data.get("id_column"),
            question_column=data.get("question_column"),
            section_column=data.get("section_column"),
            answer_columns=tuple(AnswerColumn.from_dict(item) for item in data.get("answer_columns", ())),
            evidence=tuple(data.get("evidence", ())),
            questions=tuple(QuestionRow.from_dict(item) for item in data.get("questions", ())),
            tables=tuple(TableLayout.from_dict(item) for item in data.get("tables", ())),
        )


@dataclass(frozen=True, slots=True)
class WorkbookLayout:
    """Every sheet of a workbook, in its order."""

    sheets: tuple[SheetLayout, ...]

    def sheet(self, name: str) -> SheetLayout | None:
        return next((sheet for sheet in self.sheets if sheet.sheet == name), None)

    @property
    def question_count(self) -> int:
        return sum(len(sheet.questions) for sheet in self.sheets)

    def to_dict(self) -> dict[str, Any]:
        return {"sheets": [sheet.to_dict() for sheet in self.sheets]}

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Self:
        return cls(tuple(SheetLayout.from_dict(sheet) for sheet in data["sheets"]))
