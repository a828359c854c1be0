"""The proof that a filled workbook differs from the original at the answer cells and nowhere else.

It works from the two files alone and shares no parsing with the code that writes: sheets are cut at their rows,
rows that are equal byte for byte are passed over, and the others are parsed with lxml and compared cell by cell.
"""

import hashlib
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, BinaryIO

from core.words import gettext as _
from rfp_manager.workbooks.csv_comparison import compare_csv
from rfp_manager.workbooks.csv_text import is_csv
from rfp_manager.workbooks.package import WorkbookPackage
from rfp_manager.workbooks.sheet_comparison import SheetComparison
from rfp_manager.workbooks.side_parts import side_part_differences
from rfp_manager.workbooks.writing.report import CellAnswer, PartProof

_BLOCK = 256 * 1024


@dataclass
class Comparison:
    """`differences` are sentences, none when all is well; `parts` the digests of every part, before and after."""

    differences: list[str] = field(default_factory=list)
    parts: list[PartProof] = field(default_factory=list)


def verify_filled(
    original: Path | IO[bytes], filled: Path | IO[bytes], answers: Iterable[CellAnswer]
) -> list[str]:
    """What differs between two workbooks beside the answers; empty when only the answer cells changed.

    `answers` are the cells that were written and what must stand in them now (FillReport.written). Allowed with
    them are: the sheet's recorded dimensions, the request to recalculate on opening, and the loss of the
    calculation chain where a formula was replaced.
    """
    return compare_workbooks(original, filled, answers).differences


def compare_workbooks(
    original: Path | IO[bytes], filled: Path | IO[bytes], answers: Iterable[CellAnswer]
) -> Comparison:
    """See verify_filled; returns the digests too."""
    with ExitStack() as files:
        before = files.enter_context(original.open("rb")) if isinstance(original, Path) else original
        after = files.enter_context(filled.open("rb")) if isinstance(filled, Path) else filled
        if is_csv(before):
            return Comparison(*compare_csv(before, after, answers))
        return _compare_packages(before, after, answers)


def _compare_packages(original: IO[bytes], filled: IO[bytes], answers: Iterable[CellAnswer]) -> Comparison:
    result = Comparison()
    by_sheet: dict[str, dict[str, CellAnswer]] = {}
    for answer in answers:
        by_sheet.setdefault(answer.sheet, {})[answer.cell] = answer
    with WorkbookPackage.open(original) as before, WorkbookPackage.open(filled) as after:
        expected = {sheet.part: by_sheet.pop(sheet.name, {}) for sheet in before.sheets}
        result.differences.extend(
            _('The sheet "%(name)s" does not exist.') % {"name": name} for name in by_sheet
        )
        if [(s.name, s.part, s.state) for s in before.sheets] != [
            (s.name, s.part, s.state) for s in after.sheets
        ]:
            result.differences.append(_("The list of sheets differs."))
        side_parts: list[str] = []
        for part in before.parts:
            _compare_part(result, before, after, part, expected.get(part, {}), side_parts)
        known = set(before.parts)
        for part in after.parts:
            if part not in known:
                result.differences.append(_('The part "%(part)s" is new.') % {"part": part})
                result.parts.append(PartProof(part, None, _digest(after, part), "rewritten"))
        if [part for part in before.parts if after.entry(part)] != after.parts:
            result.differences.append(_("The parts stand in another order."))
        result.differences.extend(side_part_differences(before, after, side_parts))
    return result


def _compare_part(
    result: Comparison,
    before: WorkbookPackage,
    after: WorkbookPackage,
    part: str,
    answers: dict[str, CellAnswer],
    side_parts: list[str],
) -> None:
    if after.entry(part) is None:
        result.parts.append(PartProof(part, _digest(before, part), None, "removed"))
        side_parts.append(part)
        return
    if answers:
        old_hash, new_hash = hashlib.sha256(), hashlib.sha256()
        with before.stream(part) as old, after.stream(part) as new:
            comparison = SheetComparison(part, answers)
            result.differences.extend(comparison.run(_hashed(old, old_hash), _hashed(new, new_hash)))
        old_digest, new_digest = old_hash.hexdigest(), new_hash.hexdigest()
    else:
        old_digest, new_digest = _digest(before, part), _digest(after, part)
        if old_digest != new_digest:
            side_parts.append(part)
    change = "untouched" if old_digest == new_digest else "rewritten"
    result.parts.append(PartProof(part, old_digest, new_digest, change))


def _digest(package: WorkbookPackage, part: str) -> str:
    digest = hashlib.sha256()
    with package.stream(part) as stream:
        for _block in _hashed(stream, digest):
            pass
    return digest.hexdigest()


def _hashed(stream: BinaryIO, digest: "hashlib._Hash") -> Iterator[bytes]:
    while block := stream.read(_BLOCK):
        digest.update(block)
        yield block
