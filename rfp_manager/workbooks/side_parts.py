"""What may differ beside the sheets: recalculation on opening, and a calculation chain taken out."""

import copy
from collections.abc import Iterable
from typing import Any

from lxml import etree

from core.words import gettext as _
from rfp_manager.workbooks.package import WorkbookPackage
from rfp_manager.workbooks.part_xml import local_name


def side_part_differences(before: WorkbookPackage, after: WorkbookPackage, parts: Iterable[str]) -> list[str]:
    """Sentences about the changed or missing parts that may not be changed or missing as they are."""
    chain = before.calc_chain_part
    chain_removed = chain is not None and after.entry(chain) is None
    differences = []
    for part in parts:
        if after.entry(part) is None:
            if part != chain:
                differences.append(_('The part "%(part)s" is missing.') % {"part": part})
            continue
        old, new = before.parse_if_xml(part), after.parse_if_xml(part)
        if old is None or new is None:
            differences.append(_('The part "%(part)s" differs.') % {"part": part})
            continue
        if part == before.workbook_part:
            old, new = _without_recalculation(old), _without_recalculation(new)
        elif chain_removed and chain is not None:
            old = _without_chain(old, chain)
        if etree.tostring(old, method="c14n") != etree.tostring(new, method="c14n"):
            differences.append(_('The part "%(part)s" differs.') % {"part": part})
    return differences


def _without_recalculation(root: Any) -> Any:
    """workbook.xml without the flag that filling may set; an element that held nothing else goes with it."""
    root = copy.deepcopy(root)
    for element in list(root):
        if local_name(element) == "calcPr":
            element.attrib.pop("fullCalcOnLoad", None)
            if not element.attrib and not len(element):
                _remove(element)
    return root


def _without_chain(root: Any, chain: str) -> Any:
    root = copy.deepcopy(root)
    for element in list(root):
        kind = local_name(element)
        by_type = kind == "Relationship" and element.get("Type", "").endswith("/calcChain")
        by_name = (
            kind == "Override" and element.get("PartName", "").lstrip("/").casefold() == chain.casefold()
        )
        if by_type or by_name:
            _remove(element)
    return root


def _remove(element: Any) -> None:
    """Take an element out and leave the text behind it where it is."""
    parent, previous, tail = element.getparent(), element.getprevious(), element.tail or ""
    if previous is not None:
        previous.tail = (previous.tail or "") + tail
    else:
        parent.text = (parent.text or "") + tail
    parent.remove(element)
