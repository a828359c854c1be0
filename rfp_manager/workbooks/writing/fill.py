"""Filling a customer's workbook in place: only the answer cells' XML is rewritten.

The order of work for a package: survey each sheet that gets answers, decide every cell, plan byte edits, copy the
package with the edits spliced in, then prove from the written file that nothing else differs. Only a proven file
reaches its destination. Memory grows with the number of answers, not with the workbook.
"""

import shutil
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from core.output_files import whole_file
from core.words import gettext as _
from core.words import ngettext
from rfp_manager.workbooks import verification
from rfp_manager.workbooks.archive import WorkbookError
from rfp_manager.workbooks.csv_text import is_csv
from rfp_manager.workbooks.package import SheetPart, WorkbookPackage
from rfp_manager.workbooks.writing.csv_fill import fill_csv
from rfp_manager.workbooks.writing.dropdowns import Dropdowns
from rfp_manager.workbooks.writing.planning import SheetPlan, SheetPlanner
from rfp_manager.workbooks.writing.repack import repack
from rfp_manager.workbooks.writing.report import CellAnswer, CellOutcome, FillReport, Status
from rfp_manager.workbooks.writing.splice import Edit, splice
from rfp_manager.workbooks.writing.styles import unlocked_styles
from rfp_manager.workbooks.writing.survey import survey_sheet
from rfp_manager.workbooks.writing.table_headings import table_headings
from rfp_manager.workbooks.writing.targets import Numbered, TargetFinder
from rfp_manager.workbooks.writing.workbook_parts import (
    calculation_chain_edits,
    has_formulas,
    recalculation_edits,
)
from rfp_manager.workbooks.writing.xml_stream import XmlPart


def fill_workbook(
    source: Path | IO[bytes],
    answers: Iterable[CellAnswer],
    destination: Path | IO[bytes],
    *,
    replace_formulas: bool = False,
    allow_locked: bool = False,
) -> FillReport:
    """Write answers into a workbook's cells and change nothing else.

    `source` and `destination` are paths or binary files; `source` is never changed. A
    destination path appears only when the written file has been proven; a destination file is written to last.

    Raises WorkbookError when the source is no workbook or the proof fails. An answer that must not be written
    (locked, formula, not in the dropdown, too long) is no error: it is in the report and its cell is untouched.
    """
    with _as_file(source) as original, _proven_output(destination) as output:
        if _may_be_csv(source) and is_csv(original):
            report = fill_csv(original, answers, output)
        else:
            report = _fill_package(original, list(answers), output, replace_formulas, allow_locked)
        output.flush()
        comparison = verification.compare_workbooks(original, output, report.written)
        if comparison.differences:
            raise WorkbookError(
                _(
                    "The filled workbook was thrown away, because checking it found a change beside the answers: "
                    "%(change)s Nothing was saved; please report this with the workbook's form."
                )
                % {"change": comparison.differences[0]}
            )
        report.parts = comparison.parts
        return report


def _fill_package(
    original: IO[bytes],
    answers: list[CellAnswer],
    output: IO[bytes],
    replace_formulas: bool,
    allow_locked: bool,
) -> FillReport:
    with WorkbookPackage.open(original) as package:
        filling = _Filling(package, answers, replace_formulas=replace_formulas, allow_locked=allow_locked)
        filling.plan()
        contents = {
            part: (xml := XmlPart(package, part)).encoded(splice(xml.blocks(), edits))
            for part, edits in filling.edits.items()
        }
        repack(package.archive, output, replaced=contents, removed=filling.removed)
        return filling.report()


class _Filling:
    """The decisions for one workbook, gathered sheet by sheet."""

    def __init__(
        self,
        package: WorkbookPackage,
        answers: list[CellAnswer],
        *,
        replace_formulas: bool,
        allow_locked: bool,
    ) -> None:
        self._package = package
        self._answers = answers
        self._replace_formulas = replace_formulas
        self._allow_locked = allow_locked
        self._dropdowns = Dropdowns(package)
        self._outcomes: dict[int, CellOutcome] = {}
        self._written: list[CellAnswer] = []
        self._formulas: dict[str, bool] = {}
        self._warnings: list[str] = []
        self._clipped = 0
        self.edits: dict[str, list[Edit]] = {}
        self.removed: set[str] = set()

    def plan(self) -> None:
        by_sheet: dict[str, list[Numbered]] = {}
        for number, answer in enumerate(self._answers):
            sheet = self._package.sheet(answer.sheet)
            if sheet is None:
                detail = _('the workbook has no sheet "%(sheet)s"') % {"sheet": answer.sheet}
                self._outcomes[number] = CellOutcome(answer.sheet, answer.cell, Status.UNKNOWN_SHEET, detail)
            else:
                by_sheet.setdefault(sheet.part, []).append((number, answer))
        replaced_formula = False
        for sheet in self._package.sheets:
            if numbered := by_sheet.pop(sheet.part, None):
                replaced_formula |= self._plan_sheet(sheet, numbered).replaced_formula
        if not self._written:
            return
        if replaced_formula and self._package.calc_chain_part is not None:
            self.removed.add(self._package.calc_chain_part)
            self.edits.update(calculation_chain_edits(self._package))
        if has_formulas(self._package, surveyed=self._formulas):
            self._recalculate()
        if self._clipped:
            self._warnings.append(
                ngettext(
                    "%(count)d answer is probably longer than its row is high. The form fixes those heights, and they "
                    "were left as they are: the text is complete, but a reader may have to enlarge the row.",
                    "%(count)d answers are probably longer than their rows are high. The form fixes those "
                    "heights, and they were left as they are: the text is complete, but a reader may have to "
                    "enlarge the row.",
                    self._clipped,
                )
                % {"count": self._clipped}
            )
        if any("_xmlsignatures/" in part.replace("\\", "/") for part in self._package.parts):
            self._warnings.append(
                _(
                    "The workbook carries a digital signature. Filling it makes the signature invalid, as any change "
                    "does; tell the customer if they rely on it."
                )
            )

    def _plan_sheet(self, sheet: SheetPart, numbered: list[Numbered]) -> SheetPlan:
        part = XmlPart(self._package, sheet.part)
        survey = survey_sheet(part)
        if survey is None:
            for number, answer in numbered:
                detail = _('"%(name)s" is a chart or dialog sheet, which has no cells') % {"name": sheet.name}
                self._outcomes[number] = CellOutcome(answer.sheet, answer.cell, Status.UNKNOWN_CELL, detail)
            return SheetPlan()
        self._formulas[sheet.part] = survey.has_formulas
        finder = TargetFinder(sheet, survey, self._dropdowns, headings=table_headings(self._package, sheet))
        targets = finder.find(numbered)
        unlocked = unlocked_styles(self._package) if survey.protected else frozenset[int]()
        planner = SheetPlanner(
            sheet.name,
            survey,
            finder,
            unlocked=unlocked,
            replace_formulas=self._replace_formulas,
            allow_locked=self._allow_locked,
        )
        plan = planner.plan(part, targets)
        self._outcomes.update(finder.outcomes)
        self._written.extend(plan.written)
        self._clipped += plan.clipped
        if plan.edits:
            self.edits[sheet.part] = plan.edits
        return plan

    def _recalculate(self) -> None:
        edits = recalculation_edits(XmlPart(self._package, self._package.workbook_part))
        if edits:
            self.edits[self._package.workbook_part] = edits
        self._warnings.append(
            _(
                "The workbook calculates. Excel and LibreOffice work its formulas out again when they open it; a mail "
                "preview or another viewer may still show scores from before the answers."
            )
        )

    def report(self) -> FillReport:
        outcomes = [self._outcomes[number] for number in range(len(self._answers))]
        return FillReport(outcomes=outcomes, written=self._written, warnings=self._warnings)


def _may_be_csv(source: Path | IO[bytes]) -> bool:
    """A path must be named .csv to be taken for one; a file without a name may be."""
    return not isinstance(source, Path) or source.suffix.lower() in (".csv", ".tsv", ".txt")


@contextmanager
def _as_file(source: Path | IO[bytes]) -> Iterator[IO[bytes]]:
    if isinstance(source, Path):
        with source.open("rb") as file:
            yield file
    elif source.seekable():
        yield source
    else:
        with tempfile.TemporaryFile() as copy:
            shutil.copyfileobj(source, copy, 1024 * 1024)
            yield copy


@contextmanager
def _proven_output(destination: Path | IO[bytes]) -> Iterator[IO[bytes]]:
    """A scratch file that becomes the destination only when the block ends well."""
    if not isinstance(destination, Path):
        with tempfile.TemporaryFile() as scratch:
            yield scratch
            scratch.seek(0)
            shutil.copyfileobj(scratch, destination, 1024 * 1024)
        return
    with whole_file(destination) as scratch:
        yield scratch
