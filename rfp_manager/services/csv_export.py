"""The answers of an RFP as a .csv that opens in any spreadsheet program and runs nothing there."""

import csv
import io
from collections.abc import Iterable
from typing import IO

from django.utils.translation import gettext_lazy as _

from rfp_manager.services.answered_questions import AnsweredQuestion
from rfp_manager.workbooks.writing.formula_guard import guarded

HEADINGS = (
    _("Workbook"),
    _("Sheet"),
    _("Section"),
    _("Identifier"),
    _("Question"),
    _("Choice"),
    _("Answer"),
    _("Sources"),
    _("Status"),
)


def write_csv(questions: Iterable[AnsweredQuestion], target: IO[bytes]) -> None:
    """Write RFC 4180 rows in UTF-8; the byte order mark is what makes Excel read it as such."""
    text = io.TextIOWrapper(target, encoding="utf-8-sig", newline="", write_through=True)
    try:
        writer = csv.writer(text)
        writer.writerow([str(heading) for heading in HEADINGS])
        for question in questions:
            values = (
                question.workbook,
                question.sheet,
                question.section,
                question.identifier,
                question.text,
                question.choice,
                question.answer,
                "; ".join(question.sources),
                question.status,
            )
            writer.writerow([guarded(value) for value in values])
    finally:
        text.detach()
