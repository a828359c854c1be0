"""The NinjaAPI of this project: its schema says which problems there are, and its views answer in kind."""

from collections.abc import Callable
from copy import deepcopy
from functools import wraps
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponseBase, HttpResponseNotAllowed
from django.urls import URLPattern, URLResolver
from ninja import NinjaAPI
from ninja.openapi.schema import OpenAPISchema

from themis.api.auth import BrowserAuth, KeyAuth
from themis.api.idempotency import HEADER, idempotent
from themis.api.parsing import StrictParser
from themis.api.problems import MEDIA_TYPE, NOT_FOUND, Problem, problem_response

_REASONS = {
    400: "The request cannot be read",
    401: "No valid API key or session",
    403: "Your role, or the scope of the key, does not allow this",
    404: "There is nothing at this address that you may see",
    409: "It changed meanwhile, or its state does not allow this",
    413: "The body is too large",
    415: "Another content type is wanted",
    422: "The request does not fit the schema, or was refused in words",
    429: "Too many requests; Retry-After says when to go on",
    503: "A part of the installation does not answer; try again in a moment",
}
_IDEMPOTENCY_PARAMETER = {
    "in": "header",
    "name": HEADER,
    "required": False,
    "schema": {"type": "string", "minLength": 1, "maxLength": 200, "pattern": r"^[\x21-\x7e]+$"},
    "description": "Made up by you. The same request with the same key within 24 hours is done once.",
}

# Arguments of the decorator of a route that hands out a file.
FILE_RESPONSE: dict[str, Any] = {
    "openapi_extra": {
        "responses": {
            200: {"description": "The file", "content": {"*/*": {}}},
            302: {"description": "The file lies at a signed address that lives for a minute"},
        }
    }
}


class SpelunkerAPI(NinjaAPI):
    """Authentication, parsing and idempotency are the same on every route; so are the errors."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            auth=[KeyAuth(), BrowserAuth()], parser=StrictParser(), openapi_url=None, docs_url=None, **kwargs
        )
        self.add_decorator(idempotent)

    def get_openapi_operation_id(self, operation: Any) -> str:
        return operation.view_func.__name__

    def get_openapi_schema(self, **kwargs: Any) -> OpenAPISchema:
        schema = super().get_openapi_schema(**kwargs)
        problem = {"$ref": "#/components/schemas/Problem"}
        definition = Problem.model_json_schema(ref_template="#/components/schemas/{model}")
        schema["components"]["schemas"] |= definition.pop("$defs") | {"Problem": definition}
        problems = {
            status: {"description": reason, "content": {MEDIA_TYPE: {"schema": problem}}}
            for status, reason in _REASONS.items()
        }
        for operations in schema["paths"].values():
            for method, operation in operations.items():
                operation["responses"] = {**problems, **operation["responses"]}
                for parameter in operation["parameters"]:
                    parameter["schema"] = _never_null(parameter["schema"])
                if method == "post":
                    operation["parameters"] = [*operation["parameters"], deepcopy(_IDEMPOTENCY_PARAMETER)]
        return schema

    def guarded_urls(self) -> tuple[list[URLPattern | URLResolver], str, str]:
        """The URLs with views that Django's sign-in page stays away from, and that refuse in JSON."""
        patterns, app_name, namespace = self.urls
        for pattern in patterns:
            assert isinstance(pattern, URLPattern)  # noqa: S101 - Ninja makes no others
            pattern.callback = guarded(pattern.callback)
        return patterns, app_name, namespace


def _never_null(schema: dict[str, Any]) -> dict[str, Any]:
    """A parameter of an address is there or left out; null cannot be written in one."""
    kinds = [kind for kind in schema.get("anyOf", []) if kind.get("type") != "null"]
    if len(kinds) != 1:
        return schema if not kinds else {**schema, "anyOf": kinds}
    return {name: value for name, value in schema.items() if name != "anyOf"} | kinds[0]


def guarded(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """A view of the API: it authenticates by itself, and a wrong method is a problem document too."""

    @wraps(view)
    def wrapper(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        try:
            response = view(request, *args, **kwargs)
        except Http404:
            return problem_response(404, NOT_FOUND)
        if isinstance(response, HttpResponseNotAllowed):
            allowed = response["Allow"]
            return problem_response(
                405, f"This address takes {allowed}.", code="wrong-method", headers={"Allow": allowed}
            )
        return response

    return login_not_required(wrapper)
