import json
from argparse import ArgumentParser
from collections.abc import Iterator
from dataclasses import asdict
from datetime import timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from core.storage import StorageError
from core.storage_check import ORPHANS_KEPT, Comparison, Finding, compare_storage, least_age, record_check


class Command(BaseCommand):
    help = (
        "Compares the file store with the rows that name its objects, without reading any: lists rows whose object is "
        "missing, objects of another size than was recorded (changed), and objects that no row names (orphaned). "
        "Ends with 1 when something is missing or changed, with 2 when the store does not answer."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--format", choices=["table", "json"], default="table")
        parser.add_argument(
            "--older-than",
            type=float,
            default=ORPHANS_KEPT / timedelta(hours=1),
            metavar="HOURS",
            help="Objects that are younger count as orphaned not yet; 24 unless told.",
        )
        parser.add_argument("--delete-orphans", action="store_true", help="Asks first.")
        parser.add_argument("--no-input", action="store_true", help="Deletes without asking.")

    def handle(self, *args: Any, **options: Any) -> None:
        older_than = timedelta(hours=options["older_than"])
        if options["delete_orphans"] and older_than < least_age():
            hours = least_age() / timedelta(hours=1)
            raise CommandError(
                "Younger objects may belong to an upload or an embedding that is under way. To delete orphans, give "
                f"--older-than {hours:.0f} or more.",
                returncode=2,
            )
        try:
            with compare_storage(older_than=older_than) as found:
                self._work(found, options)
        except StorageError as error:
            raise CommandError(str(error), returncode=2) from error
        if not found.is_well:
            raise SystemExit(1)

    def _work(self, found: Comparison, options: dict[str, Any]) -> None:
        as_json = options["format"] == "json"
        for line in as_json_lines(found) if as_json else as_table(found):
            self.stdout.write(line)
        failed = 0
        orphans = found.counts["orphaned"]
        if options["delete_orphans"] and orphans and (options["no_input"] or self._confirmed(orphans)):
            failed = found.delete_orphans()
        record_check(found)
        if as_json:
            figures: dict[str, int] = {"objects": found.objects}
            figures |= {str(kind): count for kind, count in found.counts.items()}
            figures |= {"deleted": found.deleted, "not_deleted": failed}
            self.stdout.write(f'  ],\n  "counts": {json.dumps(figures)}\n}}')
            return
        counts = ", ".join(f"{count} {kind}" for kind, count in found.counts.items())
        self.stdout.write(f"{found.objects} objects: {counts}.")
        if found.deleted or failed:
            self.stdout.write(f"{found.deleted} orphans deleted, {failed} could not be.")

    def _confirmed(self, orphans: int) -> bool:
        self.stderr.write(
            f"Delete {orphans} objects that no row names? It cannot be undone. Type 'yes': ", ending=""
        )
        return input().strip() == "yes"


def as_table(found: Comparison) -> Iterator[str]:
    """A line for each finding, as it is read: there may be any number of them."""
    if any(found.counts.values()):
        yield f"{'what':<9} {'bytes':>12} {'recorded':>12}  key (row)"
    for finding in found.findings():
        row = f" ({finding.row})" if finding.row else ""
        yield f"{finding.kind:<9} {_number(finding.size):>12} {_number(finding.recorded):>12}  {finding.key}{row}"


def as_json_lines(found: Comparison) -> Iterator[str]:
    """All of one JSON object but its end, a finding in a line."""
    yield '{\n  "findings": ['
    waiting: Finding | None = None
    for finding in found.findings():
        if waiting:
            yield f"    {json.dumps(asdict(waiting))},"
        waiting = finding
    if waiting:
        yield f"    {json.dumps(asdict(waiting))}"


def _number(value: int | None) -> str:
    return "-" if value is None else str(value)
