"""The proof for a filled .csv: read anew, every field but the answers is the same to the letter."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from typing import IO

from core.words import gettext as _
from rfp_manager.workbooks.csv_text import CsvText, read_csv
from rfp_manager.workbooks.writing.addresses import cell_name, parse_cell
from rfp_manager.workbooks.writing.csv_fill import field_text
from rfp_manager.workbooks.writing.report import CellAnswer, PartProof


def compare_csv(
    original: IO[bytes], filled: IO[bytes], answers: Iterable[CellAnswer]
) -> tuple[list[str], list[PartProof]]:
    """The differences beside the answers, and the digests of the two files."""
    before, after = read_csv(original), read_csv(filled)
    proof = PartProof("csv", _digest(original), _digest(filled), "rewritten")
    if proof.before == proof.after:
        proof = PartProof("csv", proof.before, proof.after, "untouched")
    differences = []
    if (before.codec, before.mark, before.line_break) != (after.codec, after.mark, after.line_break):
        differences.append(_("The encoding or the line breaks of the file differ."))
    expected = {
        cell: field_text(answer.value)
        for answer in answers
        if answer.value is not None and (cell := parse_cell(answer.cell)) is not None
    }
    # Answers full of another delimiter may make it look like the file's own.
    after = CsvText(after.text, after.codec, after.mark, before.delimiter)
    old, new = _fields(before), _fields(after)
    for cell in sorted(old.keys() | new.keys() | expected.keys()):
        was, now = old.get(cell, _NONE), new.get(cell, _NONE)
        same = now.value == expected[cell] if cell in expected else was.written == now.written
        same &= was is _NONE or was.before == now.before
        if not same:
            differences.append(_("%(cell)s differs.") % {"cell": cell_name(*cell)})
    return differences, [proof]


@dataclass(frozen=True, slots=True)
class _Field:
    """What a field says, how it is written, and what stands before it: delimiter and blanks, or a line break."""

    value: str = ""
    written: str = ""
    before: str = ""


_NONE = _Field()


def _fields(csv: CsvText) -> dict[tuple[int, int], _Field]:
    found, position = {}, 0
    for row_number, row in enumerate(csv.rows, 1):
        for column, field in enumerate(row.fields, 1):
            written, before = csv.text[field.start : field.end], csv.text[position : field.start]
            found[row_number, column] = _Field(csv.value(field), written, before)
            position = field.end
        position = row.end
    return found


def _digest(file: IO[bytes]) -> str:
    file.seek(0)
    return hashlib.file_digest(file, "sha256").hexdigest()  # type: ignore[arg-type]
