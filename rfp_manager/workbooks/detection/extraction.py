"""Turning findings into questions: texts, identifiers, sections, answer cells."""

from collections.abc import Sequence
from itertools import repeat

from rfp_manager.workbooks.detection.answer_cells import answer_cells
from rfp_manager.workbooks.detection.answers import AnswerRole
from rfp_manager.workbooks.detection.findings import Finding
from rfp_manager.workbooks.detection.requests import requests
from rfp_manager.workbooks.detection.text_shape import (
    is_identifier,
    is_statement,
    leading_identifier,
    normalised,
    word_count,
)
from rfp_manager.workbooks.layout import AnswerColumn, QuestionRow, TableLayout
from rfp_manager.workbooks.reading.allowed_values import AllowedValues
from rfp_manager.workbooks.reading.grid import Grid
from rfp_manager.workbooks.reading.references import column_letters

SECTION_WORDS = 14
# What stands between a question and the word that parts it.
PART = " – "


def extract_rows(grid: Grid, allowed: AllowedValues, finding: Finding) -> list[QuestionRow]:
    """The questions of one table, from top to bottom."""
    rows = finding.rows
    texts = _anchored(grid, finding.question, rows)
    identifiers: Sequence[str | None] = [None] * len(rows)
    if finding.identifier is not None:
        identifiers = [text or None for text in _anchored(grid, finding.identifier, rows)]
    elif _identifiers_inside(texts[:200]):
        identifiers = [parts[0] if (parts := leading_identifier(text)) else None for text in texts]
    sections = _Sections(grid, finding).of_rows()
    answers = answer_cells(grid, allowed, finding)
    cells = zip(rows, identifiers, sections, _told_whole(grid, finding, texts), answers, strict=True)
    return list(map(tuple.__new__, repeat(QuestionRow), cells))


def _told_whole(grid: Grid, finding: Finding, texts: list[str]) -> list[str]:
    """A word that parts a question, which is merged over the rows of its parts, is told behind it."""
    section = finding.section
    if section is None or section >= finding.question or not grid.merged_rows:
        return texts
    told = list(texts)
    for at, row in enumerate(finding.rows):
        area = grid.merge(row, section)
        if area is None or area.last_row == area.first_row or is_statement(told[at]):
            continue
        whole = grid.text(*grid.anchor(row, section))
        if requests(whole) and is_statement(whole):
            told[at] = f"{whole}{PART}{told[at]}"
    return told


def _anchored(grid: Grid, column: int, rows: Sequence[int]) -> list[str]:
    """The texts of a column, where a merged area speaks for all its rows."""
    texts = list(grid.texts(column, rows))
    if grid.merged_rows:
        for at, row in enumerate(rows):
            if row in grid.merged_rows:
                texts[at] = grid.text(*grid.anchor(row, column))
    return texts


def table_layout(finding: Finding) -> TableLayout:
    """The table's columns by letter."""
    table = finding.table
    return TableLayout(
        header_rows=tuple(sorted(table.heading_rows)),
        first_row=table.first_row,
        last_row=table.last_row,
        id_column=column_letters(finding.identifier) if finding.identifier else None,
        question_column=column_letters(finding.question),
        section_column=column_letters(finding.section) if finding.section else None,
        answer_columns=tuple(answer_column(finding, answer) for answer in finding.answers),
    )


def answer_column(finding: Finding, answer: AnswerRole) -> AnswerColumn:
    # In the question's own column an answer stands right below, unless something else is said.
    usual = int(answer.column == finding.question)
    below = answer.below if answer.below != usual else 0
    return AnswerColumn(column_letters(answer.column), answer.role, answer.kind, answer.option, below)


def _identifiers_inside(texts: list[str]) -> bool:
    return sum(leading_identifier(text) is not None for text in texts) >= 0.6 * max(len(texts), 1)


class _Sections:
    """What section a row stands under, from a column, a title row between the questions, or a repeated heading."""

    def __init__(self, grid: Grid, finding: Finding) -> None:
        self._grid = grid
        self._finding = finding
        self._headings = {heading.last_row: heading for heading in finding.table.headings}
        self._common = _common_titles(finding)
        self._current: str | None = None
        headings = finding.table.headings
        self._next = headings[0].rows[0] if headings else finding.table.first_row

    def of_rows(self) -> list[str | None]:
        """The section of each question row of the table."""
        rows, section = self._finding.rows, self._finding.section
        named = _anchored(self._grid, section, rows) if section is not None else [""] * len(rows)
        sections = []
        for row, text in zip(rows, named, strict=True):
            if row > self._next:
                for between in range(self._next, row):
                    self._take(between)
            self._next = row + 1
            if text:
                self._current = text
            sections.append(self._current)
        return sections

    def _take(self, row: int) -> None:
        if not 0 < row <= self._grid.height:
            return
        heading = self._headings.get(row)
        if heading is not None:
            named = [
                title
                for title in heading.titles.values()
                if normalised(title) not in self._common and word_count(title) <= SECTION_WORDS
            ]
            if named and len(self._headings) > 1:
                self._current = max(named, key=len)
            return
        if self._finding.section is not None:
            return
        cells = self._grid.row_texts(row)
        texts = [text for _, text in cells if not is_identifier(text)] or [text for _, text in cells]
        if texts and len(cells) <= 4:
            title = max(texts, key=len)
            if word_count(title) <= SECTION_WORDS:
                self._current = title


def _common_titles(finding: Finding) -> set[str]:
    """Titles that every repeat of the heading shares; what is left over names the section."""
    sets = [{normalised(title) for title in heading.titles.values()} for heading in finding.table.headings]
    return set.intersection(*sets) if sets else set()
