"""Where the headings of a sheet's tables stand, which must not be written to."""

from rfp_manager.workbooks.package import SheetPart, WorkbookPackage
from rfp_manager.workbooks.writing.addresses import CellRange, parse_range


def table_headings(package: WorkbookPackage, sheet: SheetPart) -> list[CellRange]:
    """The heading row of each table on the sheet."""
    found = []
    for relationship in package.relationships(sheet.part).values():
        if relationship.type != "table" or relationship.external or not package.entry(relationship.target):
            continue
        root = package.parse(relationship.target)
        covered = parse_range(root.get("ref", ""))
        rows = root.get("headerRowCount", "1")
        if covered is not None and rows.isdigit() and int(rows):
            last = covered.first_row + int(rows) - 1
            found.append(CellRange(covered.first_row, covered.first_column, last, covered.last_column))
    return found
