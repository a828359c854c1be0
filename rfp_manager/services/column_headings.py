"""What stands above a question's cells on the customer's sheet, to name them by."""

import json
import logging
from collections.abc import Collection

from core.storage import StorageError
from rfp_manager.models import Question
from rfp_manager.services.previews import preview_pages
from rfp_manager.workbooks.preview.pages import BLOCK_ROWS
from rfp_manager.workbooks.writing.addresses import column_number

logger = logging.getLogger(__name__)

LONGEST = 120


def headings_of(question: Question, columns: Collection[str]) -> dict[str, str]:
    """By column (letters), the text of the nearest heading row above the question that has one.

    Read from the workbook's preview; a column without a heading, or a workbook without a preview, is left out.
    """
    document = question.document
    sheets = document.layout.get("sheets", [])
    number = next((at for at, sheet in enumerate(sheets) if sheet["sheet"] == question.sheet), None)
    if number is None or not document.preview_key:
        return {}
    above = sorted((row for row in sheets[number].get("header_rows", []) if row < question.row), reverse=True)
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
