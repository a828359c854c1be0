from django.core.paginator import Paginator
from django.db.models import Prefetch, Q
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from core.models import Organization
from core.permissions import can_edit_library
from solution_library.library_notices import library_notices
from solution_library.models import Solution
from themis.http import SignedInRequest

VENDORS_PER_PAGE = 30


@require_GET
def home(request: SignedInRequest) -> HttpResponse:
    """Vendors with their solutions, and how much of each is searchable."""
    user = request.user
    query = request.GET.get("q", "").strip()[:100]
    solutions = Solution.objects.visible_to(user).with_counts()
    vendors = Organization.objects.visible_to(user).vendors()
    if query:
        named = Q(name__icontains=query) | Q(vendor__name__icontains=query)
        solutions = solutions.filter(named)
        vendors = vendors.filter(
            Q(name__icontains=query)
            | Q(pk__in=Solution.objects.visible_to(user).filter(named).values("vendor"))
        )
    vendors = vendors.prefetch_related(Prefetch("solutions", queryset=solutions))
    page = Paginator(vendors, VENDORS_PER_PAGE).get_page(request.GET.get("page"))
    notices = library_notices()
    context = {
        "page": page,
        "query": query,
        "may_edit": can_edit_library(user),
        "notices": notices,
        "notices_unfinished": any(notice.unfinished for notice in notices),
    }
    return render(request, "solution_library/home.html", context)
