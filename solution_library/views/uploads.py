"""Many files at once: each is taken or refused on its own."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from core.exceptions import SpelunkerError
from core.models import User
from core.uploads import clean_filename
from solution_library.exceptions import DuplicateDocument, StoreUnavailable
from solution_library.models import Document, Solution
from solution_library.services.documents import upload_document
from solution_library.views.access import require_editor
from solution_library.views.solutions import find_solution, solution_context
from themis.http import SignedInRequest
from themis.uploads import done_with, not_kept_yet, uploaded_files


@dataclass(frozen=True)
class Refusal:
    """One file that was not taken, why, and the document that is the same file."""

    filename: str
    reason: str
    existing: Document | None = None


@require_POST
def upload(request: SignedInRequest, pk: int) -> HttpResponse:
    """Takes the files of the field `files`; answers htmx with the documents' fragment."""
    user = require_editor(request)
    solution = find_solution(request, pk)
    try:
        uploads = uploaded_files(request, "files")
    except SpelunkerError as error:
        uploads, lost = [], [Refusal(_("Upload"), str(error))]
    else:
        lost = []
    added, refusals = _take(solution, uploads, user)
    refusals += lost
    if request.htmx:
        context = solution_context(request, pk) | {"added": added, "refusals": refusals, "uploaded": True}
        return render(request, "solution_library/solution.html#documents", context)
    if added:
        messages.success(request, _added_in_words(len(added)))
    elif not refusals:
        messages.error(request, _("Choose at least one file."))
    for refusal in refusals:
        messages.error(request, f"{refusal.filename}: {refusal.reason}")
    return redirect(solution)


def _added_in_words(count: int) -> str:
    return ngettext("%(count)d document is added.", "%(count)d documents are added.", count) % {
        "count": count
    }


def _take(
    solution: Solution, uploads: Iterable[UploadedFile], user: User
) -> tuple[list[Document], list[Refusal]]:
    """Store what can be stored. When the store is down, the rest is not tried: each would wait for it."""
    added: list[Document] = []
    refusals: list[Refusal] = []
    down: StoreUnavailable | None = None
    for given in uploads:
        name = clean_filename(given.name or "")
        if down:
            refusals.append(Refusal(name, not_kept_yet(given, str(down))))
            continue
        try:
            added.append(upload_document(solution=solution, upload=given, owner=user))
        except StoreUnavailable as error:
            down = error
            refusals.append(Refusal(name, not_kept_yet(given, str(error))))
            continue
        except DuplicateDocument as error:
            refusals.append(Refusal(name, str(error), error.existing))
        except SpelunkerError as error:
            refusals.append(Refusal(name, str(error)))
        done_with(given)
    return added, refusals
