#!/usr/bin/env python3
"""Workbooks measured: which questions are found, how long it takes, and what an export leaves as it was.

    python benchmarks/evaluate_workbooks.py DIR [--repeat N]

DIR holds workbooks and a `layout_labels.json` or `labels.json` that says which of their rows are questions. Prints
one row per workbook and a total, then the same figures as one JSON line: precision, recall and F1 of question rows,
sheet classification, question and identifier column, answer cells with the right role, allowed values, seconds for
detection, seconds that python-calamine takes just to read the cells, and the ratio of the two.

Then every detected answer cell of every workbook is filled, and a second table says what became of the answers and
of everything else (see evaluate_exports.py). Ends with status 1 when anything beside the answers was lost.
"""

import argparse
import json
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from python_calamine import CalamineWorkbook

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from evaluate_exports import evaluate_exports, print_exports

from rfp_manager.workbooks.detection import detect_layout
from rfp_manager.workbooks.layout import WorkbookLayout

COUNTS = [
    "true_rows",
    "false_rows",
    "missed_rows",
    "sheets",
    "sheets_right",
    "columns",
    "columns_right",
    "ids",
    "ids_right",
    "answers",
    "answers_right",
    "lists",
    "lists_right",
]
SAME_ROLE = {"compliance_code": "code", "status": "code"}


def rows_in(text: str | None) -> set[int]:
    """ "6-8,11" is {6, 7, 8, 11}."""
    rows: set[int] = set()
    for part in (text or "").replace(" ", "").split(","):
        first, _, last = part.partition("-")
        if first:
            rows |= set(range(int(first), int(last or first) + 1))
    return rows


def count_sheet(label: dict[str, Any], found: dict[str, Any], counts: dict[str, int]) -> None:
    """Add one sheet to the counts. An ambiguous sheet counts only where it was taken for a question sheet."""
    asks = bool(found.get("is_question_sheet"))
    if label.get("ambiguous") and not asks:
        return
    wanted, optional = rows_in(label.get("question_rows")), rows_in(label.get("optional_rows"))
    questions = {question["row"]: question for question in found.get("questions", [])} if asks else {}
    counts["true_rows"] += len(questions.keys() & wanted)
    counts["false_rows"] += len(questions.keys() - wanted - optional)
    counts["missed_rows"] += len(wanted - questions.keys())
    if not label.get("ambiguous"):
        counts["sheets"] += 1
        counts["sheets_right"] += asks == bool(label.get("is_question_sheet"))
    if not label.get("is_question_sheet") or not wanted:
        return
    counts["columns"] += 1
    accepted = [label["question_col"], *label.get("question_col_alternatives", [])]
    counts["columns_right"] += found.get("question_column") in accepted
    if label.get("id_col"):
        counts["ids"] += 1
        counts["ids_right"] += found.get("id_column") == label["id_col"]
    for column in label.get("answer_cols", []):
        for row in wanted:
            count_answer(column, questions.get(row, {}).get("answers", []), counts)


def count_answer(column: dict[str, Any], answers: list[dict[str, Any]], counts: dict[str, int]) -> None:
    role = SAME_ROLE.get(column["role"], column["role"])
    roles = {role, "choice"} if role == "code" else {role}
    hits = [answer for answer in answers if answer["cell"].rstrip("0123456789") == column["col"]]
    counts["answers"] += 1
    counts["answers_right"] += any(SAME_ROLE.get(hit["role"], hit["role"]) in roles for hit in hits)
    allowed = column.get("allowed")
    if allowed and not column.get("per_row") and column.get("kind") != "tick_matrix":
        wanted = {str(value).strip() for value in allowed}
        counts["lists"] += 1
        counts["lists_right"] += any({str(v).strip() for v in hit["allowed"] or []} == wanted for hit in hits)


def share(part: int, whole: int) -> float | None:
    return part / whole if whole else None


def figures(counts: dict[str, int]) -> dict[str, float | None]:
    right, wrong, missed = counts["true_rows"], counts["false_rows"], counts["missed_rows"]
    nothing = not (right or wrong or missed)
    return {
        "F1": 1.0 if nothing else 2 * right / (2 * right + wrong + missed),
        "precision": 1.0 if nothing else share(right, right + wrong) or 0.0,
        "recall": 1.0 if nothing else share(right, right + missed) or 0.0,
        "sheets": share(counts["sheets_right"], counts["sheets"]),
        "question": share(counts["columns_right"], counts["columns"]),
        "identifier": share(counts["ids_right"], counts["ids"]),
        "answers": share(counts["answers_right"], counts["answers"]),
        "allowed": share(counts["lists_right"], counts["lists"]),
    }


def bare_read(path: Path) -> None:
    """Everything that the fastest reader does to bring the cells into Python."""
    workbook = CalamineWorkbook.from_path(str(path))
    for sheet in workbook.sheets_metadata:
        if str(sheet.typ).endswith("WorkSheet"):
            workbook.get_sheet_by_name(sheet.name).to_python(skip_empty_area=False)


def quickest(action: Any, path: Path, repeat: int) -> float:
    best = float("inf")
    for _ in range(repeat):
        started = time.perf_counter()
        action(path)
        best = min(best, time.perf_counter() - started)
    return best


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folder", type=Path)
    parser.add_argument("--repeat", type=int, default=3, help="runs of which the quickest counts")
    options = parser.parse_args()
    own = options.folder / "layout_labels.json"
    labels = json.loads((own if own.exists() else options.folder / "labels.json").read_text("utf-8"))
    total = dict.fromkeys(COUNTS, 0)
    report: dict[str, dict[str, float | None]] = {}
    layouts: list[tuple[Path, WorkbookLayout]] = []
    seconds = reading = 0.0
    for book in labels["files"]:
        path = options.folder / book["file"]
        layout = detect_layout(path)
        layouts.append((path, layout))
        found = {sheet["sheet"]: sheet for sheet in layout.to_dict()["sheets"]}
        counts = dict.fromkeys(COUNTS, 0)
        for label in book["sheets"]:
            count_sheet(label, found.get(label["sheet"], {}), counts)
        for name, count in counts.items():
            total[name] += count
        took, bare = quickest(detect_layout, path, options.repeat), quickest(bare_read, path, options.repeat)
        seconds, reading = seconds + took, reading + bare
        report[book["file"]] = figures(counts) | {"seconds": took, "reading": bare, "ratio": took / bare}
    report["TOTAL"] = figures(total) | {"seconds": seconds, "reading": reading, "ratio": seconds / reading}
    names = list(report["TOTAL"])
    print(f"{'workbook':36}" + "".join(f"{name:>11}" for name in names))
    for book, values in report.items():
        print(
            f"{book[:35]:36}"
            + "".join(f"{'-' if values[n] is None else f'{values[n]:.3f}':>11}" for n in names)
        )
    with tempfile.TemporaryDirectory() as scratch:
        exports = evaluate_exports(layouts, Path(scratch))
    print()
    kept = print_exports(exports)
    print(json.dumps({"total": report["TOTAL"], "exports": kept}))
    return int(any(figures.problems for figures in exports.values()))


if __name__ == "__main__":
    sys.exit(main())
