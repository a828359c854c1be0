"""Library answers out of a table: every row kept or reported with its number."""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from functools import partial

from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from core import jobs
from core.models import Job, User
from core.storage import STORAGE_ERRORS, delete_objects, validate_s3_connectivity
from core.uploads import check_size, check_upload, clean_filename
from rag.parsing import ParsingError
from rag.providers.embedding import EmbeddingError
from rag.services.import_tables import ImportRow, even_rows, guess_columns, read_pairs, read_table
from rag.services.similarity import group_identical_questions, group_same_questions
from solution_library.answer_checks import AnswerCandidate, review_answer
from solution_library.exceptions import LibraryError, StoreUnavailable
from solution_library.models import AnswerImport, LibraryAnswer, Solution
from solution_library.models.answer_import import IMPORT_EXTENSIONS
from solution_library.services.answers import save_library_answer

IMPORT_JOB = "import_answers"


def store_import(*, solution: Solution, upload: UploadedFile, user: User) -> AnswerImport:
    """Take a table in, with a first guess at its columns. Nothing is in the library yet.

    Raises UploadRefused, ParsingError or StoreUnavailable; neither row nor file is left then.
    """
    filename = clean_filename(upload.name or "")
    check_size(upload.size or 0)
    upload.seek(0)
    content = upload.read()
    extension = filename.rsplit(".", 1)[-1].lower()
    if extension not in IMPORT_EXTENSIONS:
        raise ParsingError(
            _("Answers are imported from .xlsx and .csv files. Save the table as one of these.")
        )
    check_upload(content, filename=filename)
    rows = even_rows(content, extension)
    upload.seek(0)
    upload.name = filename
    heading, columns = guess_columns(rows)
    if not columns and len(rows[0]) > 1:
        columns = {"question": 0, "answer": 1}
    found = AnswerImport(
        solution=solution,
        filename=filename,
        file=upload,
        owner=user,
        mapping={"heading": heading, "columns": columns},
    )
    _store(found)
    return found


def _store(found: AnswerImport) -> None:
    """The file first, then its row; the file is taken back when there can be no row."""
    try:
        validate_s3_connectivity()
        found.fill_file_metadata()
        found.file.save(found.filename, found.file.file, save=False)
    except ValidationError as error:
        raise StoreUnavailable(" ".join(error.messages)) from error
    except STORAGE_ERRORS as error:
        raise StoreUnavailable(
            _("The file store does not answer. Nothing was stored; try again in a moment.")
        ) from error
    key = found.file.name or ""
    try:
        with transaction.atomic():
            found.save()
    except BaseException:
        delete_objects([key])
        raise


def request_import(found: AnswerImport, *, heading: int, columns: Mapping[str, int], user: User) -> Job:
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

    Run again after a crash it finds the rows that are kept. Raises StorageError, ParsingError, and LibraryError
    when the solution was deleted meanwhile.
    """
    if found.finished_at is not None:
        return found
    pairs = read_pairs(read_table(found), found.mapping["columns"])
    alike = _alike_rows(pairs)
    # What this import brought on an earlier run, though it may be deleted again.
    brought = LibraryAnswer.with_deleted.filter(origin_import=found).without_index()
    kept = {entry.import_row: entry for entry in brought}
    problems: list[dict[str, object]] = []
    for done, pair in enumerate(pairs):
        progress(done, len(pairs), _("Row %(number)s") % {"number": pair.number})
        if pair.number in kept:
            continue
        beside = [kept[number] for number in alike.get(pair.number, ()) if number in kept]
        with transaction.atomic():
            fence()
            _hold_solution(found)
            entry, problem = _keep(found, pair, [other for other in beside if other.deleted_at is None])
        if entry:
            kept[pair.number] = entry
        else:
            problems.append({"row": pair.number, **problem})
    key = found.file.name
    with transaction.atomic():
        fence()
        found.problems, found.kept = problems, len(pairs) - len(problems)
        found.finished_at, found.file = timezone.now(), ""
        found.save(update_fields=["problems", "kept", "finished_at", "file"])
        transaction.on_commit(partial(delete_objects, [key] if key else []))
    progress(len(pairs), len(pairs), "")
    return found


def delete_import(found: AnswerImport) -> None:
    """Forget an import; what it brought into the library stays."""
    key = found.file.name
    with transaction.atomic():
        Job.objects.for_target(found).delete()
        found.delete()
        transaction.on_commit(lambda: delete_objects([key] if key else []))


def _alike_rows(pairs: Sequence[ImportRow]) -> dict[int, list[int]]:
    """For each row's number, the rows above it that ask the same.

    They are compared here because the library finds an answer by its meaning only once it is embedded, which those
    of this import may or may not be by then.
    """
    questions = [pair.question for pair in pairs]
    try:
        groups = group_same_questions(questions)
    except EmbeddingError:
        # The same is said about each row that cannot be compared with the library.
        groups = group_identical_questions(questions)
    found: dict[int, list[int]] = defaultdict(list)
    for group in groups:
        for place, index in enumerate(group):
            found[pairs[index].number] = [pairs[above].number for above in group[:place]]
    return found


def _hold_solution(found: AnswerImport) -> None:
    """Until this transaction ends nobody deletes the solution; raises LibraryError when somebody has."""
    held = Solution.objects.filter(pk=found.solution_id).select_for_update(no_key=True)
    if not held.exists():
        raise LibraryError(
            _("The solution was deleted, so nothing more is imported into it. Restore it, and try again.")
        )


def _keep(
    found: AnswerImport, pair: ImportRow, beside: Sequence[LibraryAnswer]
) -> tuple[LibraryAnswer | None, dict[str, object]]:
    """Keep one pair; otherwise what is wrong with it."""
    if pair.problem:
        return None, {"reason": pair.problem, "entry": None}
    review = review_answer(
        AnswerCandidate(found.solution, pair.question, pair.answer, pair.choice, beside=beside)
    )
    if review.warnings:
        first = review.warnings[0]
        return None, {"reason": first.reason, "entry": first.other.pk}
    try:
        entry = save_library_answer(
            solution=found.solution,
            question=pair.question,
            answer=pair.answer,
            choice=pair.choice,
            tags=pair.tags,
            review_by=pair.review_by,
            owner=found.owner,
            origin=LibraryAnswer.Origin.IMPORTED,
            origin_note=_("%(filename)s, row %(number)s")
            % {"filename": found.filename, "number": pair.number},
        )
    except LibraryError as error:
        return None, {"reason": str(error), "entry": None}
    LibraryAnswer.objects.filter(pk=entry.pk).update(origin_import=found, import_row=pair.number)
    if not review.complete:
        found.unchecked = [*found.unchecked, pair.number]
        found.save(update_fields=["unchecked"])
    return entry, {}
