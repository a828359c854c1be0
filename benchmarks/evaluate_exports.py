"""Every detected answer cell of a workbook filled, and what is left of the rest of it.

Nothing here uses the product's own proof: parts are compared as bytes, answers are read back by openpyxl and by
LibreOffice (left out, and said so, where it is not installed), features are counted in the XML before and after,
and LibreOffice renders the sheets that took no answer.
"""

import hashlib
import re
import zipfile
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from warnings import catch_warnings, simplefilter

import openpyxl
from libreoffice import convert, find_soffice, read_values, rendered_sheets
from lxml import etree
from openpyxl.utils.cell import coordinate_to_tuple
from openpyxl.utils.escape import unescape

from rfp_manager.workbooks.layout import TICK, AnswerCell, WorkbookLayout
from rfp_manager.workbooks.writing import CellAnswer, FillReport, fill_workbook

# Texts that a careless writer spoils: formulas, markup, line breaks, edges of space, escapes, other planes.
NARRATIVES = (
    "Yes: encrypted at rest & in transit <AES-256>.",
    '=HYPERLINK("http://example.com")',
    "+49 30 1234567",
    "First line\nSecond line\n\nLast line",
    "  spaces at both ends  ",
    "-1",
    "@SUM(A1:A9)",
    "Zażółć gęślą jaźń, 漢字かな交じり, العربية, 🙂",
    "A literal _x000D_ escape and \"quotes\" and 'apostrophes'.",
    "0012",
)
COUNTED = {
    "dataValidation": "validations",
    "cfRule": "conditional formats",
    "mergeCell": "merges",
    "hyperlink": "links",
    "legacyDrawing": "comment drawings",
    "drawing": "drawings",
    "control": "controls",
    "tablePart": "tables",
    "sheetProtection": "protections",
    "rowBreaks": "page breaks",
    "f": "formulas",
}


@dataclass
class ExportFigures:
    """Counts for one workbook; every pair is (how many, of how many)."""

    answers: int = 0
    filled: int = 0
    parts: int = 0
    identical: int = 0
    openpyxl: int = 0
    features: int = 0
    kept: int = 0
    libreoffice: int | None = None
    rendered: int | None = None
    alike: int | None = None
    recalculated: int = 0
    skipped: Counter[str] = field(default_factory=Counter)
    problems: list[str] = field(default_factory=list)


def answers_for(layout: WorkbookLayout) -> list[CellAnswer]:
    """An answer for every cell that detection found, each choice from its own list."""
    answers: list[CellAnswer] = []
    for sheet in layout.sheets:
        for question in sheet.questions:
            for cell in question.answers:
                answers.append(CellAnswer(sheet.sheet, cell.cell, _value(cell, len(answers))))
    return answers


def _value(cell: AnswerCell, number: int) -> str:
    if cell.kind == TICK:
        return "X"
    if cell.allowed:
        return cell.allowed[number % len(cell.allowed)]
    return NARRATIVES[number % len(NARRATIVES)]


def fill_and_compare(source: Path, layout: WorkbookLayout, out: Path) -> tuple[ExportFigures, FillReport]:
    """Fill a copy at `out`, and everything about it that needs no LibreOffice."""
    answers = answers_for(layout)
    report = fill_workbook(source, answers, out)
    figures = ExportFigures(answers=len(answers), filled=report.filled)
    figures.skipped = Counter(outcome.status.value for outcome in report.skipped)
    with zipfile.ZipFile(source) as before, zipfile.ZipFile(out) as after:
        sheets = set(sheet_parts(before).values())
        touched = {f"xl/{part}" if not part.startswith("xl/") else part for part in _parts_of(before, report)}
        if before.namelist() != after.namelist():
            figures.problems.append("the list of parts differs")
        for name in before.namelist():
            if name in touched:
                continue
            same = name in after.namelist() and _digest(before, name) == _digest(after, name)
            # A workbook that calculates is asked to do so on opening: one attribute, allowed and named.
            if (
                not same
                and name == "xl/workbook.xml"
                and _without_calculation(before.read(name)) == (_without_calculation(after.read(name)))
            ):
                continue
            figures.parts += 1
            figures.identical += same
            if not same:
                figures.problems.append(f"{name} differs")
        old, new = _features(before, sheets), _features(after, sheets)
        for feature, count in old.items():
            figures.features += count
            figures.kept += min(count, new[feature])
            if new[feature] < count:
                figures.problems.append(f"{feature}: {count} before, {new[feature]} after")
    figures.openpyxl = _read_by_openpyxl(out, report, figures)
    return figures, report


def _parts_of(book: zipfile.ZipFile, report: FillReport) -> set[str]:
    parts = sheet_parts(book)
    return {parts[answer.sheet] for answer in report.written}


def sheet_parts(book: zipfile.ZipFile) -> dict[str, str]:
    """The part of each sheet by its name, from the relationships."""
    relationships = {
        element.get("Id"): element.get("Target", "")
        for element in etree.fromstring(book.read("xl/_rels/workbook.xml.rels"))
    }
    workbook = etree.fromstring(book.read("xl/workbook.xml"))
    found = {}
    for element in workbook.iter("{*}sheet"):
        identifier = next(value for key, value in element.attrib.items() if key.endswith("}id"))
        target = relationships[identifier].lstrip("/")
        found[element.get("name")] = target if target.startswith("xl/") else f"xl/{target}"
    return found


def _without_calculation(xml: bytes) -> bytes:
    return re.sub(rb'<(?:\w+:)?calcPr fullCalcOnLoad="1"/>|\sfullCalcOnLoad="\d"', b"", xml)


def _digest(book: zipfile.ZipFile, name: str) -> str:
    return hashlib.sha256(book.read(name)).hexdigest()


def _features(book: zipfile.ZipFile, sheets: set[str]) -> Counter[str]:
    """What a lossy writer loses: counted by element in the sheets, by part elsewhere."""
    found: Counter[str] = Counter()
    for name in book.namelist():
        lower = name.lower()
        for word, feature in (("comments", "comments"), ("media/", "pictures"), ("vbaproject", "macros")):
            found[feature] += word in lower and not lower.endswith(".rels")
    for part in sheets & set(book.namelist()):
        with book.open(part) as stream:
            for _, element in etree.iterparse(stream, huge_tree=True):
                kind = etree.QName(element).localname
                if kind in COUNTED:
                    found[COUNTED[kind]] += 1
                if kind in ("row", "col") and element.get("hidden") in ("1", "true"):
                    found[f"hidden {kind}s"] += 1
                if kind == "row":
                    element.clear()
    return +found


def _read_by_openpyxl(out: Path, report: FillReport, figures: ExportFigures) -> int:
    with catch_warnings():
        simplefilter("ignore")
        book = openpyxl.load_workbook(out, keep_vba=out.suffix == ".xlsm")
    right = 0
    for answer in report.written:
        read = book[answer.sheet][answer.cell].value
        # openpyxl hands out the format's escape for "_x000D_" undecoded; Excel and LibreOffice decode it.
        read = unescape(read) if isinstance(read, str) else read
        right += same_value(read, answer.value)
        if not same_value(read, answer.value):
            figures.problems.append(f"openpyxl reads {read!r} in {answer.sheet}!{answer.cell}")
    book.close()
    return right


def same_value(read: Any, written: Any) -> bool:
    if isinstance(written, str):
        return isinstance(read, str) and read == written
    return isinstance(read, int | float) and float(read) == float(written)


def evaluate_exports(books: list[tuple[Path, WorkbookLayout]], scratch: Path) -> dict[str, ExportFigures]:
    """Figures by file name. `scratch` is an empty folder that may be filled."""
    results: dict[str, ExportFigures] = {}
    reports: dict[str, FillReport] = {}
    filled = scratch / "filled"
    filled.mkdir()
    for source, layout in books:
        results[source.name], reports[source.name] = fill_and_compare(source, layout, filled / source.name)
    soffice = find_soffice()
    if soffice is not None:
        originals, written = [source for source, _ in books], [filled / source.name for source, _ in books]
        convert(soffice, originals, "html", scratch / "before")
        convert(soffice, written, "html", scratch / "after")
        convert(soffice, written, "xlsx", scratch / "saved")
        for source, _ in books:
            _judge_by_libreoffice(source, scratch, reports[source.name], results[source.name])
    return results


def _judge_by_libreoffice(source: Path, scratch: Path, report: FillReport, figures: ExportFigures) -> None:
    saved = read_values(scratch / "saved" / f"{source.stem}.xlsx")
    figures.libreoffice = 0
    for answer in report.written:
        column, row = _column_and_row(answer.cell)
        rows = saved[answer.sheet]
        read = rows[row - 1][column - 1] if row <= len(rows) and column <= len(rows[row - 1]) else ""
        figures.libreoffice += same_value(read, answer.value)
        if not same_value(read, answer.value):
            figures.problems.append(f"LibreOffice reads {read!r} in {answer.sheet}!{answer.cell}")
    with zipfile.ZipFile(source) as book:
        parts = sheet_parts(book)
        calculating = {name for name, part in parts.items() if _draws_values_of_others(book, part)}
    before, after = (
        rendered_sheets(scratch / side / f"{source.stem}.html", list(parts)) for side in ("before", "after")
    )
    touched = {answer.sheet for answer in report.written}
    figures.rendered = figures.alike = 0
    for name, html in before.items():
        if name in touched:
            continue
        if html != after.get(name) and name in calculating:
            figures.recalculated += 1
            continue
        figures.rendered += 1
        figures.alike += html == after.get(name)
        if html != after.get(name):
            figures.problems.append(f'LibreOffice draws the untouched sheet "{name}" differently')


def _draws_values_of_others(book: zipfile.ZipFile, part: str) -> bool:
    """Formulas and charts follow the answers, so that their sheets may look different although untouched."""
    data = book.read(part)
    return re.search(rb"<(?:\w+:)?f[\s>/]", data) is not None


def _column_and_row(cell: str) -> tuple[int, int]:
    row, column = coordinate_to_tuple(cell)
    return column, row


def print_exports(results: dict[str, ExportFigures]) -> dict[str, Any]:
    """The table, what went wrong, and the totals."""
    titles = (
        "answers filled",
        "other parts same",
        "openpyxl reads",
        "LibreOffice reads",
        "features kept",
        "drawn alike",
    )
    print(f"{'export':36}" + "".join(f"{title:>19}" for title in titles))
    total: list[list[int]] = [[0, 0] for _ in titles]
    for name, f in results.items():
        written = f.openpyxl + sum("openpyxl reads" in problem for problem in f.problems)
        pairs = [
            (f.filled, f.answers),
            (f.identical, f.parts),
            (f.openpyxl, written),
            (f.libreoffice, written),
            (f.kept, f.features),
            (f.alike, f.rendered),
        ]
        print(f"{name[:35]:36}" + "".join(f"{_pair(*pair):>19}" for pair in pairs))
        for sums, (some, of) in zip(total, pairs, strict=True):
            sums[0] += some or 0
            sums[1] += (of or 0) if some is not None else 0
    print(f"{'TOTAL':36}" + "".join(f"{_pair(*sums):>19}" for sums in total))
    if all(figures.libreoffice is None for figures in results.values()):
        print("LibreOffice is not installed, so its reading and drawing were left out.")
    recalculated = sum(figures.recalculated for figures in results.values())
    if recalculated:
        print(f"{recalculated} untouched sheets hold formulas over the answers and show other results now.")
    for name, figures in results.items():
        if figures.skipped:
            print(f"{name}: not filled: {dict(figures.skipped)}")
        for problem in figures.problems[:10]:
            print(f"{name}: {problem}")
    return {title: sums[0] / sums[1] if sums[1] else None for title, sums in zip(titles, total, strict=True)}


def _pair(some: int | None, of: int | None) -> str:
    return "-" if some is None or of is None else f"{some:,}/{of:,}"
