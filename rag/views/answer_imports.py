"""Answers from a table: upload, see which column is which, import as a job, read the report."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from core.exceptions import SpelunkerError
from core.models import Job
from rag.import_forms import ImportMappingForm, ImportUploadForm
from rag.services.answer_imports import IMPORT_JOB, delete_import, request_import, store_import
from rag.services.import_tables import ImportTable, read_pairs, read_table
from solution_library.models import AnswerImport, Solution
from solution_library.views.access import require_editor
from themis.http import SignedInRequest

ROWS_SHOWN = 8
PROBLEMS_PER_PAGE = 100


@require_http_methods(["GET", "POST"])
def import_create(request: SignedInRequest) -> HttpResponse:
    user = require_editor(request)
    form = ImportUploadForm(
        request.POST or None,
        request.FILES or None,
        user=user,
        initial={"solution": request.GET.get("solution")},
    )
    if form.is_bound and form.is_valid():
        content = form.cleaned_data
        try:
            found = store_import(solution=content["solution"], upload=content["file"], user=user)
        except SpelunkerError as error:
            form.add_error("file", str(error))
        else:
            return redirect(found)
    earlier = AnswerImport.objects.visible_to(user).select_related("solution", "owner")[:10]
    context = {
        "form": form,
        "earlier": earlier,
        "lacks_solutions": not form.is_bound and not Solution.objects.visible_to(user).exists(),
    }
    return render(request, "rag/import_create.html", context, status=422 if form.is_bound else 200)


@require_GET
def answer_import(request: SignedInRequest, pk: int) -> HttpResponse:
    """The columns and what becomes of the first rows; `?heading=3&question=0&answer=2` tries others."""
    found = _find(request, pk)
    job = Job.objects.for_target(found).filter(kind=IMPORT_JOB).first()
    context: dict[str, Any] = {"found": found, "job": job}
    if found.finished_at:
        page = Paginator(found.problems, PROBLEMS_PER_PAGE).get_page(request.GET.get("page"))
        return render(request, "rag/import_report.html", context | {"page": page})
    try:
        table = read_table(found)
    except SpelunkerError as error:
        return render(request, "rag/import_mapping.html", context | {"problem": str(error)}, status=503)
    form = ImportMappingForm(request.GET if "question" in request.GET else None, found=found, table=table)
    return render(request, "rag/import_mapping.html", context | _preview(form, table))


@require_POST
def import_run(request: SignedInRequest, pk: int) -> HttpResponse:
    found = _find(request, pk)
    if found.finished_at:
        return redirect(found)
    try:
        table = read_table(found)
    except SpelunkerError as error:
        messages.error(request, str(error))
        return redirect(found)
    form = ImportMappingForm(request.POST, found=found, table=table)
    if not form.is_valid():
        return render(
            request, "rag/import_mapping.html", {"found": found} | _preview(form, table), status=422
        )
    user = require_editor(request)
    request_import(found, heading=form.heading_row, columns=form.columns, user=user)
    return redirect(found)


@require_POST
def import_delete(request: SignedInRequest, pk: int) -> HttpResponse:
    delete_import(_find(request, pk))
    messages.success(request, _("The import is removed. What it brought into the library stays."))
    return redirect("rag:import_create")


def _find(request: SignedInRequest, pk: int) -> AnswerImport:
    imports = AnswerImport.objects.visible_to(require_editor(request))
    return get_object_or_404(imports.select_related("solution__vendor", "owner"), pk=pk)


def _preview(form: ImportMappingForm, table: ImportTable) -> dict[str, Any]:
    """The first rows as they would be kept, and how many of all are good."""
    columns, heading = form.current
    pairs = read_pairs(ImportTable(table.rows, heading), columns)
    bad = [pair for pair in pairs if pair.problem]
    return {
        "form": form,
        "pairs": pairs[:ROWS_SHOWN],
        "good": len(pairs) - len(bad),
        "bad": bad[:ROWS_SHOWN],
        "bad_count": len(bad),
    }
