"""The answers of an RFP as a .csv that opens in any spreadsheet program and runs nothing there."""

import csv
import io
from collections.abc import Sequence
from typing import IO

from django.utils.translation import gettext_lazy as _

from core.formula_guard import guarded
from rfp_manager.services.answered_questions import AnsweredQuestion

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


def write_csv(questions: Sequence[AnsweredQuestion], target: IO[bytes]) -> None:
    """Write RFC 4180 rows in UTF-8; the byte order mark is what makes Excel read it as such.

    What goes beside answers follows in columns of their own, named as the customer does.
    """
    beside = list(dict.fromkeys(name for question in questions for name, _value in question.beside))
    text = io.TextIOWrapper(target, encoding="utf-8-sig", newline="", write_through=True)
    try:
        writer = csv.writer(text)
        writer.writerow([*map(str, HEADINGS), *map(guarded, beside)])
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
                *(_value_of(question, name) for name in beside),
            )
            writer.writerow([guarded(value) for value in values])
    finally:
        text.detach()


def _value_of(question: AnsweredQuestion, name: str) -> str:
    """Two columns of one row may have the same heading: both values stand below it."""
    return "; ".join(value for other, value in question.beside if other == name)
