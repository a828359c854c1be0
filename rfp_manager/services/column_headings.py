"""What stands above a question's cells on the customer's sheet, to name them by."""

import json
import logging
from collections.abc import Collection
from typing import Any

from core.storage import StorageError
from rfp_manager.models import Question
from rfp_manager.services.previews import preview_pages
from rfp_manager.workbooks.preview.pages import BLOCK_ROWS
from rfp_manager.workbooks.writing.addresses import column_number

logger = logging.getLogger(__name__)

LONGEST = 120


class Headings:
    """The headings of many questions: each heading row is read once for all rows below it."""

    def __init__(self) -> None:
        self._known: dict[tuple[Any, ...], dict[str, str]] = {}

    def of(self, question: Question, columns: Collection[str]) -> dict[str, str]:
        """As `headings_of`."""
        key = (question.document_id, question.sheet, tuple(_rows_above(question)[1]), frozenset(columns))
        if key not in self._known:
            self._known[key] = headings_of(question, columns)
        return self._known[key]


def headings_of(question: Question, columns: Collection[str]) -> dict[str, str]:
    """By column (letters), the text of the nearest heading row above the question that has one.

    Read from the workbook's preview; a column without a heading, or a workbook without a preview, is left out.
    """
    document = question.document
    number, above = _rows_above(question)
    if not above or not document.preview_key:
        return {}
    found: dict[str, str] = {}
    try:
        pages = preview_pages(document)
        for row in above:
            cells = json.loads(pages.block(number, (row - 1) // BLOCK_ROWS)).get(str(row), [])
            texts = {cell[0]: " ".join(cell[1].split()) for cell in cells}
            for column in columns:
                if (text := texts.get(column_number(column))) and column not in found:
                    found[column] = text[:LONGEST]
            if len(found) == len(columns):
                break
    except (StorageError, KeyError) as error:
        logger.warning("the columns of question %s have no names: %s", question.pk, error)
    return found


def _rows_above(question: Question) -> tuple[int, list[int]]:
    """The number of its sheet in the workbook, and the heading rows above it, the nearest first."""
    sheets = question.document.layout.get("sheets", [])
    for number, sheet in enumerate(sheets):
        if sheet["sheet"] == question.sheet:
            above = (row for row in sheet.get("header_rows", []) if row < question.row)
            return number, sorted(above, reverse=True)
    return 0, []
