"""Removes what repeats on every page of a PDF and says nothing: running headers, footers, page numbers."""

import re
from collections import Counter

from rag.parsing.pdf_lines import Line

# Share of the page's height, at its top and at its bottom, in which furniture stands.
_MARGIN = 0.12
_PAGE_NUMBER = re.compile(
    r"^[\W_]*(?:(?:page|seite|p\.?|pg\.?|página|pagina)\s*)?(?:\d{1,4}|[ivxlc]{1,7})"
    r"(?:\s*(?:of|von|de|di|sur|/|\|)\s*\d{1,4})?[\W_]*$",
    re.IGNORECASE,
)
_DIGITS = re.compile(r"\d+")


def without_furniture(pages: list[list[Line]]) -> list[Line]:
    """All lines but the furniture. A line in a margin is furniture when it is a page number, or when the
    same text (its digits aside) stands in the same margin on at least a third of the pages, and on three.
    """
    seen: Counter[tuple[str, str]] = Counter()
    for lines in pages:
        seen.update({key for line in lines if (key := _key(line)) is not None})
    needed = max(3, len([lines for lines in pages if lines]) / 3)
    kept = []
    for lines in pages:
        for line in lines:
            key = _key(line)
            if key is not None and (
                seen[key] >= needed or (len(pages) > 1 and _PAGE_NUMBER.match(line.text))
            ):
                continue
            kept.append(line)
    return kept


def _key(line: Line) -> tuple[str, str] | None:
    if line.is_table:
        return None
    if line.centre < _MARGIN * line.page_height:
        margin = "top"
    elif line.centre > (1 - _MARGIN) * line.page_height:
        margin = "bottom"
    else:
        return None
    return margin, _DIGITS.sub("#", line.text.casefold())
