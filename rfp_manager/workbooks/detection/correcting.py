"""Replaying a person's corrections on what was detected: one table is corrected, the others stay as they are."""

from collections.abc import Callable, Iterable
from dataclasses import replace

from core.words import gettext as _
from core.words import gettext_noop
from rfp_manager.workbooks.detection import corrections as said
from rfp_manager.workbooks.detection.answers import AnswerRole
from rfp_manager.workbooks.detection.corrections import Correction, CorrectionRefused
from rfp_manager.workbooks.detection.findings import Finding
from rfp_manager.workbooks.detection.headings import Heading, heading_titles
from rfp_manager.workbooks.detection.reading_by_column import (
    given_answer,
    read_anyway,
    read_by_question,
    table_around,
)
from rfp_manager.workbooks.detection.sheets import (
    find_questions,
    judged_rows,
    sheet_layout,
    silent_layout,
    why_silent,
)
from rfp_manager.workbooks.detection.tables import body_rows
from rfp_manager.workbooks.layout import CHOICE, TICK, SheetLayout
from rfp_manager.workbooks.reading import Book, Grid, column_letters

BY_A_PERSON = gettext_noop("a person chose it")
LEFT_OUT = gettext_noop("A person left this sheet out.")

Start = Callable[[Grid], list[Finding]]


def correct_sheet(
    book: Book, grid: Grid, corrections: Iterable[Correction], *, start: Start = find_questions
) -> SheetLayout:
    """The sheet's layout after the corrections, in their order, on what `start` finds.

    Raises CorrectionRefused, with a sentence, for a correction that makes no sense here.
    """
    sheet = _CorrectedSheet(grid, start)
    for correction in corrections:
        sheet.apply(correction)
    findings = [found for found in sheet.findings if found.rows]
    if sheet.left_out or not findings:
        return silent_layout(grid, _(LEFT_OUT) if sheet.left_out else why_silent(grid))
    return sheet_layout(book, grid, findings)


class _CorrectedSheet:
    """The tables of one sheet while corrections are applied to them."""

    def __init__(self, grid: Grid, start: Start) -> None:
        self._grid = grid
        self._start = start
        self.findings = start(grid)
        self.left_out = False

    def apply(self, correction: Correction) -> None:
        action = correction.action
        if action == said.RESET:
            self.findings, self.left_out = self._start(self._grid), False
        elif action == said.NOT_THIS_SHEET:
            self.left_out = True
        elif action == said.THIS_SHEET:
            self._take_sheet()
        else:
            self.left_out = False
            if action in said.ROW_ACTIONS:
                self._correct_rows(correction)
            else:
                self._correct_columns(correction)

    def _take_sheet(self) -> None:
        if self.left_out and any(found.rows for found in self.findings):
            self.left_out = False
            return
        self.left_out = False
        self.findings = find_questions(self._grid, hidden_too=True)
        if not self.findings:
            found = read_anyway(self._grid)
            if found is None:
                raise CorrectionRefused(
                    _(
                        "No questions were found here either. Select the column that holds them and choose “Question”."
                    )
                )
            self._explain(
                found,
                found.question,
                _("Column %(column)s is the question: it is the likeliest column of the sheet."),
            )
            self.findings = [found]

    # Columns

    def _correct_columns(self, correction: Correction) -> None:
        columns = correction.selection.columns
        if columns is None:
            raise CorrectionRefused(_("Select a column, or cells in it, and choose again."))
        first, last = columns
        if correction.action in (said.QUESTION, said.IDENTIFIER, said.SECTION) and first != last:
            raise CorrectionRefused(_("Only one column can have this role. Select a single column."))
        if last - first > 30:
            raise CorrectionRefused(_("Select at most 30 columns at once."))
        if correction.action == said.QUESTION:
            self._set_question(correction, first)
            return
        found = self._table_of(correction)
        for column in range(first, last + 1):
            self._set_role(found, column, correction.action)

    def _set_question(self, correction: Correction, column: int) -> None:
        grid = self._grid
        rows = correction.selection.rows
        if not self.findings:
            found = read_by_question(grid, table_around(grid, rows[0] if rows else None), column)
            self.findings = [found]
        else:
            found = self._table_of(correction)
            self._release(found, column)
            self._explain(found, found.question, None)
            found.question = column
            asked = [row for row in body_rows(grid, found.table) if grid.text(row, column)]
            found.rows = (
                judged_rows(grid, found.table, column, found.identifier, found.answers, asked) or asked
            )
        if not found.rows:
            raise CorrectionRefused(
                _("Column %(column)s has no text below the headings. Select the column with the questions.")
                % {"column": column_letters(column)}
            )
        self._explain(found, column, _("Column %(column)s is the question: %(why)s."), why=_(BY_A_PERSON))

    def _set_role(self, found: Finding, column: int, action: str) -> None:
        if column == found.question:
            raise CorrectionRefused(
                _("Column %(column)s is the question. Choose another column as the question first.")
                % {"column": column_letters(column)}
            )
        self._release(found, column)
        if action == said.IDENTIFIER:
            if found.identifier is not None:
                self._explain(found, found.identifier, None)
            found.identifier = column
            self._explain(
                found,
                column,
                _("Column %(column)s holds the identifiers: %(why)s."),
                why=_(BY_A_PERSON),
            )
        elif action == said.SECTION:
            if found.section is not None:
                self._explain(found, found.section, None)
            found.section = column
            self._explain(
                found, column, _("Column %(column)s names the section: %(why)s."), why=_(BY_A_PERSON)
            )
        elif action in said.ANSWER_ACTIONS:
            answer = self._answer(found, column, action)
            found.answers = sorted([*found.answers, answer], key=lambda other: other.column)
            self._explain(
                found,
                column,
                _("Column %(column)s takes answers (%(role)s): %(why)s."),
                role=_(answer.role),
                why=_(BY_A_PERSON),
            )

    def _answer(self, found: Finding, column: int, action: str) -> AnswerRole:
        if action == said.OPTION:
            title = found.table.titles.get(column, "")
            option = title.rsplit(" / ", 1)[-1] or column_letters(column)
            return given_answer(self._grid, found, column, CHOICE, _(BY_A_PERSON), TICK, option)
        return given_answer(self._grid, found, column, action, _(BY_A_PERSON))

    def _release(self, found: Finding, column: int) -> None:
        """The column has no role any more."""
        if found.identifier == column:
            found.identifier = None
        if found.section == column:
            found.section = None
        found.answers = [answer for answer in found.answers if answer.column != column]
        self._explain(found, column, None)

    @staticmethod
    def _explain(found: Finding, column: int, words: str | None, **values: str) -> None:
        """What was said about the column gives way to `words`."""
        letters = column_letters(column)
        found.evidence = [sentence for sentence in found.evidence if not _is_about(sentence, letters)]
        if words:
            found.evidence.append(words % {"column": letters, **values})

    # Rows

    def _correct_rows(self, correction: Correction) -> None:
        rows = correction.selection.rows
        if rows is None:
            raise CorrectionRefused(_("Select the rows, or cells in them, and choose again."))
        chosen = range(rows[0], min(rows[1], self._grid.height) + 1)
        if correction.action == said.NOT_QUESTIONS:
            self._remove_questions(correction, chosen)
        elif correction.action == said.QUESTIONS:
            self._add_questions(self._table_of(correction), chosen)
        else:
            self._add_heading(self._table_of(correction), chosen)

    def _remove_questions(self, correction: Correction, chosen: range) -> None:
        """From every table, unless one is meant: two of them may lie side by side."""
        meant = self.findings
        if correction.table is not None or correction.selection.columns is not None:
            meant = [self._table_of(correction)]
        before = sum(len(found.rows) for found in meant)
        for found in meant:
            found.rows = [row for row in found.rows if row not in chosen]
        if before == sum(len(found.rows) for found in meant):
            raise CorrectionRefused(_("None of the selected rows is a question."))

    def _add_questions(self, found: Finding, chosen: range) -> None:
        fresh = [row for row in chosen if self._grid.text(*self._grid.anchor(row, found.question))]
        if not fresh:
            raise CorrectionRefused(
                _("The selected rows have no text in column %(column)s, which is the question.")
                % {"column": column_letters(found.question)}
            )
        headings = tuple(
            heading for heading in found.table.headings if not any(row in chosen for row in heading.rows)
        )
        self._give_range(found, fresh, headings)
        found.rows = sorted({*found.rows, *fresh})

    def _add_heading(self, found: Finding, chosen: range) -> None:
        if not 0 < len(chosen) <= 4:
            raise CorrectionRefused(_("A heading has one to four rows. Select only those."))
        if not any(self._grid.row_texts(row) for row in chosen):
            raise CorrectionRefused(_("The selected rows are blank. Select the row with the column titles."))
        rows = tuple(chosen)
        heading = Heading(rows, heading_titles(self._grid, rows), frozenset(), 0.0)
        kept = [other for other in found.table.headings if not any(row in chosen for row in other.rows)]
        self._give_range(found, list(rows), tuple(sorted([*kept, heading], key=lambda each: each.rows[0])))
        for other in self.findings:
            other.rows = [row for row in other.rows if row not in chosen]

    @staticmethod
    def _give_range(found: Finding, rows: list[int], headings: tuple[Heading, ...]) -> None:
        table = found.table
        found.table = replace(
            table,
            headings=headings,
            first_row=min(table.first_row, rows[0]),
            last_row=max(table.last_row, rows[-1]),
        )

    def _table_of(self, correction: Correction) -> Finding:
        """The table that is meant: by its number, else by where the selection lies."""
        if not self.findings:
            raise CorrectionRefused(_("Say first which column is the question."))
        if correction.table is not None:
            return self.findings[min(correction.table, len(self.findings) - 1)]
        if correction.selection.rows is None and len(self.findings) > 1:
            raise CorrectionRefused(
                _(
                    "This sheet has several tables of questions. Select cells inside the one you mean, or choose it."
                )
            )
        return min(self.findings, key=lambda found: _distance(found, correction))


def _distance(found: Finding, correction: Correction) -> tuple[int, int, int]:
    rows, columns = correction.selection.rows, correction.selection.columns
    table = found.table
    down = max(table.first_row - rows[0], rows[0] - table.last_row, 0) if rows else 0
    aside = 0
    if columns:
        used = [found.question, *(answer.column for answer in found.answers)]
        used += [column for column in (found.identifier, found.section) if column]
        aside = max(min(used) - columns[0], columns[0] - max(used), 0)
    return down, aside, -len(found.rows)


def _is_about(sentence: str, letters: str) -> bool:
    """Whether it begins as "Column B …" does, in whichever language it was said."""
    return letters in sentence.split(maxsplit=3)[1:3]
