"""The verdict on a sheet, and the sheet's layout when a person has said where its columns are."""

from dataclasses import replace
from operator import attrgetter

from core.words import gettext as _
from core.words import ngettext
from rfp_manager.workbooks.detection.answers import AnswerRole
from rfp_manager.workbooks.detection.boxes import find_boxes
from rfp_manager.workbooks.detection.cards import find_cards
from rfp_manager.workbooks.detection.columns import profile_columns
from rfp_manager.workbooks.detection.extraction import answer_column, extract_rows, table_layout
from rfp_manager.workbooks.detection.findings import Finding
from rfp_manager.workbooks.detection.forms import find_form, find_form_blocks
from rfp_manager.workbooks.detection.headings import Heading
from rfp_manager.workbooks.detection.judging import judge_table
from rfp_manager.workbooks.detection.option_rows import find_option_rows, option_block, options_below
from rfp_manager.workbooks.detection.rows import question_rows
from rfp_manager.workbooks.detection.sure_rows import build_model
from rfp_manager.workbooks.detection.tables import Table, body_rows, find_tables, sampled
from rfp_manager.workbooks.detection.text_shape import asks
from rfp_manager.workbooks.layout import CHOICE, OPTION_ROWS, TICK, AnswerColumn, SheetLayout
from rfp_manager.workbooks.reading import Book, Grid, column_letters, column_number
from rfp_manager.workbooks.reading.allowed_values import AllowedValues


def detect_sheet(book: Book, grid: Grid) -> SheetLayout:
    """The layout of one sheet; a sheet that asks nothing says why."""
    findings = find_questions(grid)
    return sheet_layout(book, grid, findings) if findings else silent_layout(grid, why_silent(grid))


def find_questions(grid: Grid, *, hidden_too: bool = False) -> list[Finding]:
    """The tables of the sheet that ask something, from top to bottom; hidden sheets only when wanted."""
    if not grid.height or (grid.state != "visible" and not hidden_too):
        return []
    tables = find_tables(grid)
    findings = _joined([found for table in tables for found in judge_table(grid, table)])
    asked = sum(len(found.rows) for found in findings)
    # On a sheet of cards every second row at most is a question; some of them may look like small tables.
    sparse = asked * 2 <= grid.height
    cards = find_cards(grid) if sparse else None
    # Where nothing but the sentences themselves told that they ask, a place for the answers tells more.
    bare = all(found.bare for found in findings)
    if cards is not None and (bare or len(cards.rows) >= asked):
        return [cards]
    listed = find_option_rows(grid) if sparse else None
    if listed is not None and _are_options_of(grid, listed, findings):
        return _with_boxes(grid, listed)
    boxes = find_boxes(grid) if sparse else None
    if boxes is not None and (bare or len(boxes.rows) > asked):
        return [boxes]
    form = find_form(grid) if not any(found.table.headings for found in findings) else []
    if form and all(_is_part_of(form[0], found) for found in findings):
        return form
    if findings:
        _take_rows_above(grid, tables[0], findings[0])
        taken = {row for found in findings for row in _stretch(found)}
        return sorted([*findings, *find_form_blocks(grid, taken)], key=lambda found: found.rows[0])
    return _answered(grid, tables) if grid.alone else []


def _answered(grid: Grid, tables: list[Table]) -> list[Finding]:
    """Questions that are all answered, in a workbook that has nothing else: a form that was filled in before.

    Nothing but number, section, question and answer: a log of them tells when each was asked, or by whom.
    """
    found = [found for table in tables for found in judge_table(grid, replace(table, answered=True))]
    return [each for each in found if each.answers and _is_plain_dialogue(grid, each)]


def _is_plain_dialogue(grid: Grid, found: Finding) -> bool:
    own = {found.question, found.identifier, found.section, *(answer.column for answer in found.answers)}
    used = {column for row in found.rows for column, _text in grid.row_texts(row)}
    return used <= own and 2 * sum(asks(grid.text(row, found.question)) for row in found.rows) > len(
        found.rows
    )


def _stretch(found: Finding) -> range:
    """From the first heading to the last question."""
    first = min(found.table.heading_rows, default=found.rows[0])
    return range(min(first, found.rows[0]), found.rows[-1] + 1)


def _are_options_of(grid: Grid, listed: Finding, findings: list[Finding]) -> bool:
    """What looks like a table is nothing but questions and the options below them, or a bare list of the questions."""
    if all(found.bare for found in findings):
        return True
    block = _option_blocks(grid, listed)
    return all(block.issuperset(found.rows) for found in findings)


def _with_boxes(grid: Grid, listed: Finding) -> list[Finding]:
    """Other questions of the same sheet may have a box below them."""
    boxes = find_boxes(grid)
    if boxes is None:
        return [listed]
    block = _option_blocks(grid, listed)
    boxes.rows = [row for row in boxes.rows if row not in block]
    return [listed, boxes] if boxes.rows else [listed]


def _option_blocks(grid: Grid, listed: Finding) -> set[int]:
    tick = listed.answers[0].column
    return {below for row in listed.rows for below in option_block(grid, row, listed.question, tick)}


def _is_part_of(form: Finding, found: Finding) -> bool:
    """The table is nothing but those lines of the form that ask in sentences."""
    same = form.question == found.question and set(found.rows) < set(form.rows)
    return same and {answer.column for answer in found.answers} <= {answer.column for answer in form.answers}


def _asks(rows: int, *, answered: bool) -> str:
    said = (
        ngettext(
            "The sheet asks: %(count)d row holds a question with cells for the answer.",
            "The sheet asks: %(count)d rows hold a question with cells for the answer.",
            rows,
        )
        if answered
        else ngettext(
            "The sheet asks: %(count)d row holds a question.",
            "The sheet asks: %(count)d rows hold a question.",
            rows,
        )
    )
    return said % {"count": rows}


def why_silent(grid: Grid) -> str:
    if grid.state != "visible":
        return _("The sheet is hidden, so nobody is asked to fill it in.")
    if not grid.height:
        return _("The sheet has no text.")
    return _("No column of questions with a place for their answers was found.")


def sheet_layout(book: Book, grid: Grid, findings: list[Finding]) -> SheetLayout:
    """The layout that follows from the tables found (or corrected); there is at least one."""
    allowed = AllowedValues(book, grid)
    questions = [question for found in findings for question in extract_rows(grid, allowed, found)]
    questions.sort(key=attrgetter("row"))
    main = max(findings, key=lambda found: (len(found.rows), -found.question))
    heading_rows = sorted({row for found in findings for row in found.table.heading_rows})
    evidence = [
        _asks(len(questions), answered=any(found.answers for found in findings)),
        *(sentence for found in findings for sentence in found.evidence),
    ]
    if heading_rows:
        listed = ", ".join(map(str, heading_rows[:12])) + (" ..." if len(heading_rows) > 12 else "")
        evidence.append(
            _("Headings stand on row %(rows)s: short titles over the columns that follow.") % {"rows": listed}
        )
    return SheetLayout(
        sheet=grid.name,
        is_question_sheet=True,
        state=grid.state,
        header_rows=tuple(heading_rows),
        id_column=column_letters(main.identifier) if main.identifier else None,
        question_column=column_letters(main.question),
        section_column=column_letters(main.section) if main.section else None,
        answer_columns=tuple(answer_column(main, answer) for answer in main.answers),
        evidence=tuple(dict.fromkeys(evidence)),
        questions=tuple(questions),
        tables=tuple(table_layout(found) for found in findings) if len(findings) > 1 else (),
    )


def extract_sheet(
    book: Book,
    grid: Grid,
    *,
    question_column: str,
    id_column: str | None,
    section_column: str | None,
    answer_columns: tuple[AnswerColumn, ...],
    header_rows: tuple[int, ...],
    excluded_rows: frozenset[int],
) -> SheetLayout:
    """The sheet by the columns that a person has given; only the rows are still judged."""
    question = column_number(question_column)
    identifier = column_number(id_column) if id_column else None
    headings = tuple(Heading((row,), dict(grid.row_texts(row)), frozenset(), 0.0) for row in header_rows)
    table = Table(headings, header_rows[0] if header_rows else 1, grid.height)
    rows = [row for row in body_rows(grid, table) if grid.text(row, question) and row not in excluded_rows]
    answers = [
        AnswerRole(
            column_number(given.column),
            given.role,
            _("a person chose it"),
            given.kind,
            given.option,
            # In the question's own column the answer can only stand below.
            below=given.below or int(given.column == question_column),
        )
        for given in answer_columns
    ]
    section = column_number(section_column) if section_column else None
    found = Finding(
        table,
        question,
        identifier,
        section,
        answers,
        judged_rows(grid, table, question, identifier, answers, rows),
    )
    questions = extract_rows(grid, AllowedValues(book, grid), found)
    return SheetLayout(
        sheet=grid.name,
        is_question_sheet=bool(questions),
        state=grid.state,
        header_rows=header_rows,
        id_column=id_column,
        question_column=question_column,
        section_column=section_column,
        answer_columns=answer_columns,
        evidence=(_("The columns were chosen by a person; the question rows follow from them."),),
        questions=tuple(questions),
    )


def judged_rows(
    grid: Grid,
    table: Table,
    question: int,
    identifier: int | None,
    answers: list[AnswerRole],
    rows: list[int],
) -> list[int]:
    """Which of `rows` (those with text in the question column) are questions, the columns being given."""
    for answer in answers:
        if answer.below == OPTION_ROWS:
            return [row for row in rows if options_below(grid, row, question, answer.column)]
    choices = tuple(answer.column for answer in answers if answer.role == CHOICE and answer.kind != TICK)
    model = build_model(
        grid,
        rows,
        profile_columns(grid, table, sampled(rows)),
        question=question,
        identifier=identifier,
        choices=tuple(column for column in choices if any(grid.has_list(row, column) for row in rows)),
        answers=tuple(answer.column for answer in answers),
        marked={answer.column for answer in answers if answer.kind == TICK},
    )
    return question_rows(model, rows)


def silent_layout(grid: Grid, reason: str) -> SheetLayout:
    return SheetLayout(sheet=grid.name, state=grid.state, evidence=(reason,))


def _take_rows_above(grid: Grid, preamble: Table, first: Finding) -> None:
    """Rows above the first heading that carry the table's identifiers are its questions as well."""
    model = first.model
    if preamble.headings or preamble.last_row >= first.table.first_row or model is None or not first.answers:
        return
    if first.identifier in (None, first.question) or model.identified < 0.7:
        return
    above = [
        row
        for row in body_rows(grid, preamble)
        if grid.text(row, first.question)
        and model.has_identifier(row)
        and _has_blank_answer(grid, row, first)
    ]
    first.rows = above + first.rows


def _has_blank_answer(grid: Grid, row: int, found: Finding) -> bool:
    places = (grid.anchor(row, answer.column) for answer in found.answers)
    return any(not grid.text(*place) and grid.is_writable(*place) for place in places)


def _joined(findings: list[Finding]) -> list[Finding]:
    """Neighbouring tables with the same columns are one table whose heading changed its words."""
    joined: list[Finding] = []
    for found in findings:
        last = joined[-1] if joined else None
        if (
            last is not None
            and last.same_columns(found)
            and last.table.first_column == found.table.first_column
        ):
            table = Table(
                (*last.table.headings, *found.table.headings),
                last.table.first_row,
                found.table.last_row,
                last.table.first_column,
                last.table.last_column,
            )
            joined[-1] = Finding(
                table,
                last.question,
                last.identifier or found.identifier,
                last.section or found.section,
                last.answers,
                last.rows + found.rows,
                max(last.score, found.score),
                last.evidence,
                last.model,
            )
        else:
            joined.append(found)
    return joined
