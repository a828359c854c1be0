"""A sheet with two question tables below one another, and a sheet that asks nothing."""

import io

from rfp_manager.tests.detection_texts import QUESTIONS, REQUIREMENTS
from rfp_manager.tests.workbook_factory import Cell, Sheet, build, heading, section

NOTES = Sheet(
    "Read me", [["Please fill in every answer on the next sheet and send the file back by e-mail."]]
)


def two_tables(*, notes: bool = True) -> io.BytesIO:
    """Rows 1 to 7: choice and comment in C and D. Rows 10 to 16: one written answer in C."""
    rows = [
        heading("ID", "Question", "Answer", "Comment"),
        *[[f"A-{n:02}", text, "", ""] for n, text in enumerate(QUESTIONS[:6], 1)],
        [],
        [],
        heading("Ref", "Requirement", "Vendor response"),
        *[[f"R.{n}", text, ""] for n, text in enumerate(REQUIREMENTS[:6], 1)],
    ]
    form = Sheet(
        "Form",
        rows,
        lists={"C2:C7": ["Yes", "No"]},
        widths={"A": 10, "B": 60, "C": 18, "D": 40},
        frozen_rows=1,
    )
    return build(*([NOTES] if notes else []), form)


def long_sheet(count: int) -> io.BytesIO:
    """One sheet with `count` questions in sections of fifty, a merged title, hidden rows and a hidden column."""
    rows: list[list[object]] = [
        [Cell("Supplier form", "title")],
        heading("ID", "Question", "Answer", "Comment", "Use"),
    ]
    for number in range(count):
        if number % 50 == 0:
            rows.append(list(section(f"Part {number // 50 + 1}", width=4)))
        text = f"{QUESTIONS[number % len(QUESTIONS)]} (case {number + 1})"
        rows.append([f"Q-{number + 1:05}", text, "", "", "internal"])
    return build(
        Sheet(
            "Long",
            rows,
            lists={f"C3:C{len(rows)}": ["Yes", "No", "Partly"]},
            merges=["A1:D1"],
            widths={"A": 12, "B": 70, "C": 16, "D": 40},
            hidden_rows=[6, 7],
            hidden_columns=["E"],
            frozen_rows=2,
        )
    )
