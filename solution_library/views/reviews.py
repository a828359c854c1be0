from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from core.permissions import can_edit_library
from core.whole_numbers import whole_number
from solution_library.services.answer_sources import with_marks
from solution_library.services.reviews import answers_to_review, documents_to_review, of_owner
from solution_library.usage import with_usage
from themis.http import SignedInRequest

ROWS_PER_PAGE = 30


@require_GET
def review_list(request: SignedInRequest) -> HttpResponse:
    """What wants a review: the person's own, nobody's or everybody's, documents before answers."""
    user = request.user
    lists = [
        _paginator(request, documents_to_review().visible_to(user).with_source_changed()),
        _paginator(request, answers_to_review().visible_to(user)),
    ]
    asked = whole_number(request.GET.get("page", "")) or 1
    number = min(asked, max(paginator.num_pages for paginator in lists))
    documents, answers = (_page(paginator, number) for paginator in lists)
    answers.object_list = with_marks(list(answers.object_list))
    owner = request.GET.get("owner", "")
    context: dict[str, Any] = {
        "owner": owner if owner in {"nobody", "all"} else "",
        "may_edit": can_edit_library(user),
        "documents": documents,
        "answers": answers,
        "longer": max(documents, answers, key=lambda page: page.paginator.num_pages),
    }
    return render(request, "solution_library/reviews.html", context)


def _paginator(request: SignedInRequest, rows: QuerySet) -> Paginator:
    """The rows that the address asks for, those that wait longest first."""
    owner = request.GET.get("owner", "")
    if owner != "all":
        rows = of_owner(rows, None if owner == "nobody" else request.user)
    return Paginator(
        rows.select_related("solution__vendor", "owner").order_by("review_by", "pk"), ROWS_PER_PAGE
    )


def _page(paginator: Paginator, number: int) -> Page:
    """One page, each row with its usage. Both lists turn their pages together; the shorter has none after its last."""
    page = paginator.get_page(number)
    page.object_list = [] if number > paginator.num_pages else with_usage(list(page.object_list))
    return page
