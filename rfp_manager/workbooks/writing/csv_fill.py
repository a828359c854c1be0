"""Filling a .csv: the fields that take answers are replaced in the text; dialect, encoding and the rest stay."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import IO

from core.formula_guard import guarded
from core.words import gettext as _
from rfp_manager.workbooks.csv_text import CsvRow, CsvText, read_csv
from rfp_manager.workbooks.writing.addresses import LAST_ROW, parse_cell
from rfp_manager.workbooks.writing.report import CellAnswer, CellOutcome, FillReport, Status
from rfp_manager.workbooks.writing.values import clean_text, fit_value, number_text

# An answer this far below the last row is a mistake, not a row to add.
_MOST_ADDED_ROWS = 10_000


@dataclass
class _Edits:
    replacements: list[tuple[int, int, str]] = field(default_factory=list)
    # Fields to add behind the end of a row, by row index and column index.
    appended: dict[int, dict[int, str]] = field(default_factory=dict)


def fill_csv(source: IO[bytes], answers: Iterable[CellAnswer], output: IO[bytes]) -> FillReport:
    """Write the filled text to `output`. The sheet of an answer is not looked at: a .csv has only one."""
    csv = read_csv(source)
    report = FillReport()
    merged: dict[tuple[int, int], list[tuple[int, CellAnswer]]] = {}
    outcomes: dict[int, CellOutcome] = {}
    numbered = list(enumerate(answers))
    for number, answer in numbered:
        cell = parse_cell(answer.cell)
        if answer.value is None or (isinstance(answer.value, str) and not clean_text(answer.value).strip()):
            outcomes[number] = _outcome(
                answer, Status.EMPTY, _("there is no answer; the field was left as it is")
            )
        elif cell is None or cell[0] > min(len(csv.rows) + _MOST_ADDED_ROWS, LAST_ROW):
            outcomes[number] = _outcome(
                answer, Status.UNKNOWN_CELL, _('"%(cell)s" is no field of the file') % {"cell": answer.cell}
            )
        else:
            merged.setdefault(cell, []).append((number, answer))
    edits = _Edits()
    for cell, sharing in sorted(merged.items()):
        _fill_field(csv, cell, sharing, edits, outcomes, report)
    output.write(csv.encode(_applied(csv, edits)))
    report.outcomes = [outcomes[number] for number, _ in numbered]
    if any(isinstance(a.value, str) and guarded(a.value) != a.value for a in report.written):
        report.warnings.append(
            _(
                "Answers that begin with = + - or @ got an apostrophe in front, so that no spreadsheet runs them."
            )
        )
    return report


def field_text(value: str | int | float | bool) -> str:
    """What stands in the field for a value, before quoting."""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    return guarded(value) if isinstance(value, str) else number_text(value)


def _fill_field(
    csv: CsvText,
    cell: tuple[int, int],
    sharing: list[tuple[int, CellAnswer]],
    edits: _Edits,
    outcomes: dict[int, CellOutcome],
    report: FillReport,
) -> None:
    distinct = list(dict.fromkeys(answer.value for _, answer in sharing if answer.value is not None))
    joined = distinct[0] if len(distinct) == 1 else "\n\n".join(str(value).strip() for value in distinct)
    fitted = fit_value(joined)
    if fitted is None:
        status = Status.TOO_LONG if isinstance(joined, str) else Status.INVALID
        detail = (
            _("longer than the 32,767 characters of a cell") if status is Status.TOO_LONG else _("no number")
        )
    else:
        text = field_text(fitted.value)
        try:
            text.encode(csv.codec)
            status, detail = Status.FILLED, fitted.remark
        except UnicodeEncodeError:
            status, detail = (
                Status.INVALID,
                _("the file's encoding (%(codec)s) lacks some of its characters") % {"codec": csv.codec},
            )
    first = sharing[0][1]
    for number, answer in sharing:
        written_to = first.cell if status is Status.FILLED else None
        outcomes[number] = CellOutcome(answer.sheet, answer.cell, status, detail, written_to)
    if fitted is None or status is not Status.FILLED:
        return
    report.written.append(CellAnswer(first.sheet, first.cell, fitted.value))
    row_index, column_index = cell[0] - 1, cell[1] - 1
    row = csv.rows[row_index] if row_index < len(csv.rows) else None
    if row is not None and column_index < len(row.fields):
        old = row.fields[column_index]
        edits.replacements.append((old.start, old.end, _quoted(text, csv, old.quoted or _all_quoted(row))))
    else:
        edits.appended.setdefault(row_index, {})[column_index] = _quoted(text, csv, _all_quoted(row))


def _applied(csv: CsvText, edits: _Edits) -> str:
    replacements = list(edits.replacements)
    added: list[str] = []
    last = len(csv.rows)
    for row_index, fields in sorted(edits.appended.items()):
        row = csv.rows[row_index] if row_index < len(csv.rows) else None
        have = len(row.fields) if row else 0
        width = max(fields) + 1
        cells = [fields.get(index, "") for index in range(have, width)]
        if row is not None:
            replacements.append((row.end, row.end, csv.delimiter + csv.delimiter.join(cells)))
        else:
            added.extend([""] * (row_index - last))
            added.append(csv.delimiter.join(cells))
            last = row_index + 1
    pieces, done = [], 0
    for start, end, text in sorted(replacements, key=lambda item: (item[0], item[1])):
        pieces += [csv.text[done:start], text]
        done = end
    pieces.append(csv.text[done:])
    filled = "".join(pieces)
    if added:
        ends_open = not filled.endswith(("\n", "\r"))
        filled += (csv.line_break if ends_open else "") + csv.line_break.join(added)
        filled += "" if ends_open else csv.line_break
    return filled


def _quoted(text: str, csv: CsvText, quoted: bool) -> str:
    if quoted or any(c in text for c in ('"', csv.delimiter, "\n", "\r")) or text != text.strip():
        return '"' + text.replace('"', '""') + '"'
    return text


def _all_quoted(row: CsvRow | None) -> bool:
    return (
        row is not None and len(row.fields) > 1 and sum(f.quoted for f in row.fields) >= len(row.fields) - 1
    )


def _outcome(answer: CellAnswer, status: Status, detail: str) -> CellOutcome:
    return CellOutcome(answer.sheet, answer.cell, status, detail)
