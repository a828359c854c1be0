"""Workbook packages made by hand, for the shapes of XML that no library writes."""

import io
import zipfile
from collections.abc import Mapping

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
STRICT = "http://purl.oclc.org/ooxml/spreadsheetml/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
STRICT_OFFICE = "http://purl.oclc.org/ooxml/officeDocument/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"
TYPES = "http://schemas.openxmlformats.org/package/2006/content-types"
HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'

Parts = dict[str, bytes]


def sheet_xml(rows: str, *, before: str = "", after: str = "", namespace: str = MAIN) -> str:
    """A worksheet with this content of sheetData and around it."""
    return (
        f'{HEAD}<worksheet xmlns="{namespace}" xmlns:r="{OFFICE}">{before}'
        f"<sheetData>{rows}</sheetData>{after}</worksheet>"
    )


def package_parts(
    sheets: Mapping[str, str | bytes],
    *,
    workbook_after_sheets: str = "",
    styles: str | None = None,
    extra_relationships: str = "",
    extra_types: str = "",
    extra_parts: Mapping[str, str | bytes] | None = None,
    namespace: str = MAIN,
    office: str = OFFICE,
) -> Parts:
    """The parts of a workbook with these sheets, by name; sheet N is part sheetN.xml."""
    tags, relationships, types = [], [], []
    parts: Parts = {}
    for number, (name, xml) in enumerate(sheets.items(), 1):
        tags.append(f'<sheet name="{name}" sheetId="{number}" r:id="rId{number}"/>')
        relationships.append(
            f'<Relationship Id="rId{number}" Type="{office}/worksheet" Target="worksheets/sheet{number}.xml"/>'
        )
        types.append(
            f'<Override PartName="/xl/worksheets/sheet{number}.xml" '
            'ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/>'
        )
        parts[f"xl/worksheets/sheet{number}.xml"] = _bytes(xml)
    if styles is not None:
        relationships.append(f'<Relationship Id="rIdS" Type="{office}/styles" Target="styles.xml"/>')
        types.append(
            '<Override PartName="/xl/styles.xml" '
            'ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.styles+xml"/>'
        )
        parts["xl/styles.xml"] = _bytes(styles)
    first: Parts = {
        "[Content_Types].xml": (
            f'{HEAD}<Types xmlns="{TYPES}"><Default Extension="rels" '
            'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
            '<Default Extension="xml" ContentType="application/xml"/><Override PartName="/xl/workbook.xml" '
            'ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/>'
            f"{''.join(types)}{extra_types}</Types>"
        ).encode(),
        "_rels/.rels": (
            f'{HEAD}<Relationships xmlns="{PACKAGE}"><Relationship Id="rId1" '
            f'Type="{office}/officeDocument" Target="xl/workbook.xml"/></Relationships>'
        ).encode(),
        "xl/workbook.xml": (
            f'{HEAD}<workbook xmlns="{namespace}" xmlns:r="{office}"><sheets>{"".join(tags)}</sheets>'
            f"{workbook_after_sheets}</workbook>"
        ).encode(),
        "xl/_rels/workbook.xml.rels": (
            f'{HEAD}<Relationships xmlns="{PACKAGE}">{"".join(relationships)}{extra_relationships}</Relationships>'
        ).encode(),
    }
    extra = {name: _bytes(content) for name, content in (extra_parts or {}).items()}
    return first | parts | extra


def zipped(parts: Mapping[str, bytes], *, compression: int = zipfile.ZIP_DEFLATED) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", compression) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def one_sheet(rows: str, *, before: str = "", after: str = "", **package: object) -> bytes:
    """A workbook with one sheet named S."""
    xml = sheet_xml(rows, before=before, after=after)
    return zipped(package_parts({"S": xml}, **package))  # type: ignore[arg-type]


def part(workbook: bytes, name: str) -> bytes:
    with zipfile.ZipFile(io.BytesIO(workbook)) as archive:
        return archive.read(name)


def _bytes(content: str | bytes) -> bytes:
    return content.encode() if isinstance(content, str) else content
