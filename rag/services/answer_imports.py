"""Library answers out of a table: which column is which, and every row kept or reported with its number."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _

from core import jobs
from core.models import Job, User
from core.storage import delete_objects, read_bytes
from core.uploads import check_size, check_upload, clean_filename
from rag.parsing import ParsingError
from rag.parsing.isolation import read_rows_isolated
from solution_library.answer_checks import AnswerCandidate, warnings_about
from solution_library.exceptions import LibraryError
from solution_library.models import AnswerImport, LibraryAnswer, Solution
from solution_library.models.answer import MOST_TAGS, TAG_CHARACTERS
from solution_library.models.answer_import import IMPORT_EXTENSIONS
from solution_library.services.answers import save_library_answer
from themis.formatting import format_number

IMPORT_JOB = "import_answers"
MOST_ROWS = 5_000
MOST_COLUMNS = 60
FIELDS = ("question", "answer", "choice", "tags", "review_by")
# The words by which a column names itself, the surest first.
_HEADINGS = {
    "question": r"question|requirement|frage|anforderung|exigence",
    "answer": r"\banswer|\bresponse|comment|explanation|antwort|r[ée]ponse",
    "choice": r"choice|complian|yes\s*/\s*no|y/n|status",
    "tags": r"\btags?\b|categor|topic|section|domain|keyword",
    "review_by": r"review|expir|valid",
}


@dataclass(frozen=True)
class ImportTable:
    """The rows of the file, all equally wide; `first` is the index of the first row that is a pair."""

    rows: list[list[str]]
    first: int

    @property
    def headings(self) -> list[str]:
        return self.rows[0] if self.first else [""] * len(self.rows[0])


@dataclass(frozen=True)
class ImportRow:
    """One row as a pair, or why it is none. `number` is the row's own in the file, from 1."""

    number: int
    question: str = ""
    answer: str = ""
    choice: str = ""
    tags: tuple[str, ...] = ()
    review_by: date | None = None
    problem: str = ""


def store_import(*, solution: Solution, upload: UploadedFile, user: User) -> AnswerImport:
    """Take a table in, with a first guess at its columns. Nothing is in the library yet.

    Raises UploadRefused or ParsingError; neither row nor file is left then.
    """
    filename = clean_filename(upload.name or "")
    check_size(upload.size or 0)
    upload.seek(0)
    content = upload.read()
    check_upload(content, filename=filename)
    extension = filename.rsplit(".", 1)[-1].lower()
    if extension not in IMPORT_EXTENSIONS:
        raise ParsingError(
            _("Answers are imported from .xlsx and .csv files. Save the table as one of these.")
        )
    rows = _even_rows(content, extension)
    upload.seek(0)
    upload.name = filename
    columns = guess_columns(rows)
    heading = bool(columns)
    if not columns and len(rows[0]) > 1:
        columns = {"question": 0, "answer": 1}
    return AnswerImport.objects.create(
        solution=solution,
        filename=filename,
        file=upload,
        owner=user,
        mapping={"heading": heading, "columns": columns},
    )


def read_table(found: AnswerImport) -> ImportTable:
    """The table of an import that is not finished. Raises StorageError, ParsingError."""
    rows = _even_rows(read_bytes(found.file.name or ""), found.file_type)
    return ImportTable(rows, 1 if found.mapping.get("heading") else 0)


def guess_columns(rows: Sequence[Sequence[str]]) -> dict[str, int]:
    """Field -> column by the words of the first row; nothing unless both question and answer are named."""
    found: dict[str, int] = {}
    for field, pattern in _HEADINGS.items():
        for index, heading in enumerate(rows[0] if rows else ()):
            if index not in found.values() and len(heading) < 80 and re.search(pattern, heading, re.I):
                found[field] = index
                break
    return found if {"question", "answer"} <= found.keys() else {}


def read_pairs(table: ImportTable, columns: Mapping[str, int]) -> list[ImportRow]:
    """Every row that is not empty, as a pair or with what is wrong with it."""
    rows = enumerate(table.rows[table.first :], start=table.first + 1)
    return [_pair(number, row, columns) for number, row in rows if any(row)]


def request_import(found: AnswerImport, *, heading: bool, columns: Mapping[str, int], user: User) -> Job:
    """Queue the import with the columns that a person confirmed."""
    with transaction.atomic():
        found.mapping = {"heading": heading, "columns": dict(columns)}
        found.save(update_fields=["mapping"])
        return jobs.enqueue(
            IMPORT_JOB,
            title=_("Importing answers from %(filename)s") % {"filename": found.filename},
            key=f"{IMPORT_JOB}:{found.pk}",
            target=found,
            owner=user,
        )


def import_answers(
    found: AnswerImport, *, progress: Callable[[int, int, str], None], fence: Callable[[], None]
) -> AnswerImport:
    """Keep every good row as a library answer and report the others, then let go of the file.

    Run again after a crash it finds the rows that are kept. Raises StorageError, ParsingError.
    """
    if found.finished_at is not None:
        return found
    pairs = read_pairs(read_table(found), found.mapping["columns"])
    problems: list[dict[str, object]] = []
    for done, pair in enumerate(pairs):
        progress(done, len(pairs), _("Row %(number)s") % {"number": pair.number})
        with transaction.atomic():
            fence()
            problem = _keep(found, pair)
        if problem:
            problems.append({"row": pair.number, **problem})
    key = found.file.name
    with transaction.atomic():
        fence()
        found.problems, found.kept = problems, len(pairs) - len(problems)
        found.finished_at, found.file = timezone.now(), ""
        found.save(update_fields=["problems", "kept", "finished_at", "file"])
        transaction.on_commit(lambda: delete_objects([key] if key else []))
    progress(len(pairs), len(pairs), "")
    return found


def delete_import(found: AnswerImport) -> None:
    """Forget an import; what it brought into the library stays."""
    key = found.file.name
    with transaction.atomic():
        Job.objects.for_target(found).delete()
        found.delete()
        transaction.on_commit(lambda: delete_objects([key] if key else []))


def _keep(found: AnswerImport, pair: ImportRow) -> dict[str, object] | None:
    """Keep one pair; what is wrong with it when it is not kept."""
    if pair.problem:
        return {"reason": pair.problem, "entry": None}
    note = (_("%(filename)s, row %(number)s") % {"filename": found.filename, "number": pair.number})[:300]
    known = LibraryAnswer.objects.filter(
        solution=found.solution,
        origin=LibraryAnswer.Origin.IMPORTED,
        origin_note=note,
        question=pair.question,
    )
    if known.exists():  # this job was here before
        return None
    warnings = warnings_about(AnswerCandidate(found.solution, pair.question, pair.answer, pair.choice))
    if warnings:
        return {"reason": warnings[0].reason, "entry": warnings[0].other.pk}
    try:
        save_library_answer(
            solution=found.solution,
            question=pair.question,
            answer=pair.answer,
            choice=pair.choice,
            tags=pair.tags,
            review_by=pair.review_by,
            owner=found.owner,
            origin=LibraryAnswer.Origin.IMPORTED,
            origin_note=note,
        )
    except LibraryError as error:
        return {"reason": str(error), "entry": None}
    return None


def _pair(number: int, row: Sequence[str], columns: Mapping[str, int]) -> ImportRow:
    values = {
        field: row[index].replace("\0", "").strip()
        for field, index in columns.items()
        if field in FIELDS and 0 <= index < len(row)
    }
    tags = tuple(tag for tag in (tag.strip() for tag in re.split(r"[,;]", values.get("tags", ""))) if tag)
    written = values.get("review_by", "")
    review_by = _date(written)
    problem = ""
    if not values.get("question"):
        problem = _("There is no question in this row.")
    elif not values.get("answer"):
        problem = _("There is no answer in this row.")
    elif len(values.get("choice", "")) > 200:
        problem = _("Its choice has more than 200 characters.")
    elif len(tags) > MOST_TAGS or any(len(tag) > TAG_CHARACTERS for tag in tags):
        problem = _("Its tags are too many or too long: at most 20 of 50 characters each.")
    elif written and review_by is None:
        problem = _("“%(written)s” is no date. Write it as 2027-05-31.") % {"written": written[:40]}
    return ImportRow(
        number,
        question=values.get("question", ""),
        answer=values.get("answer", ""),
        choice=values.get("choice", ""),
        tags=tags,
        review_by=review_by,
        problem=problem,
    )


def _date(written: str) -> date | None:
    try:
        return parse_date(written[:10]) if written else None
    except ValueError:  # well formed, and no day of any calendar
        return None


def _even_rows(content: bytes, extension: str) -> list[list[str]]:
    rows = read_rows_isolated(content, extension=extension)
    if len(rows) > MOST_ROWS + 1:
        raise ParsingError(
            _("At most %(most)s rows are imported at once. Split the table.")
            % {"most": format_number(MOST_ROWS)}
        )
    width = min(max(len(row) for row in rows), MOST_COLUMNS)
    return [[*row[:width], *[""] * (width - len(row))] for row in rows]
