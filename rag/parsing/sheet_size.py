"""How large a worksheet is, found in its XML before a reader makes room for it.

The compiled reader makes room for the whole rectangle, so that one stray cell in the last row and column
would take it all the memory there is.
"""

import re
import zipfile
from dataclasses import dataclass

from rag.parsing.errors import ParsingError
from rag.parsing.package_xml import DAMAGED, Package

_BLOCK_BYTES = 1 << 20
_TAG = re.compile(rb"<(?:[A-Za-z_][\w.-]*:)?(row|c)(?=[\s/>])([^<>]*)>")
_REFERENCE = re.compile(rb"""\sr\s*=\s*["']([A-Z]{0,3})(\d{1,7})["']""")
_RELATIONSHIP_ID = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_STRICT_RELATIONSHIP_ID = "{http://purl.oclc.org/ooxml/officeDocument/relationships}id"


@dataclass(frozen=True)
class SheetSize:
    """How many cells and rows are written, and how large the rectangle is that holds them all."""

    cells: int
    rows: int
    area: int


def sheet_sizes(content: bytes, *, limit: int) -> dict[str, SheetSize]:
    """Sheet title -> size. Counting stops once a sheet has more than `limit` cells or rows.

    Raises ParsingError for a damaged package.
    """
    package = Package(content)
    main = package.main_part()
    root = package.xml(main)
    if root is None:
        raise ParsingError(DAMAGED)
    relationships = package.relationships(main)
    sizes = {}
    for sheet in root.iter("{*}sheet"):
        identifier = sheet.get(_RELATIONSHIP_ID) or sheet.get(_STRICT_RELATIONSHIP_ID) or ""
        kind, part = relationships.get(identifier, ("", ""))
        if kind.endswith("/worksheet"):
            try:
                sizes[sheet.get("name", "")] = _size(package, part, limit)
            except (KeyError, zipfile.BadZipFile, EOFError, RuntimeError, OSError) as error:
                raise ParsingError(DAMAGED) from error
    return sizes


def _size(package: Package, part: str, limit: int) -> SheetSize:
    cells = rows = row = column = last_row = last_column = 0
    rest = b""
    with package.stream(part) as stream:
        while cells <= limit and rows <= limit and (block := stream.read(_BLOCK_BYTES)):
            block = rest + block
            # A tag that the block ends in is read with the next one; no honest tag is as long as a block.
            end = max(block.rfind(b"<"), 0)
            rest = block[end:] if len(block) - end < _BLOCK_BYTES else b""
            for name, attributes in _TAG.findall(block, 0, end):
                reference = _REFERENCE.search(attributes)
                if name == b"row":
                    rows, row, column = rows + 1, int(reference[2]) if reference else row + 1, 0
                else:
                    cells += 1
                    column = _column(reference[1]) if reference else column + 1
                    last_column = max(last_column, column)
                last_row = max(last_row, row)
    return SheetSize(cells, rows, last_row * last_column)


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number
