"""Checking an upload before anything of it is believed: what it is, what is in it, what it would cost to read.

The check streams every part once, with limits, and builds no grid: a cell in the last corner of a sheet costs
nothing, and a sheet with a million rows is refused after counting, before it is parsed.
"""

import io
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import IO

from core.words import format_number, gettext_noop
from core.words import gettext as _
from rfp_manager.workbooks.archive import DEFAULT_LIMITS, MEGABYTE, ArchiveLimits, WorkbookError
from rfp_manager.workbooks.csv_text import read_csv
from rfp_manager.workbooks.foreign_formats import refuse_foreign_format
from rfp_manager.workbooks.package import SheetPart, WorkbookPackage
from rfp_manager.workbooks.part_xml import SAVE_AS_XLSX
from rfp_manager.workbooks.writing.xml_stream import XmlPart

MOST_ROWS = 250_000
MOST_CELLS = 6_000_000
# The texts that cells share are read all at once, in the web process too, where they take several times this size.
# A questionnaire has some megabytes of them.
MOST_SHARED_TEXT = 128 * MEGABYTE

_KINDS = (".xlsx", ".xlsm", ".csv")
_FOREIGN_KINDS = {
    ".xls": gettext_noop("the old Excel format (.xls)"),
    ".xlsb": gettext_noop("a binary workbook (.xlsb)"),
    ".ods": gettext_noop("an OpenDocument spreadsheet (.ods)"),
    ".numbers": gettext_noop("an Apple Numbers document"),
    ".xltx": gettext_noop("a workbook template (.xltx)"),
    ".xltm": gettext_noop("a workbook template (.xltm)"),
}
_ARCHIVES = (".zip", ".7z", ".rar", ".gz", ".bz2", ".xz", ".tar", ".jar", ".exe")
_EMBEDDED = re.compile(r"(?:^|/)embeddings/", re.IGNORECASE)
_ROOT = re.compile(rb"<(?:([\w.\-]+):)?[\w.\-]+[\s/>]")
_PROTECTION = re.compile(rb"""<(?:[\w.\-]+:)?sheetProtection\s[^>]*?\bsheet\s*=\s*["'](?:1|true)["']""")


@dataclass(frozen=True)
class SheetFacts:
    """One sheet as far as counting shows it. `rows` counts the rows that the file describes, not the last one."""

    name: str
    state: str
    kind: str
    rows: int = 0
    cells: int = 0
    protected: bool = False


@dataclass(frozen=True)
class WorkbookFacts:
    """What an accepted upload is. `kind` is "xlsx", "xlsm" or "csv"; `warnings` are sentences for the user."""

    kind: str
    sheets: list[SheetFacts]
    has_macros: bool = False
    external_links: list[str] = field(default_factory=list)
    signed: bool = False
    warnings: list[str] = field(default_factory=list)

    @property
    def protected_sheets(self) -> list[str]:
        return [sheet.name for sheet in self.sheets if sheet.protected]


def check_workbook(
    source: Path | bytes | IO[bytes], *, filename: str, limits: ArchiveLimits = DEFAULT_LIMITS
) -> WorkbookFacts:
    """The facts about an upload, or a WorkbookError whose sentence says why it is refused and what to do.

    `filename` is the name that the user gave the file; its extension must agree with the content.
    """
    suffix = PurePosixPath(filename.replace("\\", "/")).suffix.lower()
    if isinstance(source, Path):
        with source.open("rb") as file:
            return _check(file, suffix, limits)
    return _check(io.BytesIO(source) if isinstance(source, bytes) else source, suffix, limits)


def _check(file: IO[bytes], suffix: str, limits: ArchiveLimits) -> WorkbookFacts:
    file.seek(0)
    head = file.read(8)
    if not head:
        refuse_foreign_format(head)
    if suffix in _FOREIGN_KINDS:
        raise WorkbookError(
            _("This is %(kind)s, which Spelunker does not read.") % {"kind": _(_FOREIGN_KINDS[suffix])}
            + " "
            + _(SAVE_AS_XLSX)
        )
    if suffix not in _KINDS:
        refusal = (
            _('A file with the ending "%(suffix)s" is no workbook that Spelunker reads (.xlsx, .xlsm, .csv).')
            % {"suffix": suffix}
            if suffix
            else _("A file without an ending is no workbook that Spelunker reads (.xlsx, .xlsm, .csv).")
        )
        raise WorkbookError(f"{refusal} {_(SAVE_AS_XLSX)}")
    try:
        if suffix == ".csv":
            csv = read_csv(file)
            cells = sum(len(row.fields) for row in csv.rows)
            return WorkbookFacts("csv", [SheetFacts("csv", "visible", "worksheet", len(csv.rows), cells)])
        return _check_package(file, suffix, limits)
    finally:
        file.seek(0)


def _check_package(file: IO[bytes], suffix: str, limits: ArchiveLimits) -> WorkbookFacts:
    with WorkbookPackage.open(file, limits=limits) as package:
        if not any(sheet.kind == "worksheet" for sheet in package.sheets):
            raise WorkbookError(_("The workbook has charts but no sheet with cells.") + " " + _(SAVE_AS_XLSX))
        _refuse_archives(package)
        _refuse_vast_texts(package)
        relationships = package.relationships(package.workbook_part).values()
        has_macros = any(r.type == "vbaProject" for r in relationships)
        if has_macros and suffix == ".xlsx":
            raise WorkbookError(
                _(
                    "The workbook holds macros but is named .xlsx, which Excel itself refuses to open. Rename it to "
                    ".xlsm, or save it without macros, and upload it again."
                )
            )
        sheet_parts = {sheet.part: sheet for sheet in package.sheets}
        counted: dict[str, SheetFacts] = {}
        budget = _Budget()
        for part in package.parts:
            sheet = sheet_parts.get(part)
            if sheet is not None:
                counted[part] = _count_sheet(package, sheet, budget)
            elif part.lower().endswith((".xml", ".rels", ".vml")):
                _read_through(XmlPart(package, part).blocks())
            else:
                _read_through(_raw(package, part))
        links = _external_links(package)
        facts = WorkbookFacts(
            kind="xlsm" if has_macros or suffix == ".xlsm" else "xlsx",
            sheets=[counted[sheet.part] for sheet in package.sheets],
            has_macros=has_macros,
            external_links=links,
            signed=any(r.type == "origin" for r in package.relationships("").values())
            or any(part.lower().startswith("_xmlsignatures/") for part in package.parts),
        )
        facts.warnings.extend(_warnings(facts, package))
        return facts


@dataclass
class _Budget:
    rows: int = MOST_ROWS
    cells: int = MOST_CELLS


def _count_sheet(package: WorkbookPackage, sheet: SheetPart, budget: _Budget) -> SheetFacts:
    rows = cells = 0
    protected = False
    row_tags: tuple[bytes, ...] = ()
    for block in XmlPart(package, sheet.part).masked_blocks():
        if not row_tags:
            root = _ROOT.search(block)
            prefix = root[1] + b":" if root and root[1] else b""
            row_tags = (b"<" + prefix + b"row", b"<" + prefix + b"c")
        rows += block.count(row_tags[0])
        cells += block.count(row_tags[1])
        if rows > budget.rows or cells > budget.cells:
            what = (
                _("%(most)s rows") % {"most": format_number(MOST_ROWS)}
                if rows > budget.rows
                else _("%(most)s cells") % {"most": format_number(MOST_CELLS)}
            )
            raise WorkbookError(
                _(
                    'The workbook describes more than %(what)s (counted up to the sheet "%(name)s"), so it was '
                    "not read. Delete the empty formatted rows below the questions, save it and upload it again."
                )
                % {"what": what, "name": sheet.name}
            )
        protected = protected or (b"sheetProtection" in block and _PROTECTION.search(block) is not None)
    budget.rows -= rows
    budget.cells -= cells
    return SheetFacts(sheet.name, sheet.state, sheet.kind, rows, cells, protected)


def _refuse_archives(package: WorkbookPackage) -> None:
    for part in package.parts:
        if part.lower().endswith(_ARCHIVES) and not _EMBEDDED.search(part):
            raise WorkbookError(
                _(
                    'The workbook hides an archive or a program inside ("%(part)s"), which Excel never does. It '
                    "was refused: ask the sender for the original."
                )
                % {"part": part}
            )


def _refuse_vast_texts(package: WorkbookPackage) -> None:
    entry = package.entry(package.shared_strings_part) if package.shared_strings_part else None
    if entry is not None and entry.info.file_size > MOST_SHARED_TEXT:
        raise WorkbookError(
            _(
                "The texts in the workbook's cells take more than %(megabytes)s MB, so it was not read. Delete the "
                "sheets that ask nothing, save it and upload it again."
            )
            % {"megabytes": MOST_SHARED_TEXT // MEGABYTE}
        )


def _external_links(package: WorkbookPackage) -> list[str]:
    """The addresses that formulas of the workbook refer to, and DDE servers; nothing is ever fetched."""
    links = []
    for relationship in package.relationships(package.workbook_part).values():
        if relationship.type != "externalLink" or not package.entry(relationship.target):
            continue
        targets = [r.target for r in package.relationships(relationship.target).values() if r.external]
        with package.stream(relationship.target) as stream:
            head = stream.read(64 * 1024)
        links.extend(targets)
        if b"ddeLink" in head:
            links.append("DDE")
    return links


def _warnings(facts: WorkbookFacts, package: WorkbookPackage) -> Iterator[str]:
    if facts.has_macros:
        yield _("The workbook holds macros. They are kept as they are and never run here.")
    if facts.external_links:
        yield _("The workbook refers to other files or programs. Those links are kept and not followed.")
    if facts.signed:
        yield (
            _(
                "The workbook carries a digital signature, which becomes invalid when answers are written into it."
            )
        )
    if facts.protected_sheets:
        names = ", ".join(f'"{name}"' for name in facts.protected_sheets[:5])
        yield (
            _("Sheets are protected (%(names)s and others): answers go into their unlocked cells only.")
            if len(facts.protected_sheets) > 5
            else _("Sheets are protected (%(names)s): answers go into their unlocked cells only.")
        ) % {"names": names}
    if any(_EMBEDDED.search(part) for part in package.parts):
        yield _("The workbook holds embedded files. They are kept as they are and not opened.")


def _raw(package: WorkbookPackage, part: str) -> Iterator[bytes]:
    with package.stream(part) as stream:
        while block := stream.read(256 * 1024):
            yield block


def _read_through(blocks: Iterator[bytes]) -> None:
    """Unpack to the end, so that a checksum that is wrong or a size that lies shows now and not in an export."""
    for _block in blocks:
        pass
