"""Many documents of a solution at once; each action is a view of its own over the documents that were ticked."""

from django.contrib import messages
from django.forms import Form
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from core.storage import StorageError
from core.whole_numbers import whole_numbers
from solution_library.document_forms import MoveForm, ReviewForm, TagsForm
from solution_library.models import Document, Solution
from solution_library.models.document import DocumentQuerySet
from solution_library.services import document_bulk
from solution_library.services.documents import request_embedding
from solution_library.services.restoring import restore_deletion
from solution_library.views.access import require_editor
from solution_library.views.deletions import read_moment
from solution_library.views.solutions import find_solution, list_url
from themis.http import SignedInRequest


@require_POST
def documents_tag(request: SignedInRequest, pk: int) -> HttpResponse:
    solution, documents = _chosen(request, pk)
    form = TagsForm(request.POST)
    if not form.is_valid():
        return _refused(request, solution, form)
    tags = form.cleaned_data["tags"]
    if form.cleaned_data["how"] == "add":
        changed = document_bulk.tag_documents(documents, add=tags)
    else:
        changed = document_bulk.tag_documents(documents, remove=tags)
    return _done(request, solution, changed)


@require_POST
def documents_move(request: SignedInRequest, pk: int) -> HttpResponse:
    solution, documents = _chosen(request, pk)
    form = MoveForm(request.POST, solutions=Solution.objects.visible_to(request.user).exclude(pk=pk))
    if not form.is_valid():
        return _refused(request, solution, form)
    result = document_bulk.move_documents(documents, target=form.cleaned_data["target"])
    why = _("Pages stay with their site, and files that are there already stay here.")
    return _done(request, solution, result.changed, skipped=result.skipped, why=why)


@require_POST
def documents_review(request: SignedInRequest, pk: int) -> HttpResponse:
    solution, documents = _chosen(request, pk)
    form = ReviewForm(request.POST)
    if not form.is_valid():
        return _refused(request, solution, form)
    changed = document_bulk.plan_review(
        documents, owner=form.cleaned_data["owner"], review_by=form.cleaned_data["review_by"]
    )
    return _done(request, solution, changed)


@require_POST
def documents_embed(request: SignedInRequest, pk: int) -> HttpResponse:
    solution, documents = _chosen(request, pk)
    return _done(request, solution, request_embedding(documents))


@require_POST
def documents_delete(request: SignedInRequest, pk: int) -> HttpResponse:
    solution, documents = _chosen(request, pk)
    result = document_bulk.trash_documents(documents, now=timezone.now())
    if result.skipped:
        messages.warning(
            request, _("Pages stay with their site. Leave them out in the settings of the site.")
        )
    if not result.changed and not result.skipped:
        return _done(request, solution, 0)
    return redirect(list_url(request, solution))


@require_POST
def documents_restore(request: SignedInRequest, pk: int) -> HttpResponse:
    """Bring back the documents, or the site, that were deleted at the moment `deleted_at`."""
    require_editor(request)
    solution = find_solution(request, pk)
    try:
        result = restore_deletion(solution, moment=read_moment(request))
    except (ValueError, StorageError) as error:
        messages.error(request, str(error))
        return redirect(list_url(request, solution))
    if not result.changed and not result.skipped:
        messages.info(request, _("There is nothing to bring back."))
        return redirect(list_url(request, solution))
    text = ngettext("%(count)d document is back.", "%(count)d documents are back.", result.changed)
    why = _("They came in again meanwhile.")
    return _done(request, solution, result.changed, done=text, skipped=result.skipped, why=why)


def _chosen(request: SignedInRequest, pk: int) -> tuple[Solution, DocumentQuerySet]:
    """The solution, and those of its documents that were ticked. Raises 403 and 404."""
    user = require_editor(request)
    solution = find_solution(request, pk)
    ticked = whole_numbers(request.POST.getlist("document"))
    documents = Document.objects.visible_to(user).in_use().filter(solution=solution, pk__in=ticked)
    return solution, documents


def _refused(request: SignedInRequest, solution: Solution, form: Form) -> HttpResponse:
    for field in form:
        for error in field.errors:
            messages.error(request, f"{field.label}: {error}")
    return redirect(list_url(request, solution))


def _done(
    request: SignedInRequest,
    solution: Solution,
    changed: int,
    *,
    done: str = "",
    skipped: int = 0,
    why: str = "",
) -> HttpResponse:
    if changed:
        text = ngettext("%(count)d document is changed.", "%(count)d documents are changed.", changed)
        messages.success(request, (done or text) % {"count": changed})
    elif not skipped:
        messages.info(request, _("Nothing was changed. Tick the documents that you mean."))
    if skipped:
        text = ngettext("%(count)d stayed as it was.", "%(count)d stayed as they were.", skipped)
        messages.warning(request, f"{text % {'count': skipped}} {why}")
    return redirect(list_url(request, solution))
