"""Comparing one row before and after: every cell the same, save those that hold answers."""

import re
from typing import Any

from lxml import etree

from core.words import gettext as _
from rfp_manager.workbooks.part_xml import local_name
from rfp_manager.workbooks.writing.addresses import cell_name, column_number
from rfp_manager.workbooks.writing.report import CellAnswer

_SPANS = re.compile(rb"""(\sspans\s*=\s*["'])(\d+):(\d+)(["'])""")
_CELL_COLUMN = re.compile(rb"""[^>]*?\sr\s*=\s*["']([A-Za-z]+)\d+["']""")
_MEANT_LITERALLY = re.compile(r"_x([0-9A-Fa-f]{4})_")
# The value type and metadata of old content go with it; everything else about a cell stays.
_GO_WITH_CONTENT = {"t", "cm", "vm"}


class RowComparison:
    """Compares rows of one sheet; what differs is appended to `differences` as sentences."""

    def __init__(self, part: str, root: bytes, prefix: bytes, differences: list[str]) -> None:
        self._part = part
        self._differences = differences
        self._root = root.rstrip(b"/>") + b">"
        self._row = b"<" + prefix + b"row"
        self._root_end = b"</" + prefix + b"worksheet>"
        self._row_end = b"</" + prefix + b"row"
        self._cell = b"<" + prefix + b"c"
        name = re.escape(prefix)
        self._whole_cell = re.compile(
            rb"(?:[^>\"']|\"[^\"]*\"|'[^']*')*(?:(?<=/)>|>.*?</" + name + rb"c\s*>)", re.DOTALL
        )
        macrosheet = re.match(rb"<(?:[\w.\-]+:)?macrosheet", root)
        if macrosheet:
            self._root_end = b"</" + prefix + b"macrosheet>"
        # Parsed cells are ours to trust no more than the file: no entities, no network.
        self._parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)

    def compare(self, number: int, old: bytes | None, new: bytes, answers: dict[int, CellAnswer]) -> None:
        """`old` is None for a row that the original lacks. `answers` are the row's, by column."""
        old_start, old_cells, old_rest = self._cut(old) if old is not None else (None, [], b"")
        new_start, new_cells, new_rest = self._cut(new)
        if old_start is not None and not _same_start(old_start, new_start):
            self._differences.append(
                _("The settings of %(where)s differ.") % {"where": self._named_row(number)}
            )
        if old_rest.strip() != new_rest.strip():
            self._differences.append(
                _("What stands between the cells of %(where)s differs.") % {"where": self._named_row(number)}
            )
        before = self._by_column(old_cells, number)
        after = self._by_column(new_cells, number)
        if list(after) != sorted(after):
            self._differences.append(
                _("The cells of %(where)s are out of order.") % {"where": self._named_row(number)}
            )
        for column in before.keys() - after.keys():
            self._differences.append(
                _("%(cell)s of %(where)s is missing.")
                % {"cell": cell_name(number, column), "where": self._named_row(number)}
            )
        for column, xml in after.items():
            answer = answers.get(column)
            original = before.get(column)
            if answer is not None:
                self._check_answer(cell_name(number, column), new_start, original, xml, answer)
            elif original != xml:
                self._differences.append(
                    _("%(cell)s of %(where)s differs.")
                    % {"cell": cell_name(number, column), "where": self._named_row(number)}
                )
        self._differences.extend(
            _("The answer in %(cell)s of %(where)s is missing.")
            % {"cell": cell_name(number, column), "where": self._named_row(number)}
            for column in answers.keys() - after.keys()
        )

    def _cut(self, row: bytes) -> tuple[bytes, list[bytes], bytes]:
        """The row's start tag, its cells (from behind `<c`), and everything that stands around them."""
        pieces = self._split(row)
        start_end = _tag_end(pieces[0])
        cells, rest = [], [pieces[0][start_end:]]
        for piece in pieces[1:]:
            cell = self._whole_cell.match(piece)
            end = cell.end() if cell else len(piece)
            cells.append(piece[:end])
            rest.append(piece[end:])
        around = b"".join(rest)
        closing = around.rfind(self._row_end)
        if closing >= 0:
            around = around[:closing] + around[around.index(b">", closing) + 1 :]
        return pieces[0][:start_end], cells, around

    def _split(self, row: bytes) -> list[bytes]:
        """The row cut before each cell; a longer name that begins with c is no cell."""
        pieces: list[bytes] = []
        for piece in row.split(self._cell):
            if pieces and piece[:1] not in (b" ", b"/", b">", b"\n", b"\r", b"\t"):
                pieces[-1] += self._cell + piece
            else:
                pieces.append(piece)
        return pieces

    def _named_row(self, number: int) -> str:
        return _('row %(number)s of "%(part)s"') % {"number": number, "part": self._part}

    def _by_column(self, cells: list[bytes], number: int) -> dict[int, bytes]:
        found: dict[int, bytes] = {}
        column = 0
        for xml in cells:
            match = _CELL_COLUMN.match(xml)
            column = column_number(match[1].decode()) if match else column + 1
            if column in found:
                self._differences.append(
                    _("A cell of %(where)s stands there twice.") % {"where": self._named_row(number)}
                )
            found[column] = xml
        return found

    def _check_answer(
        self, name: str, row_start: bytes, old: bytes | None, new: bytes, answer: CellAnswer
    ) -> None:
        cell = self._parse(row_start, new)
        if old is not None:
            original = self._parse(row_start, old)
            kept = {k: v for k, v in original.attrib.items() if k not in _GO_WITH_CONTENT}
            if kept != {k: v for k, v in cell.attrib.items() if k not in _GO_WITH_CONTENT}:
                self._differences.append(
                    _('The format of %(name)s of "%(part)s" differs.') % {"name": name, "part": self._part}
                )
        elif set(cell.attrib) - {"r", "s", "t"}:
            self._differences.append(
                _('The new cell %(name)s of "%(part)s" has more than a value.')
                % {"name": name, "part": self._part}
            )
        if "cm" in cell.attrib or "vm" in cell.attrib or not _holds(cell, answer):
            self._differences.append(
                _('%(name)s of "%(part)s" does not hold its answer.') % {"name": name, "part": self._part}
            )

    def _parse(self, row_start: bytes, xml: bytes) -> Any:
        """A cell as an element, inside its sheet and row, which may declare the prefixes that it uses."""
        row = self._row + row_start.rstrip(b"/>") + b">" + self._cell + xml + self._row_end + b">"
        try:
            return etree.fromstring(self._root + row + self._root_end, self._parser)[0][0]
        except (etree.XMLSyntaxError, IndexError):
            return etree.Element("unreadable")


def _holds(cell: Any, answer: CellAnswer) -> bool:
    """Whether a cell reads back as the answer, and as nothing besides."""
    kind = cell.get("t", "n")
    content = [child for child in cell if local_name(child) in ("f", "v", "is")]
    if len(content) != 1 or local_name(content[0]) == "f":
        return False
    if isinstance(answer.value, str):
        text = "".join(t.text or "" for t in content[0].iter() if local_name(t) == "t")
        read = _MEANT_LITERALLY.sub(lambda match: chr(int(match[1], 16)), text)
        return kind == "inlineStr" and read == answer.value
    text = content[0].text or ""
    if isinstance(answer.value, bool):
        return kind == "b" and text == str(int(answer.value))
    return kind == "n" and answer.value is not None and float(text) == float(answer.value)


def _tag_end(start: bytes) -> int:
    match = re.match(rb"(?:[^>\"']|\"[^\"]*\"|'[^']*')*>", start)
    return match.end() if match else len(start)


def _same_start(old: bytes, new: bytes) -> bool:
    """Start tags are equal up to spans that grew, and to a self-closing row that now has an end tag."""
    before, after = _SPANS.search(old), _SPANS.search(new)
    if before and after and (int(after[2]) > int(before[2]) or int(after[3]) < int(before[3])):
        return False
    cleaned_old = _SPANS.sub(b"", old).rstrip(b">").rstrip(b"/ \t\r\n")
    return cleaned_old == _SPANS.sub(b"", new).rstrip(b">").rstrip(b"/ \t\r\n")
