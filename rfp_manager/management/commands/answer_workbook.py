from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from core.exceptions import SpelunkerError
from core.output_files import check_output
from rfp_manager.services.headless import WorkbookAnswered, answer_workbook
from solution_library.models import Solution


class Command(BaseCommand):
    help = "Answers a customer's workbook from the library: import, draft, export, and a one-screen report."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "workbook", type=Path, metavar="BOOK.xlsx", help="The customer's .xlsx, .xlsm or .csv file."
        )
        parser.add_argument(
            "--solution", action="append", required=True, help="Name of a solution in scope; may be repeated."
        )
        parser.add_argument(
            "--out",
            type=Path,
            required=True,
            metavar="OUT.xlsx",
            help="Where the answered workbook goes; replaced if it exists.",
        )

    def handle(self, *args: Any, workbook: Path, solution: list[str], out: Path, **options: Any) -> None:
        if not workbook.is_file():
            raise CommandError(f"There is no file {workbook}.")
        try:
            check_output(out, source=workbook)
            solutions = [self.find_solution(name) for name in solution]
            result = answer_workbook(workbook, solutions=solutions, destination=out)
        except SpelunkerError as error:
            raise CommandError(str(error)) from error
        except OSError as error:
            raise CommandError(
                f"{error.filename or out}: {error.strerror}. Check the path and try again."
            ) from error
        self.report(result, out)

    def find_solution(self, name: str) -> Solution:
        found = list(Solution.objects.filter(name__iexact=name).select_related("vendor"))
        if len(found) == 1:
            return found[0]
        if found:
            raise CommandError(f"{len(found)} vendors have a solution named {name}. Rename one of them.")
        known = (
            ", ".join(Solution.objects.values_list("name", flat=True)) or "none yet; see the ingest command"
        )
        raise CommandError(f"There is no solution named {name}. The library has: {known}.")

    def report(self, result: WorkbookAnswered, out: Path) -> None:
        say = self.stdout.write
        if result.export is None:
            say("No sheet of this workbook asks anything that was found; it was copied as it is.")
            say(f"RFP {result.rfp.pk}: {result.rfp.title} has it too; its layout can be corrected there.")
            return
        report = result.export.report
        say(f"RFP {result.rfp.pk}: {result.rfp.title}")
        say(f"  question sheets    {len(result.sheets):5}  {', '.join(result.sheets)}"[:110])
        say(f"  questions          {result.questions:5}")
        say(f"  drafted            {result.drafted:5}  of which {result.needs_review} need a closer look")
        say(f"  not in the library {result.gaps:5}")
        say(f"  answered in file   {result.export.answered_count:5}")
        say(f"  cells filled       {report['filled']:5}  not written: {len(report['skipped'])}")
        for warning in report["warnings"][:5]:
            say(f"  note: {warning}")
        say(f"Written to {out}")
