"""Deleting a solution with what hangs on it, and bringing back what was deleted."""

from datetime import UTC, datetime

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from core.storage import StorageError
from solution_library.exceptions import LibraryError
from solution_library.models import Document, LibraryAnswer
from solution_library.services.deletions import trash_solution
from solution_library.services.restoring import (
    restorable_answers,
    restorable_solutions,
    restore_answers,
    restore_solution,
)
from solution_library.usage import never_cited
from solution_library.views.access import require_editor
from solution_library.views.solutions import find_solution
from themis.http import SignedInRequest


@require_http_methods(["GET", "POST"])
def solution_delete(request: SignedInRequest, pk: int) -> HttpResponse:
    """First what goes along, then, posted, the deletion."""
    user = require_editor(request)
    found = find_solution(request, pk)
    if request.method == "POST":
        trash_solution(found, now=timezone.now())
        return redirect(found.vendor)
    documents = Document.objects.visible_to(user).in_use().filter(solution=found)
    context = {
        "solution": found,
        "sites": list(found.sources.visible_to(user)),
        "answer_count": LibraryAnswer.objects.visible_to(user).filter(solution=found).count(),
        "cited_count": documents.exclude(never_cited(Document)).count(),
    }
    return render(request, "solution_library/solution_delete.html", context)


@require_POST
def solution_restore(request: SignedInRequest, pk: int) -> HttpResponse:
    require_editor(request)
    found = get_object_or_404(restorable_solutions().select_related("vendor"), pk=pk)
    try:
        restore_solution(found)
    except (LibraryError, StorageError) as error:
        messages.error(request, str(error))
        return redirect(found.vendor)
    messages.success(
        request, _("“%(name)s” is back. Its documents are being embedded.") % {"name": found.name}
    )
    return redirect(found)


@require_POST
def answers_restore(request: SignedInRequest) -> HttpResponse:
    """Bring back the library answers that were deleted at the moment `deleted_at`."""
    require_editor(request)
    try:
        count = restore_answers(restorable_answers().filter(deleted_at=read_moment(request)))
    except ValueError as error:
        messages.error(request, str(error))
    else:
        if count:
            text = ngettext("%(count)d answer is back.", "%(count)d answers are back.", count)
            messages.success(request, text % {"count": count})
        else:
            messages.info(request, _("There is nothing to bring back."))
    url = reverse("solution_library:answers")
    return redirect(f"{url}?{request.GET.urlencode()}" if request.GET else url)


def read_moment(request: SignedInRequest) -> datetime:
    """When it was deleted, as the page says. Raises ValueError with a sentence."""
    try:
        return datetime.fromisoformat(request.POST.get("deleted_at", "")).astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise ValueError(_("There is nothing to bring back.")) from error
