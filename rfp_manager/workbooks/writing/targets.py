"""Which cell takes which answer: merged ranges, shared cells, dropdowns, lengths; all before a row is read."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from core.words import format_number, ngettext
from core.words import gettext as _
from rfp_manager.workbooks.package import SheetPart
from rfp_manager.workbooks.writing.addresses import CellRange, RangeIndex, cell_name, parse_cell
from rfp_manager.workbooks.writing.choices import choose
from rfp_manager.workbooks.writing.dropdowns import Dropdowns
from rfp_manager.workbooks.writing.report import CellAnswer, CellOutcome, Status
from rfp_manager.workbooks.writing.survey import SheetSurvey
from rfp_manager.workbooks.writing.values import CELL_UNITS, fit_value, plain_number, utf16_length

# Answers are numbered by their place in the caller's list, so that the report can keep that order.
Numbered = tuple[int, CellAnswer]


@dataclass
class Target:
    """One cell that is to be written, for one answer or for several that share it."""

    cell: tuple[int, int]
    answers: list[Numbered] = field(default_factory=list)
    value: str | int | float | bool = ""
    remark: str = ""
    merged: bool = False

    @property
    def name(self) -> str:
        return cell_name(*self.cell)


class TargetFinder:
    """Turns the answers for one sheet into targets; what cannot be written goes to `outcomes` at once."""

    def __init__(
        self,
        sheet: SheetPart,
        survey: SheetSurvey,
        dropdowns: Dropdowns,
        *,
        headings: Iterable[CellRange] = (),
    ) -> None:
        self._sheet = sheet
        self._headings = list(headings)
        self._merges = RangeIndex((merged, merged) for merged in survey.merges)
        self._lists = RangeIndex((covered, rule) for rule in survey.list_rules for covered in rule.ranges)
        self._lengths = RangeIndex((r, rule) for rule in survey.length_rules for r in rule.ranges)
        self._numbers = RangeIndex((r, rule) for rule in survey.number_rules for r in rule.ranges)
        self._spread = RangeIndex((covered, covered) for covered in survey.spread_formulas)
        self._dropdowns = dropdowns
        self.outcomes: dict[int, CellOutcome] = {}

    def find(self, answers: Iterable[Numbered]) -> list[Target]:
        targets: dict[tuple[int, int], Target] = {}
        for number, answer in answers:
            if answer.value is None or (isinstance(answer.value, str) and not answer.value.strip()):
                self._skip(number, answer, Status.EMPTY, _("there is no answer; the cell was left as it is"))
                continue
            cell = parse_cell(answer.cell)
            if cell is None:
                self._skip(
                    number,
                    answer,
                    Status.UNKNOWN_CELL,
                    _('"%(cell)s" is no cell of a sheet') % {"cell": answer.cell},
                )
                continue
            merged = self._merges.find(cell)
            cell = merged.anchor if merged else cell
            targets.setdefault(cell, Target(cell, merged=merged is not None)).answers.append((number, answer))
        rules = [(cell, rule) for cell in targets if (rule := self._lists.find(cell)) is not None]
        allowed = self._dropdowns.allowed(self._sheet, rules)
        unread = {cell for cell, _ in rules} - set(allowed)
        ready = []
        for cell, target in targets.items():
            if cell in unread:
                target.remark = _(
                    "the cell has a dropdown whose list could not be read, so the answer was not checked"
                )
            if self._settle(target, allowed.get(cell)):
                ready.append(target)
        return ready

    def _settle(self, target: Target, allowed: list[str | int | float | bool] | None) -> bool:
        """Decide the value of a target; False when none of its answers can be written."""
        spread = self._spread.find(target.cell)
        if spread is not None:
            self.refuse(
                target, Status.FORMULA, _("a formula fills %(name)s together") % {"name": spread.name}
            )
            return False
        if covered_by(target.cell, self._headings):
            # Excel calls a workbook damaged when a table's heading differs from the table's own record of it.
            self.refuse(target, Status.INVALID, _("the cell is the heading of a table"))
            return False
        if allowed is not None:
            self._choose(target, allowed)
        else:
            self._join(target)
            self._take_number(target)
        if not target.answers:
            return False
        fitted = fit_value(target.value)
        if fitted is None:
            self._refuse_unfit(target)
            return False
        target.value = fitted.value
        if fitted.value == "":
            self.refuse(target, Status.EMPTY, _("only characters that a workbook cannot hold"))
            return False
        rule = self._lengths.find(target.cell)
        if rule and isinstance(fitted.value, str) and utf16_length(fitted.value) > rule.longest:
            self._remark(
                target,
                _("longer than the %(longest)s characters that the form allows") % {"longest": rule.longest},
            )
        if fitted.remark:
            self._remark(target, fitted.remark)
        return True

    def _choose(self, target: Target, allowed: list[str | int | float | bool]) -> None:
        """A dropdown takes one of its values: that of the first answer that is one."""
        chosen: list[Numbered] = []
        for number, answer in target.answers:
            value = (
                choose(answer.value, allowed, from_1904=self._dropdowns.from_1904)
                if answer.value is not None
                else None
            )
            if value is None:
                options = ", ".join(str(option) for option in allowed[:12])
                more = ", ..." if len(allowed) > 12 else ""
                self._skip(
                    number,
                    answer,
                    Status.NOT_IN_LIST,
                    _('"%(text)s" is none of: %(options)s')
                    % {"text": _short(answer.value), "options": options + more},
                )
            elif chosen and value != target.value:
                self._skip(
                    number,
                    answer,
                    Status.INVALID,
                    _("%(name)s is shared and already holds another choice") % {"name": target.name},
                )
            else:
                target.value = value
                chosen.append((number, answer))
        target.answers = chosen

    def _join(self, target: Target) -> None:
        """Answers that share a cell stand in it one below another, a blank line between, each once."""
        values = [answer.value for _, answer in target.answers if answer.value is not None]
        distinct = list(dict.fromkeys(values))
        if len(distinct) == 1:
            target.value = distinct[0]
        else:
            target.value = "\n\n".join(str(value).strip() for value in distinct)
            self._remark(
                target,
                ngettext(
                    "%(count)d answer shares this cell", "%(count)d answers share this cell", len(distinct)
                )
                % {"count": len(distinct)},
            )

    def _take_number(self, target: Target) -> None:
        """A cell whose rule asks for a number gets one, so that the form can calculate with it."""
        rule = self._numbers.find(target.cell)
        if rule is None or not isinstance(target.value, str):
            return
        number = plain_number(target.value)
        if number is None:
            self._remark(target, _("the form asks for a number here; the answer was written as text"))
            return
        target.value = number
        if rule.whole and not float(number).is_integer():
            self._remark(target, _("the form asks for a whole number here"))

    def _refuse_unfit(self, target: Target) -> None:
        if isinstance(target.value, str):
            length = utf16_length(target.value)
            detail = _("%(length)s characters; a cell holds %(most)s. Shorten the answer.") % {
                "length": format_number(length),
                "most": format_number(CELL_UNITS),
            }
            self.refuse(target, Status.TOO_LONG, detail)
        else:
            self.refuse(target, Status.INVALID, _("infinity and not-a-number cannot stand in a cell"))

    def _remark(self, target: Target, remark: str) -> None:
        target.remark = f"{target.remark}; {remark}" if target.remark else remark

    def refuse(self, target: Target, status: Status, detail: str) -> None:
        """Give up on a target: each of its answers gets the outcome."""
        for number, answer in target.answers:
            self._skip(number, answer, status, detail)

    def accept(self, target: Target) -> None:
        """Record that the target was written."""
        for number, answer in target.answers:
            self.outcomes[number] = CellOutcome(
                answer.sheet, answer.cell, Status.FILLED, target.remark, written_to=target.name
            )

    def _skip(self, number: int, answer: CellAnswer, status: Status, detail: str) -> None:
        self.outcomes[number] = CellOutcome(answer.sheet, answer.cell, status, detail)


def covered_by(cell: tuple[int, int], ranges: Iterable[CellRange]) -> bool:
    return any(cell in covered for covered in ranges)


def _short(value: object) -> str:
    text = str(value)
    return text if len(text) <= 60 else text[:59] + "…"
