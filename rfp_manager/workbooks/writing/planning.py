"""The edits that put answers into one sheet: a pass over its rows that reads only the wanted ones."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from core.words import gettext as _
from rfp_manager.workbooks.writing.addresses import parse_cell
from rfp_manager.workbooks.writing.report import CellAnswer, Status
from rfp_manager.workbooks.writing.row_heights import is_clipped, row_height
from rfp_manager.workbooks.writing.sheet_rows import CellSpan, RowScanner, RowSpan
from rfp_manager.workbooks.writing.splice import Edit
from rfp_manager.workbooks.writing.survey import SheetSurvey
from rfp_manager.workbooks.writing.targets import Target, TargetFinder, covered_by
from rfp_manager.workbooks.writing.values import cell_content
from rfp_manager.workbooks.writing.xml_stream import XmlPart, unmasked

# Dropped from a rewritten cell: its value type, and the cell and value metadata of the old content.
_OLD_ATTRIBUTES = re.compile(rb"""\s+(?:t|cm|vm)\s*=\s*(?:"[^"]*"|'[^']*')""")
_STYLE = re.compile(rb"""\ss\s*=\s*["'](\d+)["']""")
_SHARED = re.compile(rb"""\st\s*=\s*["'](?:shared|array|dataTable)["']""")
_SPANS = re.compile(rb"""\sspans\s*=\s*["']([^"']*)["']""")
_CUSTOM_FORMAT = re.compile(rb"""\scustomFormat\s*=\s*["'](?:1|true)["']""")


@dataclass
class SheetPlan:
    """What is to change in one sheet's XML, and what then stands in its cells."""

    edits: list[Edit] = field(default_factory=list)
    written: list[CellAnswer] = field(default_factory=list)
    replaced_formula: bool = False
    # Answers that their rows are probably too low to show whole.
    clipped: int = 0


class SheetPlanner:
    """Plans the edits for the targets of one sheet."""

    def __init__(
        self,
        sheet_name: str,
        survey: SheetSurvey,
        finder: TargetFinder,
        *,
        unlocked: frozenset[int],
        replace_formulas: bool,
        allow_locked: bool,
    ) -> None:
        self._sheet_name = sheet_name
        self._survey = survey
        self._finder = finder
        self._unlocked = unlocked
        self._replace_formulas = replace_formulas
        self._check_locks = survey.protected and not allow_locked
        self._prefix = survey.prefix.decode()
        self._scanner = RowScanner(survey.prefix)
        name = re.escape(survey.prefix)
        self._formula = re.compile(rb"<" + name + rb"f(?=[\s/>])([^>]*)>")
        self._old_content = re.compile(
            rb"<" + name + rb"(f|v|is)(?=[\s/>])[^>]*?(?:/>|>.*?</" + name + rb"\1\s*>)", re.DOTALL
        )
        self._plan = SheetPlan()

    def plan(self, part: XmlPart, targets: Iterable[Target]) -> SheetPlan:
        by_row: dict[int, list[Target]] = {}
        for target in targets:
            by_row.setdefault(target.cell[0], []).append(target)
        for row_targets in by_row.values():
            row_targets.sort(key=lambda target: target.cell)
        new_rows: list[Edit] = []
        for row in self._rows(part, by_row):
            if row.data:
                self._fill_row(row, by_row[row.number])
            else:
                created = self._created_row(row.number, by_row[row.number])
                if created:
                    new_rows.append(Edit(row.start, row.start, created))
        self._add_rows(new_rows)
        self._widen_dimension()
        return self._plan

    def _rows(self, part: XmlPart, by_row: dict[int, list[Target]]) -> Iterable[RowSpan]:
        start, end = self._survey.data_tag
        if self._survey.data_is_empty:
            return [RowSpan(number, start, b"") for number in sorted(by_row)]
        return self._scanner.find_rows(part.masked_blocks(), data_start=end, wanted=by_row)

    def _add_rows(self, new_rows: list[Edit]) -> None:
        if new_rows and self._survey.data_is_empty:
            start, end = self._survey.data_tag
            tag = f"{self._prefix}sheetData".encode()
            rows = b"".join(edit.replacement for edit in new_rows)
            self._plan.edits.append(Edit(start, end, b"<%b>%b</%b>" % (tag, rows, tag)))
        else:
            self._plan.edits.extend(new_rows)

    def _fill_row(self, row: RowSpan, targets: list[Target]) -> None:
        attributes = self._scanner.row_attributes(row.data)
        cells = list(self._scanner.cells(row.data))
        existing = {cell.column: cell for cell in cells}
        created: list[tuple[int, bytes, int]] = []
        height = row_height(attributes)
        for target in targets:
            column = target.cell[1]
            cell = existing.get(column)
            already = len(self._plan.written)
            if cell is not None:
                self._fill_cell(row, cell, target)
            elif self._may_write(target, style := self._inherited_style(attributes, column)):
                created.append((self._place_of(cells, column), self._new_cell(target, style), column))
            if height is not None and len(self._plan.written) > already and not target.merged:
                width = self._survey.column_width(column)
                self._plan.clipped += is_clipped(target.value, width, height)
        if not created:
            return
        self._widen_spans(row, attributes, [column for *_, column in created])
        if attributes.endswith(b"/"):
            # A self-closing row gets an end tag: "/>" becomes ">", the cells and the tag.
            end = row.start + len(row.data)
            tag = f"</{self._prefix}row>".encode()
            content = b"".join(xml for _, xml, _ in created)
            self._plan.edits.append(Edit(end - 2, end, b">" + content + tag))
            return
        first_place = self._scanner.attributes_at + len(attributes) + 1
        for place, xml, _column in created:
            at = row.start + (place if place >= 0 else first_place)
            self._plan.edits.append(Edit(at, at, xml))

    def _fill_cell(self, row: RowSpan, cell: CellSpan, target: Target) -> None:
        style = _STYLE.search(cell.attributes)
        formula = self._formula.search(cell.content)
        if formula is not None:
            if not self._replace_formulas:
                self._finder.refuse(target, Status.FORMULA, _("the cell holds a formula of the customer's"))
                return
            if _SHARED.search(formula[1]):
                self._finder.refuse(
                    target, Status.FORMULA, _("the cell is part of a formula that other cells share")
                )
                return
        if not self._may_write(target, int(style[1]) if style else 0):
            return
        if formula is not None:
            self._plan.replaced_formula = True
        kept = unmasked(self._old_content.sub(b"", cell.content)).strip()
        attributes = _OLD_ATTRIBUTES.sub(b"", cell.attributes).rstrip(b"/ \t\r\n")
        xml = self._cell_xml(attributes, target, kept)
        self._plan.edits.append(Edit(row.start + cell.start, row.start + cell.end, xml))

    def _created_row(self, number: int, targets: list[Target]) -> bytes:
        cells = []
        for target in targets:
            style = self._survey.column_style(target.cell[1])
            if self._may_write(target, style or 0):
                cells.append(self._new_cell(target, style))
        if not cells:
            return b""
        name = self._prefix
        return f'<{name}row r="{number}">'.encode() + b"".join(cells) + f"</{name}row>".encode()

    def _may_write(self, target: Target, style: int) -> bool:
        """The last check, for protection; from here on the target counts as written."""
        if (
            self._check_locks
            and style not in self._unlocked
            and not covered_by(target.cell, self._survey.editable)
        ):
            self._finder.refuse(target, Status.LOCKED, _("the sheet is protected and the cell is locked"))
            return False
        self._finder.accept(target)
        self._plan.written.append(CellAnswer(self._sheet_name, target.name, target.value))
        return True

    def _inherited_style(self, row_attributes: bytes, column: int) -> int:
        """A cell that does not exist looks as its row says, if that has a format of its own, else its column."""
        style = _STYLE.search(row_attributes)
        if style and _CUSTOM_FORMAT.search(row_attributes):
            return int(style[1])
        return self._survey.column_style(column) or 0

    def _new_cell(self, target: Target, style: int | None) -> bytes:
        attributes = f' r="{target.name}"' + (f' s="{style}"' if style else "")
        return self._cell_xml(attributes.encode(), target, b"")

    def _cell_xml(self, attributes: bytes, target: Target, kept: bytes) -> bytes:
        kind, content = cell_content(target.value, prefix=self._prefix)
        type_attribute = f' t="{kind}"' if kind else ""
        name = self._prefix
        opening = f"<{name}c".encode() + attributes + f"{type_attribute}>".encode()
        return opening + content.encode() + kept + f"</{name}c>".encode()

    @staticmethod
    def _place_of(cells: list[CellSpan], column: int) -> int:
        """Where in the row's bytes a new cell belongs: before the first cell to its right, else after the last.

        -1 stands for a row without cells.
        """
        for cell in cells:
            if cell.column > column:
                return cell.start
        return cells[-1].end if cells else -1

    def _widen_spans(self, row: RowSpan, attributes: bytes, columns: list[int]) -> None:
        match = _SPANS.search(attributes)
        bounds = [int(number) for number in re.findall(rb"\d+", match[1])] if match else []
        if match is None or not bounds or (min(bounds) <= min(columns) and max(columns) <= max(bounds)):
            return
        at = row.start + self._scanner.attributes_at + match.start(1)
        widened = f"{min(bounds + columns)}:{max(bounds + columns)}".encode()
        self._plan.edits.append(Edit(at, at + len(match[1]), widened))

    def _widen_dimension(self) -> None:
        if self._survey.dimension is None or not self._plan.written:
            return
        start, end, covered = self._survey.dimension
        cells = [cell for answer in self._plan.written if (cell := parse_cell(answer.cell)) is not None]
        widened = covered.widened(cells)
        if widened != covered:
            self._plan.edits.append(Edit(start, end, widened.name.encode()))
