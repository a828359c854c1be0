"""The few parts beside the sheets that filling may have to touch: recalculation and the calculation chain."""

import re
from collections.abc import Iterator

from rfp_manager.workbooks.package import WorkbookPackage
from rfp_manager.workbooks.writing.splice import Edit
from rfp_manager.workbooks.writing.xml_stream import ATTRIBUTES, XmlPart

_NAME = rb"(?:[\w.\-]+:)?"
# What may stand before calcPr in workbook.xml, in the order of the schema.
_BEFORE_CALCULATION = (
    b"definedNames",
    b"externalReferences",
    b"functionGroups",
    b"sheets",
)
CONTENT_TYPES = "[Content_Types].xml"


def has_formulas(package: WorkbookPackage, *, surveyed: dict[str, bool]) -> bool:
    """Whether any sheet calculates. `surveyed` says what is known already, by part."""
    if package.calc_chain_part is not None or any(surveyed.values()):
        return True
    formula = re.compile(rb"<" + _NAME + rb"f[\s/>]")
    return any(
        formula.search(block)
        for sheet in package.sheets
        if sheet.part not in surveyed
        for block in XmlPart(package, sheet.part).masked_blocks()
    )


def recalculation_edits(part: XmlPart) -> list[Edit]:
    """The edit that makes Excel calculate everything when it opens the file; none if it does so already."""
    data = b"".join(part.masked_blocks())
    existing = next(_elements(data, b"calcPr"), None)
    if existing is None:
        for name in _BEFORE_CALCULATION:
            before = next(_elements(data, name), None)
            if before is not None:
                prefix = _prefix(before)
                return [Edit(before.end(), before.end(), b'<%bcalcPr fullCalcOnLoad="1"/>' % prefix)]
        return []
    flag = re.search(rb"""\sfullCalcOnLoad\s*=\s*["']([^"']*)["']""", existing["attributes"])
    start = existing.start("attributes")
    if flag is None:
        return [Edit(start, start, b' fullCalcOnLoad="1"')]
    if flag[1] in (b"1", b"true"):
        return []
    return [Edit(start + flag.start(1), start + flag.end(1), b"1")]


def calculation_chain_edits(package: WorkbookPackage) -> dict[str, list[Edit]]:
    """The edits that take the calculation chain's relationship and content type out; by part.

    The part itself is to be left out of the package. Excel makes a new one when it calculates.
    """
    chain = package.calc_chain_part
    if chain is None:
        return {}
    folder, _, file_name = package.workbook_part.rpartition("/")
    rels = f"{folder}/_rels/{file_name}.rels" if folder else f"_rels/{file_name}.rels"
    entry = package.entry(rels)
    relationship = re.compile(rb"""\sType\s*=\s*["'][^"']*/calcChain["']""")
    override = re.compile(
        rb"""\sPartName\s*=\s*["']/?""" + re.escape(chain.encode()) + rb"""["']""", re.IGNORECASE
    )
    found = {}
    for part, name, pattern in (
        (entry.name if entry else rels, b"Relationship", relationship),
        (CONTENT_TYPES, b"Override", override),
    ):
        data = b"".join(XmlPart(package, part).masked_blocks())
        edits = [
            Edit(element.start(), element.end(), b"")
            for element in _elements(data, name)
            if pattern.search(element["attributes"])
        ]
        if edits:
            found[part] = edits
    return found


def _elements(data: bytes, name: bytes) -> Iterator[re.Match[bytes]]:
    pattern = (
        rb"<(?P<prefix>" + _NAME + rb")" + name + rb"(?=[\s/>])(?P<attributes>" + ATTRIBUTES + rb")>"
        rb"(?:(?<=/>)|.*?</(?P=prefix)" + name + rb"\s*>)"
    )
    return re.finditer(pattern, data, re.DOTALL)


def _prefix(element: re.Match[bytes]) -> bytes:
    return element["prefix"]
