"""`manage.py fill_workbook BOOK.xlsx ANSWERS.json OUT.xlsx`: answers into the cells, nothing else changed."""

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from core.exceptions import SpelunkerError
from core.output_files import check_output
from rfp_manager.workbooks.writing import CellAnswer, FillReport, Status, fill_workbook

SHOWN_PER_STATUS = 10


class Command(BaseCommand):
    help = (
        'Write answers, given as JSON [{"sheet": "...", "cell": "D6", "value": "..."}], into a workbook and change '
        "nothing else. Touches no database."
    )
    requires_system_checks: list[str] = []  # nothing here needs the project set up

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("workbook", type=Path, help="the customer's .xlsx, .xlsm or .csv file")
        parser.add_argument("answers", type=Path, help="the answers as JSON")
        parser.add_argument("out", type=Path, help="where the filled workbook goes; replaced if it exists")
        parser.add_argument("--json", action="store_true", help="print the whole report as JSON")
        parser.add_argument(
            "--replace-formulas", action="store_true", help="write over the customer's formulas"
        )
        parser.add_argument("--allow-locked", action="store_true", help="write into locked cells too")

    def handle(self, *args: Any, **options: Any) -> None:
        workbook: Path = options["workbook"]
        out: Path = options["out"]
        try:
            check_output(out, source=workbook)
            answers = read_answers(options["answers"])
            report = fill_workbook(
                workbook,
                answers,
                out,
                replace_formulas=options["replace_formulas"],
                allow_locked=options["allow_locked"],
            )
        except SpelunkerError as error:
            raise CommandError(str(error)) from error
        except OSError as error:
            raise CommandError(
                f"{error.filename}: {error.strerror}. Check the path and try again."
            ) from error
        if options["json"]:
            self.stdout.write(json.dumps(report.to_dict(), ensure_ascii=False, indent=1))
        else:
            self.stdout.write("\n".join(describe(report)))


def read_answers(path: Path) -> list[CellAnswer]:
    """The answers of a JSON file; CommandError names the entry that is none."""
    try:
        entries = json.loads(path.read_bytes())
    except (ValueError, RecursionError) as error:
        raise CommandError(
            f"{path.name} is no JSON file: {error}. It must hold a list of answers."
        ) from error
    if not isinstance(entries, list):
        raise CommandError(
            f'{path.name} must hold a list: [{{"sheet": "...", "cell": "D6", "value": "..."}}].'
        )
    answers = []
    for number, entry in enumerate(entries, 1):
        if (
            not isinstance(entry, dict)
            or not isinstance(entry.get("sheet"), str)
            or not isinstance(entry.get("cell"), str)
            or "value" not in entry
            or not isinstance(entry["value"], str | int | float | bool | None)
        ):
            raise CommandError(
                f'Entry {number} of {path.name} is no answer. Each needs "sheet", "cell" and "value" (text, a number, '
                "true, false or null)."
            )
        answers.append(CellAnswer(entry["sheet"], entry["cell"], entry["value"]))
    return answers


def describe(report: FillReport) -> list[str]:
    """The report on one screen."""
    rewritten = report.rewritten
    untouched = len(report.parts) - len(rewritten)
    lines = [
        f"{report.filled} of {len(report.outcomes)} answers written.",
        f"{untouched} parts are byte for byte as they were; changed: {', '.join(rewritten) or 'none'}.",
    ]
    for status in Status:
        outcomes = report.with_status(status)
        if status is Status.FILLED or not outcomes:
            continue
        lines.append(f"Not written, {status.value}: {len(outcomes)}")
        lines.extend(f"  {o.sheet}!{o.cell}: {o.detail}" for o in outcomes[:SHOWN_PER_STATUS])
        if len(outcomes) > SHOWN_PER_STATUS:
            lines.append(f"  and {len(outcomes) - SHOWN_PER_STATUS} more (--json shows all)")
    lines.extend(f"Note: {warning}" for warning in report.warnings)
    return lines
