"""What pickers find: static/js/picker.js asks here for lists that are too long for the page."""

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse, JsonResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from themis.http import SignedInRequest
from themis.registry import picker_sources

MOST_FOUND = 30
MOST_LETTERS = 100


@require_GET
def pick(request: SignedInRequest, key: str) -> HttpResponse:
    """At most MOST_FOUND rows of the source that fit `?q=`, by value and label; `more` says that there are others."""
    source = picker_sources.entries.get(key)
    if source is None:
        raise Http404
    if not source.visible(request.user):
        raise PermissionDenied(_("You may not look this up."))
    query = request.GET.get("q", "").strip()[:MOST_LETTERS]
    found = list(source.search(request.user, query, MOST_FOUND + 1))
    results = [{"value": str(value), "label": str(label)} for value, label in found[:MOST_FOUND]]
    response = JsonResponse({"results": results, "more": len(found) > MOST_FOUND})
    response["Cache-Control"] = "private, no-store"
    return response
