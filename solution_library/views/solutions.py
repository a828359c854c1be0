from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from core.models import User
from core.permissions import can_edit_library
from core.whole_numbers import whole_numbers
from solution_library.document_forms import DocumentFilter, MoveForm, ReviewForm, TagsForm
from solution_library.forms import DocumentUploadForm, SolutionForm
from solution_library.models import Document, Solution
from solution_library.models.near_duplicate import has_twin
from solution_library.models.solution import SolutionQuerySet
from solution_library.services.document_lists import DocumentFacets, facets_of, with_facets
from solution_library.services.reading import embedding_jobs
from solution_library.usage import with_usage
from solution_library.views.access import require_editor
from themis.http import SignedInRequest

DOCUMENTS_PER_PAGE = 50


@require_GET
def solution(request: SignedInRequest, pk: int) -> HttpResponse:
    return render(request, "solution_library/solution.html", solution_context(request, pk))


@require_GET
def statuses(request: SignedInRequest, pk: int) -> HttpResponse:
    """How far the documents `id` of a solution are by now: replaces their badges, and asks again."""
    found = find_solution(request, pk)
    ids = whole_numbers(request.GET.getlist("id")[:DOCUMENTS_PER_PAGE])
    documents = list(found.documents.visible_to(request.user).filter(pk__in=ids))
    context = {
        "solution": found,
        "documents": with_jobs(documents),
        "may_edit": can_edit_library(request.user),
    }
    return render(request, "solution_library/solution.html#statuses", context)


@require_http_methods(["GET", "POST"])
def solution_create(request: SignedInRequest) -> HttpResponse:
    user = require_editor(request)
    return _solution_form(request, Solution(owner=user), initial={"vendor": request.GET.get("vendor")})


@require_http_methods(["GET", "POST"])
def solution_edit(request: SignedInRequest, pk: int) -> HttpResponse:
    require_editor(request)
    return _solution_form(request, find_solution(request, pk))


def _solution_form(
    request: SignedInRequest, instance: Solution, initial: dict[str, Any] | None = None
) -> HttpResponse:
    new = instance.pk is None
    form = SolutionForm(request.POST or None, instance=instance, initial=initial)
    if request.method == "POST" and form.is_valid():
        saved = form.save()
        messages.success(
            request,
            _("“%(name)s” is created. Add its documents now.") % {"name": saved.name}
            if new
            else _("“%(name)s” is saved.") % {"name": saved.name},
        )
        return redirect(saved)
    context = {
        "form": form,
        "solution": None if new else Solution.objects.select_related("vendor").get(pk=instance.pk),
        "no_vendor": not form.fields["vendor"].queryset.exists(),  # type: ignore[attr-defined]
    }
    return render(
        request, "solution_library/solution_form.html", context, status=422 if form.is_bound else 200
    )


def visible_solutions(user: User) -> SolutionQuerySet:
    """Solutions with their counts, as pages show one."""
    return Solution.objects.visible_to(user).select_related("vendor", "owner__profile").with_counts()


def find_solution(request: SignedInRequest, pk: int) -> Solution:
    """The solution with its counts, or 404."""
    return get_object_or_404(visible_solutions(request.user), pk=pk)


def list_url(request: SignedInRequest, solution: Solution) -> str:
    """The solution's page with the filter and page number that the action was pressed under."""
    url = solution.get_absolute_url()
    return f"{url}?{request.GET.urlencode()}" if request.GET else url


def solution_context(request: SignedInRequest, pk: int) -> dict[str, Any]:
    """What the page of a solution, and its fragment with the documents, show."""
    user = request.user
    filters = DocumentFilter(request.GET)
    in_use = Document.objects.visible_to(user).in_use()
    shown = filters.apply(in_use)
    found = get_object_or_404(with_facets(visible_solutions(user), documents=in_use, shown=shown), pk=pk)
    facets = facets_of(found)
    documents = (
        shown.filter(solution=found)
        .with_source_changed()
        .annotate(has_twin=has_twin())
        .select_related("source", "owner")
        .order_by("-created_at", "-pk")
    )
    paginator = Paginator(documents, DOCUMENTS_PER_PAGE)
    paginator.count = facets.shown  # it was counted along with the solution
    page = paginator.get_page(request.GET.get("page"))
    context = {
        "solution": found,
        "page": page,
        "documents": with_usage(with_jobs(list(page.object_list))),
        "filter_form": filters,
        "filters": filters.values,
        "filtered": any(filters.values.values()),
        "facets": facets,
        "may_edit": can_edit_library(user),
        "upload_form": DocumentUploadForm(),
        "sources": found.sources.visible_to(user).with_page_counts(),
    }
    return context | (_for_editors(found, facets, user) if context["may_edit"] else {})


def _for_editors(found: Solution, facets: DocumentFacets, user: User) -> dict[str, Any]:
    """The forms of what is done with many documents, and what can be brought back."""
    return {
        "tags_form": TagsForm(auto_id="bulk_%s"),
        "move_form": MoveForm(
            auto_id="bulk_%s", solutions=Solution.objects.visible_to(user).exclude(pk=found.pk)
        ),
        "review_form": ReviewForm(auto_id="bulk_%s"),
        "deletions": facets.deletions,
    }


def with_jobs(documents: list[Document]) -> list[Document]:
    """The documents, each with its running job as `job`."""
    jobs = embedding_jobs(documents)
    for document in documents:
        document.job = jobs.get(document.pk)  # type: ignore[attr-defined]
    return documents
