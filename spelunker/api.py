"""The REST API at /api/v1/: the apps' routers under one roof. What all routes share is in `themis.api`."""

from typing import Annotated, Any
from urllib.parse import urlsplit

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import path, reverse
from django.views.decorators.http import require_GET
from ninja import Body

from core.exceptions import RowGone
from core.storage import StorageError
from rag import api as rag_api
from rag.mcp import TOOLS as LIBRARY_TOOLS
from rag.providers.embedding.base import TransientEmbeddingError
from rag.providers.llm.base import TransientLLMError
from rfp_manager.api import ROUTERS as RFP_ROUTERS
from rfp_manager.exceptions import AnswerConflict, DuplicateUpload, TransitionRefused
from rfp_manager.exceptions import StoreUnavailable as RFPStoreUnavailable
from rfp_manager.mcp import TOOLS as RFP_TOOLS
from rfp_manager.services.bids import AssessmentConflict
from solution_library.api import ROUTERS as LIBRARY_ROUTERS
from solution_library.exceptions import DuplicateDocument, StoreUnavailable
from themis.api import jobs, me, notifications, webhooks
from themis.api.assembly import SpelunkerAPI, guarded
from themis.api.auth import KeyAuth
from themis.api.mcp import answer_message
from themis.api.problems import NOT_FOUND, APIError, handle_problems, problem_response
from themis.api.reference import describe_operations, shapes_of
from themis.http import SignedInRequest
from themis.models import APIKey

api = SpelunkerAPI(
    title="Spelunker",
    version="1",
    description="Everything that the pages do, for programs: the same services, the same permissions.",
    urls_namespace="api",
)
handle_problems(
    api,
    {
        StorageError: (503, "store-unavailable"),
        TransientEmbeddingError: (503, "embedding-unavailable"),
        TransientLLMError: (503, "language-model-unavailable"),
        StoreUnavailable: (503, "store-unavailable"),
        RFPStoreUnavailable: (503, "store-unavailable"),
        DuplicateDocument: (409, "duplicate"),
        DuplicateUpload: (409, "duplicate"),
        AnswerConflict: (409, "version-conflict"),
        AssessmentConflict: (409, "version-conflict"),
        RowGone: (404, "gone"),
        TransitionRefused: (409, "wrong-state"),
    },
)


@api.get("/openapi.json", include_in_schema=False)
def openapi_schema(request: HttpRequest) -> HttpResponse:
    return JsonResponse(api.get_openapi_schema())


MCP_TOOLS = {tool.name: tool for tool in (*LIBRARY_TOOLS, *RFP_TOOLS)}


@api.post("/mcp", auth=KeyAuth(scope_by_method=False), include_in_schema=False)
def mcp(request: SignedInRequest, message: Annotated[dict[str, Any], Body()]) -> HttpResponse:
    """One message of the Model Context Protocol; each tool asks for its scope."""
    origin = request.headers.get("Origin")
    if origin and urlsplit(origin).netloc != request.get_host():
        raise APIError(403, "A page of another host may not call this.", code="wrong-origin")
    key: APIKey = request.auth  # type: ignore[attr-defined]
    answer = answer_message(request, key, message, tools=MCP_TOOLS)
    return HttpResponse(status=202) if answer is None else JsonResponse(answer)


SHELL_ROUTERS = (me.router, jobs.router, notifications.router, webhooks.router)
for router in (*SHELL_ROUTERS, *LIBRARY_ROUTERS, rag_api.router, *RFP_ROUTERS):
    api.add_router("", router)


@require_GET
def reference(request: HttpRequest) -> HttpResponse:
    """The API for people to read: drawn here, so that no script and no other host is asked."""
    context = {
        "base": request.build_absolute_uri(reverse("api:api-root")),
        "groups": describe_operations(api.get_openapi_schema()),
        "rate_per_key": settings.API_RATE_PER_KEY,
        "rate_per_user": settings.API_RATE_PER_USER,
    }
    return render(request, "themis/api_reference.html", context)


@require_GET
def reference_group(request: HttpRequest, slug: str) -> HttpResponse:
    """One part of the API with the objects that it takes and gives, so that no page grows with the others."""
    schema = api.get_openapi_schema()
    groups = describe_operations(schema)
    group = next((group for group in groups if group.slug == slug), None)
    if group is None:
        raise Http404
    context = {"group": group, "groups": groups, "shapes": shapes_of(schema, group)}
    return render(request, "themis/api_group.html", context)


def no_such_route(request: HttpRequest, **kwargs: str) -> HttpResponse:
    return problem_response(404, NOT_FOUND)


urlpatterns = [
    path("docs", reference, name="api_reference"),
    path("docs/<slug:slug>", reference_group, name="api_reference_group"),
    path("", api.guarded_urls()),
    path("<path:rest>", guarded(no_such_route), name="no_such_route"),
]
