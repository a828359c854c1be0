"""A customer's .xlsx or .xlsm as a package of parts: sheets, relationships, defined names, raw bytes.

Opening reads the zip directory and `workbook.xml`, nothing else; sheets are streamed when asked for.
Part names are zip entry names ("xl/worksheets/sheet1.xml"). They are found without regard to case, as the
format demands.
"""

import io
import posixpath
import shutil
from contextlib import ExitStack
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from types import TracebackType
from typing import IO, Any, BinaryIO, Self
from urllib.parse import unquote

from core.words import gettext as _
from rfp_manager.workbooks.archive import (
    DEFAULT_LIMITS,
    Archive,
    ArchiveEntry,
    ArchiveLimits,
    WorkbookError,
)
from rfp_manager.workbooks.foreign_formats import refuse_foreign_format
from rfp_manager.workbooks.part_xml import PARSED_PART_LIMIT, SAVE_AS_XLSX, local_name, parse_xml

__all__ = ["DefinedName", "Relationship", "SheetPart", "WorkbookError", "WorkbookPackage"]

# What is unpacked at a time stays in the processor's cache until it is copied.
_PIECE = 128 * 1024


@dataclass(frozen=True)
class SheetPart:
    """One tab of the workbook. `kind` is "worksheet", "chartsheet", "dialogsheet" or "macrosheet"."""

    name: str
    part: str
    state: str
    kind: str = "worksheet"


@dataclass(frozen=True)
class Relationship:
    """`type` is the last word of the relationship's type URI, the same in strict and transitional files.

    `target` is a part name, or, when `external`, the address as the file states it.
    """

    type: str
    target: str
    external: bool


@dataclass(frozen=True)
class DefinedName:
    """`text` is the formula that the name stands for; `local_sheet_index` counts all sheets from 0."""

    name: str
    text: str
    local_sheet_index: int | None


class WorkbookPackage:
    """An open workbook package; a context manager. Raises WorkbookError on anything that is no workbook."""

    def __init__(self, archive: Archive, resources: ExitStack) -> None:
        self.archive = archive
        self._resources = resources
        self._entries = {_folded(entry.name): entry for entry in archive.entries}
        self._relationships: dict[str, dict[str, Relationship]] = {}
        self.workbook_part = self._find_workbook_part()
        self._workbook = self.parse(self.workbook_part)
        if local_name(self._workbook) != "workbook":
            raise WorkbookError(_("The file is an Office document, but no workbook.") + " " + _(SAVE_AS_XLSX))
        self._positions: dict[str, int] = {}
        self.sheets = self._read_sheets()
        if not self.sheets:
            raise WorkbookError(_("The workbook has no sheets.") + " " + _(SAVE_AS_XLSX))

    @classmethod
    def open(cls, source: Path | IO[bytes], *, limits: ArchiveLimits = DEFAULT_LIMITS) -> Self:
        """Open a path, or a seekable binary file that stays the caller's to close."""
        with ExitStack() as resources:
            file = resources.enter_context(source.open("rb")) if isinstance(source, Path) else source
            file.seek(0)
            refuse_foreign_format(file.read(8))
            archive = Archive(file, limits=limits)
            resources.callback(archive.close)
            return cls(archive, resources.pop_all())

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        self._resources.close()

    @property
    def parts(self) -> list[str]:
        """Every part's name, in the order of the zip directory (folders left out)."""
        return [entry.name for entry in self.archive.entries if not entry.name.endswith("/")]

    def entry(self, part: str) -> ArchiveEntry | None:
        return self._entries.get(_folded(part))

    def stream(self, part: str) -> BinaryIO:
        """The part's unpacked bytes as a stream. Close it, or use it in a `with`."""
        entry = self.entry(part)
        if entry is None:
            raise WorkbookError(
                _('The workbook is damaged: its part "%(part)s" is missing.') % {"part": part}
                + " "
                + _(SAVE_AS_XLSX)
            )
        return self.archive.open(entry)

    def read(self, part: str) -> bytes:
        """The whole part. Meant for small parts; sheets and shared strings are better streamed."""
        # By the piece into a buffer that grows in place: asked for all at once, a large part is held twice.
        buffer = io.BytesIO()
        with self.stream(part) as stream:
            shutil.copyfileobj(stream, buffer, _PIECE)
        return buffer.getvalue()

    def parse(self, part: str) -> Any:
        """The root element of a small XML part, without entities or network."""
        with self.stream(part) as stream:
            data = stream.read(PARSED_PART_LIMIT + 1)
        if len(data) > PARSED_PART_LIMIT:
            raise WorkbookError(
                _('The part "%(part)s" of the workbook is too large to read.') % {"part": part}
                + " "
                + _(SAVE_AS_XLSX)
            )
        return parse_xml(data, part=part)

    def parse_if_xml(self, part: str) -> Any | None:
        """The root element of a part, None when it is a picture, a macro or anything else that is not XML."""
        return self.parse(part) if part.lower().endswith((".xml", ".rels", ".vml")) else None

    def relationships(self, part: str) -> dict[str, Relationship]:
        """The part's relationships by id; "" stands for the package itself. Empty when it has none."""
        if part not in self._relationships:
            self._relationships[part] = self._read_relationships(part)
        return self._relationships[part]

    @cached_property
    def shared_strings_part(self) -> str | None:
        return self._related("sharedStrings")

    @cached_property
    def styles_part(self) -> str | None:
        return self._related("styles")

    @cached_property
    def calc_chain_part(self) -> str | None:
        return self._related("calcChain")

    @cached_property
    def from_1904(self) -> bool:
        """Whether the days that dates are kept as count from 1904, as in workbooks that began on an old Mac."""
        return any(
            element.get("date1904", "0") in ("1", "true")
            for element in self._workbook
            if local_name(element) == "workbookPr"
        )

    @cached_property
    def defined_names(self) -> list[DefinedName]:
        names = []
        for element in _descendants(self._workbook, "definedNames", "definedName"):
            local = element.get("localSheetId")
            names.append(
                DefinedName(
                    element.get("name", ""),
                    (element.text or "").strip(),
                    int(local) if local is not None and local.isdigit() else None,
                )
            )
        return names

    def sheet(self, name: str) -> SheetPart | None:
        """The sheet of that name; like Excel, without regard to case when no exact match exists."""
        for sheet in self.sheets:
            if sheet.name == name:
                return sheet
        return next((sheet for sheet in self.sheets if sheet.name.casefold() == name.casefold()), None)

    def sheet_index(self, sheet: SheetPart) -> int:
        """The sheet's position among all tabs, as DefinedName.local_sheet_index counts them."""
        return self._positions[sheet.part]

    def _related(self, kind: str) -> str | None:
        for relationship in self.relationships(self.workbook_part).values():
            if relationship.type == kind and not relationship.external and self.entry(relationship.target):
                return relationship.target
        return None

    def _find_workbook_part(self) -> str:
        if self.entry("mimetype") and self.read("mimetype").startswith(b"application/vnd.oasis.opendocument"):
            raise WorkbookError(
                _("This is an OpenDocument file, which Spelunker does not read.") + " " + _(SAVE_AS_XLSX)
            )
        for relationship in self.relationships("").values():
            if relationship.type == "officeDocument" and not relationship.external:
                if relationship.target.lower().endswith(".bin"):
                    raise WorkbookError(
                        _("This is a binary workbook (.xlsb), which Spelunker does not read.")
                        + " "
                        + _(SAVE_AS_XLSX)
                    )
                if self.entry(relationship.target):
                    return relationship.target
        raise WorkbookError(
            _("The file is a zip archive, but there is no workbook inside.") + " " + _(SAVE_AS_XLSX)
        )

    def _read_sheets(self) -> list[SheetPart]:
        relationships = self.relationships(self.workbook_part)
        sheets = []
        for position, element in enumerate(_descendants(self._workbook, "sheets", "sheet")):
            ids = [
                value
                for key, value in element.attrib.items()
                if key.startswith("{") and key.endswith("relationships}id")
            ]
            relationship = relationships.get(ids[0]) if ids else None
            if relationship is None or relationship.external or not self.entry(relationship.target):
                continue
            self._positions[relationship.target] = position
            kind = relationship.type.lower()
            kind = "macrosheet" if kind.endswith("macrosheet") else kind
            sheets.append(
                SheetPart(element.get("name", ""), relationship.target, element.get("state", "visible"), kind)
            )
        return sheets

    def _read_relationships(self, part: str) -> dict[str, Relationship]:
        folder, file_name = posixpath.split(part)
        rels_part = posixpath.join(folder, "_rels", file_name + ".rels")
        if self.entry(rels_part) is None:
            return {}
        found = {}
        for element in self.parse(rels_part):
            if local_name(element) != "Relationship":
                continue
            external = element.get("TargetMode") == "External"
            target = element.get("Target", "")
            kind = element.get("Type", "").rsplit("/", 1)[-1]
            resolved = target if external else self._resolve(folder, target)
            found[element.get("Id", "")] = Relationship(kind, resolved, external)
        return found

    def _resolve(self, folder: str, target: str) -> str:
        target = target.replace("\\", "/").split("#", 1)[0]
        name = posixpath.normpath(posixpath.join("/", folder, target)).lstrip("/")
        entry = self.entry(name) or self.entry(unquote(name))
        return entry.name if entry else name


def _descendants(root: Any, container: str, name: str) -> list[Any]:
    return [
        element
        for parent in root
        if local_name(parent) == container
        for element in parent
        if local_name(element) == name
    ]


def _folded(part: str) -> str:
    return part.replace("\\", "/").casefold()
