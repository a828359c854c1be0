"""The proof for a filled .csv: read by Python's own csv module, every field but the answers is the same."""

import csv
import hashlib
import io
from collections.abc import Iterable
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
    old, new = _fields(before, before.delimiter), _fields(after, before.delimiter)
    for cell in sorted(old.keys() | new.keys() | expected.keys()):
        wanted = expected.get(cell, old.get(cell, ""))
        # The csv module reads any line break inside of a field as it is written.
        if new.get(cell, "") != wanted:
            differences.append(_("%(cell)s differs.") % {"cell": cell_name(*cell)})
    return differences, [proof]


def _fields(text: CsvText, delimiter: str) -> dict[tuple[int, int], str]:
    reader = csv.reader(io.StringIO(text.text, newline=""), delimiter=delimiter)
    return {
        (row_number, column): value
        for row_number, row in enumerate(reader, 1)
        for column, value in enumerate(row, 1)
        if value
    }


def _digest(file: IO[bytes]) -> str:
    file.seek(0)
    return hashlib.file_digest(file, "sha256").hexdigest()  # type: ignore[arg-type]
