"""The command palette: one endpoint, a page of its own and the list inside the dialog."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from themis.forms import SearchForm
from themis.http import SignedInRequest
from themis.services.palette import PAGE_LIMIT, PALETTE_LIMIT, search_palette


@never_cache
@require_safe
def search(request: SignedInRequest) -> HttpResponse:
    """The page for a browser; the options alone for the palette's own request."""
    form = SearchForm(request.GET)
    query = form.words()
    in_palette = bool(request.htmx) and request.htmx.target == "palette-list"
    groups = search_palette(request.user, query, limit=PALETTE_LIMIT if in_palette else PAGE_LIMIT)
    context = {"query": query, "groups": groups, "count": sum(len(group.entries) for group in groups)}
    template = "themis/search.html#palette-options" if in_palette else "themis/search.html"
    return render(request, template, context)
