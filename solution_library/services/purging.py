"""The end of what was deleted and can no longer be brought back: its rows, and what they stored."""

from functools import partial

from django.db import transaction
from django.utils import timezone

from core.storage import delete_objects
from solution_library.models import AnswerImport, Document, DocumentationSource, LibraryAnswer, Solution
from solution_library.models.deletion import KEPT_AFTER_DELETION
from solution_library.services.documents import delete_documents
from solution_library.services.replacements import purge_replaced
from solution_library.services.sources import delete_source


def purge_deleted() -> int:
    """Delete for good what was deleted or replaced more than a day ago; returns how many rows and files."""
    ended = timezone.now() - KEPT_AFTER_DELETION
    sources = list(DocumentationSource.with_deleted.filter(deleted_at__lt=ended))
    for source in sources:
        delete_source(source)
    documents = delete_documents(Document.objects.filter(deleted_at__lt=ended))
    answers = LibraryAnswer.with_deleted.filter(deleted_at__lt=ended)
    count = answers.count()
    answers.delete()
    solutions = list(Solution.with_deleted.filter(deleted_at__lt=ended))
    for solution in solutions:
        _delete_solution(solution)
    return len(sources) + documents + count + len(solutions) + purge_replaced()


def _delete_solution(solution: Solution) -> None:
    """With whatever still hangs on it; a cascade would leave the files behind."""
    with transaction.atomic():
        for source in DocumentationSource.with_deleted.filter(solution=solution):
            delete_source(source)
        delete_documents(Document.objects.filter(solution=solution))
        imports = AnswerImport.objects.filter(solution=solution).exclude(file="")
        transaction.on_commit(partial(delete_objects, list(imports.values_list("file", flat=True))))
        solution.delete()
