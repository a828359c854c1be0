"""A table of answers as pairs: which column is which, and what is wrong with a row. Knows no library."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _

from core.storage import read_bytes
from rag.parsing import ParsingError
from rag.parsing.isolation import read_rows_isolated
from solution_library.models import AnswerImport
from solution_library.models.answer import MOST_TAGS, TAG_CHARACTERS
from themis.formatting import format_number

MOST_ROWS = 5_000
MOST_COLUMNS = 60
# Titles and remarks above the names of the columns are no more than this.
HEADING_WITHIN = 15
FIELDS = ("question", "answer", "choice", "tags", "review_by")
# The words by which a column names itself, the surest first.
_HEADINGS = {
    "question": r"question|requirement|frage|anforderung|exigence",
    "answer": r"\banswer|\bresponse|comment|explanation|antwort|r[ée]ponse",
    "choice": r"choice|complian|yes\s*/\s*no|y/n|status",
    "tags": r"\btags?\b|categor|topic|section|domain|keyword",
    "review_by": r"review|expir|valid",
}


@dataclass(frozen=True)
class ImportTable:
    """The rows of the file, all equally wide; `heading` is the number of the one that names the columns, 0 for none."""

    rows: list[list[str]]
    heading: int

    @property
    def headings(self) -> list[str]:
        return self.rows[self.heading - 1] if 0 < self.heading <= len(self.rows) else []


@dataclass(frozen=True)
class ImportRow:
    """One row as a pair, or why it is none. `number` is the row's own in the file, from 1."""

    number: int
    question: str = ""
    answer: str = ""
    choice: str = ""
    tags: tuple[str, ...] = ()
    review_by: date | None = None
    problem: str = ""


def read_table(found: AnswerImport) -> ImportTable:
    """The table of an import that is not finished. Raises StorageError, ParsingError."""
    rows = even_rows(read_bytes(found.file.name or ""), found.file_type)
    return ImportTable(rows, int(found.mapping.get("heading", 0)))


def guess_columns(rows: Sequence[Sequence[str]]) -> tuple[int, dict[str, int]]:
    """The number of the row that names the columns, and field -> column by its words: it may stand below a title.

    0 and nothing unless one of the first rows names both question and answer.
    """
    for number, row in enumerate(rows[:HEADING_WITHIN], start=1):
        if columns := _columns_named(row):
            return number, columns
    return 0, {}


def _columns_named(row: Sequence[str]) -> dict[str, int]:
    found: dict[str, int] = {}
    for field, pattern in _HEADINGS.items():
        for index, heading in enumerate(row):
            if index not in found.values() and len(heading) < 80 and re.search(pattern, heading, re.I):
                found[field] = index
                break
    return found if {"question", "answer"} <= found.keys() else {}


def read_pairs(table: ImportTable, columns: Mapping[str, int]) -> list[ImportRow]:
    """Every row that is not empty, as a pair or with what is wrong with it."""
    rows = enumerate(table.rows[table.heading :], start=table.heading + 1)
    return [_pair(number, row, columns) for number, row in rows if any(row)]


def _pair(number: int, row: Sequence[str], columns: Mapping[str, int]) -> ImportRow:
    values = {
        field: row[index].replace("\0", "").strip()
        for field, index in columns.items()
        if field in FIELDS and 0 <= index < len(row)
    }
    tags = tuple(tag for tag in (tag.strip() for tag in re.split(r"[,;]", values.get("tags", ""))) if tag)
    written = values.get("review_by", "")
    review_by = _date(written)
    problem = ""
    if not values.get("question"):
        problem = _("There is no question in this row.")
    elif not values.get("answer"):
        problem = _("There is no answer in this row.")
    elif len(values.get("choice", "")) > 200:
        problem = _("Its choice has more than 200 characters.")
    elif len(tags) > MOST_TAGS or any(len(tag) > TAG_CHARACTERS for tag in tags):
        problem = _("Its tags are too many or too long: at most 20 of 50 characters each.")
    elif written and review_by is None:
        problem = _("“%(written)s” is no date. Write it as 2027-05-31.") % {"written": written[:40]}
    return ImportRow(
        number,
        question=values.get("question", ""),
        answer=values.get("answer", ""),
        choice=values.get("choice", ""),
        tags=tags,
        review_by=review_by,
        problem=problem,
    )


def _date(written: str) -> date | None:
    try:
        return parse_date(written[:10]) if written else None
    except ValueError:  # well formed, and no day of any calendar
        return None


def even_rows(content: bytes, extension: str) -> list[list[str]]:
    """The rows of a file, all equally wide. Raises ParsingError."""
    rows = read_rows_isolated(content, extension=extension)
    if len(rows) > MOST_ROWS + 1:
        raise ParsingError(
            _("At most %(most)s rows are imported at once. Split the table.")
            % {"most": format_number(MOST_ROWS)}
        )
    width = min(max(len(row) for row in rows), MOST_COLUMNS)
    return [[*row[:width], *[""] * (width - len(row))] for row in rows]
