"""Excel tables ("Table1[Status]"), because dropdown lists may be taken from a table's column."""

from dataclasses import dataclass

from rfp_manager.workbooks.package import WorkbookPackage
from rfp_manager.workbooks.part_xml import local_name
from rfp_manager.workbooks.reading.references import Area, parse_areas


@dataclass(frozen=True, slots=True)
class TableColumns:
    """Where a table lies. `body` leaves header and total rows out."""

    sheet: str
    body: Area
    columns: tuple[str, ...]

    def column(self, name: str) -> Area | None:
        for offset, column in enumerate(self.columns):
            if column.casefold() == name.casefold():
                at = self.body.first_column + offset
                return Area(self.body.first_row, at, self.body.last_row, at)
        return None


def read_tables(package: WorkbookPackage) -> dict[str, TableColumns]:
    """Every table of the workbook by its name in lower case."""
    tables = {}
    for sheet in package.sheets:
        for relationship in package.relationships(sheet.part).values():
            if (
                relationship.type != "table"
                or relationship.external
                or not package.entry(relationship.target)
            ):
                continue
            root = package.parse(relationship.target)
            areas = parse_areas(root.get("ref", ""))
            if not areas:
                continue
            body = Area(
                areas[0].first_row + int(root.get("headerRowCount", "1")),
                areas[0].first_column,
                areas[0].last_row - int(root.get("totalsRowCount", "0")),
                areas[0].last_column,
            )
            columns = tuple(
                element.get("name", "") for element in root.iter() if local_name(element) == "tableColumn"
            )
            table = TableColumns(sheet.name, body, columns)
            for name in (root.get("name", ""), root.get("displayName", "")):
                if name:
                    tables[name.casefold()] = table
    return tables
