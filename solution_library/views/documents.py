from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from core.exceptions import SpelunkerError
from core.permissions import can_edit_library
from core.responses import stored_file_response, stored_pdf_response
from core.storage import StorageError
from core.whole_numbers import whole_number
from solution_library.document_forms import STATUS_GROUPS, DocumentForm
from solution_library.exceptions import LibraryError
from solution_library.forms import ReplaceFileForm
from solution_library.models import Document, DocumentEmbedding
from solution_library.services.deletions import trash
from solution_library.services.document_details import describe_document
from solution_library.services.documents import request_embedding
from solution_library.services.near_duplicates import near_duplicates_of
from solution_library.services.reading import read_passages
from solution_library.services.replacements import replace_document_file, replaced_name, undo_replacement
from solution_library.usage import with_usage
from solution_library.views.access import require_editor
from solution_library.views.solutions import find_solution, list_url, with_jobs
from themis.http import SignedInRequest

PASSAGES_PER_PAGE = 20


@require_GET
def document(request: SignedInRequest, pk: int) -> HttpResponse:
    """A document and its passages; `?passage=12` opens the page of them that holds number 12."""
    found = find_document(request, pk)
    chunks = _current_chunks(found)
    paginator = Paginator(chunks, PASSAGES_PER_PAGE)
    wanted = whole_number(request.GET.get("passage", ""))
    number = request.GET.get("page")
    if wanted is not None:
        number = str(chunks.filter(chunk_index__lt=wanted).count() // PASSAGES_PER_PAGE + 1)
    page = paginator.get_page(number)
    context = {
        "document": with_usage(with_jobs([found]))[0],
        "page": page,
        "passages": read_passages(list(page.object_list)),
        "near_duplicates": near_duplicates_of(found),
        "wanted": wanted,
        "may_edit": can_edit_library(request.user),
        "replace_form": ReplaceFileForm(initial={"replaces": found.content_hash}),
        "replaced_name": replaced_name(found),
    }
    return render(request, "solution_library/document.html", context)


def _current_chunks(document: Document) -> QuerySet[DocumentEmbedding]:
    """The chunks that search sees: while the model changes, those of the next one wait beside them."""
    seen = document.embeddings.filter(waiting_search_vector=None)
    newest = seen.order_by("-pk").values_list("embedding_model", flat=True).first()
    return (
        document.embeddings.filter(embedding_model=newest or "")
        .defer("embedding", "search_vector", "waiting_search_vector")
        .order_by("chunk_index")
    )


@require_http_methods(["GET", "POST"])
def document_edit(request: SignedInRequest, pk: int) -> HttpResponse:
    require_editor(request)
    found = find_document(request, pk)
    form = DocumentForm(request.POST or None, instance=find_document(request, pk))
    if request.method == "POST" and form.is_valid():
        try:
            describe_document(found, form.changes)
        except LibraryError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("Saved."))
            return redirect(found)
    context = {"document": found, "form": form}
    return render(
        request, "solution_library/document_form.html", context, status=422 if form.is_bound else 200
    )


@require_GET
def document_status(request: SignedInRequest, pk: int) -> HttpResponse:
    """The state of the embedding on the document's own page; when it is over, the page is loaded anew."""
    found = find_document(request, pk)
    context = {"document": with_jobs([found])[0], "may_edit": can_edit_library(request.user)}
    response = render(request, "solution_library/document.html#state", context)
    if not found.embedding_unfinished:
        response["HX-Refresh"] = "true"
    return response


@require_GET
def document_download(request: SignedInRequest, pk: int) -> HttpResponseBase:
    found = find_document(request, pk)
    try:
        response = stored_file_response(found.s3_key, filename=found.download_name)
    except StorageError as error:
        messages.error(request, str(error))
        return redirect(found)
    response["X-Content-Type-Options"] = "nosniff"
    return response


@require_GET
def document_pdf(request: SignedInRequest, pk: int) -> HttpResponseBase:
    """An uploaded PDF in the browser's own viewer, which reads the page off the address: `#page=3`."""
    found = find_document(request, pk)
    if not found.is_pdf:
        raise Http404
    try:
        return stored_pdf_response(found.s3_key, filename=found.download_name)
    except StorageError as error:
        messages.error(request, str(error))
        return redirect(found)


@require_POST
def document_replace(request: SignedInRequest, pk: int) -> HttpResponse:
    require_editor(request)
    found = find_document(request, pk)
    form = ReplaceFileForm(request.POST, request.FILES)
    if not form.is_valid():
        messages.error(request, " ".join(str(error) for error in form.errors.get("file", [])))
        return redirect(found)
    try:
        data = form.cleaned_data
        changed = replace_document_file(found, upload=data["file"], expected_hash=data["replaces"])
    except SpelunkerError as error:
        messages.error(request, str(error))
    else:
        messages.success(
            request,
            _("The new file is stored; its text is being embedded.")
            if changed
            else _("This is the very file that is stored already. Nothing was changed."),
        )
    return redirect("solution_library:document", pk)


@require_POST
def document_replace_undo(request: SignedInRequest, pk: int) -> HttpResponse:
    """Bring back the file that a document had before; for a day after it was replaced."""
    require_editor(request)
    found = find_document(request, pk)
    try:
        undo_replacement(found)
    except LibraryError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("The earlier file is back; its text is being embedded."))
    return redirect(found)


@require_POST
def document_delete(request: SignedInRequest, pk: int) -> HttpResponse:
    """For a day it can be brought back, as the solution's page says then."""
    user = require_editor(request)
    found = find_document(request, pk)
    trash(Document.objects.visible_to(user).filter(pk=found.pk), now=timezone.now())
    return redirect(list_url(request, found.solution))


@require_POST
def document_embed(request: SignedInRequest, pk: int) -> HttpResponse:
    require_editor(request)
    found = find_document(request, pk)
    request_embedding([found])
    if request.htmx:
        context = {
            "solution": find_solution(request, found.solution_id),
            "documents": with_jobs([found]),
            "may_edit": True,
        }
        return render(request, "solution_library/solution.html#statuses", context)
    messages.success(request, _("“%(title)s” is being embedded again.") % {"title": found.title})
    return redirect(found)


@require_POST
def solution_embed(request: SignedInRequest, pk: int) -> HttpResponse:
    """Embed again all documents of a solution, or only those of one state."""
    require_editor(request)
    found = find_solution(request, pk)
    documents = found.documents.visible_to(request.user)
    group = request.POST.get("status", "")
    if group in STATUS_GROUPS:
        documents = documents.filter(embedding_status__in=STATUS_GROUPS[group])
    count = request_embedding(documents)
    messages.success(
        request,
        ngettext("%(count)d document is queued.", "%(count)d documents are queued.", count)
        % {"count": count},
    )
    return redirect(found)


def find_document(request: SignedInRequest, pk: int) -> Document:
    documents = Document.objects.visible_to(request.user)
    return get_object_or_404(documents.select_related("solution__vendor", "owner", "source"), pk=pk)
