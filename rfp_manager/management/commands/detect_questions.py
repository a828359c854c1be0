"""`manage.py detect_questions BOOK.xlsx`: the detected layout and its questions as JSON."""

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from core.exceptions import SpelunkerError
from rfp_manager.workbooks.detection import detect_layout


class Command(BaseCommand):
    help = "Print the layout of a question workbook and its questions as JSON. Touches no database."
    requires_system_checks: list[str] = []  # nothing here needs the project set up

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("workbook", type=Path, help="an .xlsx, .xlsm or .csv file")

    def handle(self, *args: Any, **options: Any) -> None:
        path: Path = options["workbook"]
        if path.is_dir():
            raise CommandError(f"{path} is a folder. Give the name of a workbook.")
        try:
            layout = detect_layout(path)
        except SpelunkerError as error:
            raise CommandError(str(error)) from error
        except OSError as error:
            raise CommandError(
                f"The file {path} cannot be read: {error.strerror}. Check its name."
            ) from error
        self.stdout.write(json.dumps(layout.to_dict(), ensure_ascii=False, indent=1))
