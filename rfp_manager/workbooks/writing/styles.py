"""The one fact about cell styles that writing needs: which of them are unlocked."""

from typing import Any

from rfp_manager.workbooks.package import WorkbookPackage
from rfp_manager.workbooks.part_xml import local_name


def unlocked_styles(package: WorkbookPackage) -> frozenset[int]:
    """Indexes of the cell formats whose cells may be edited on a protected sheet."""
    if package.styles_part is None:
        return frozenset()
    root = package.parse(package.styles_part)
    named = _unlocked(root, "cellStyleXfs")
    formats = next((element for element in root if local_name(element) == "cellXfs"), ())
    found = set()
    for index, style in enumerate(formats):
        own = _locked(style)
        base = style.get("xfId", "")
        if own is False or (own is None and base.isdigit() and int(base) in named):
            found.add(index)
    return frozenset(found)


def _unlocked(root: Any, container: str) -> set[int]:
    styles = next((element for element in root if local_name(element) == container), ())
    return {index for index, style in enumerate(styles) if _locked(style) is False}


def _locked(style: Any) -> bool | None:
    """What a format says about locking; None when it says nothing, which means locked."""
    for child in style:
        if local_name(child) == "protection" and child.get("locked") is not None:
            return child.get("locked") not in ("0", "false")
    return None
