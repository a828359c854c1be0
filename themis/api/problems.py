"""Errors as RFC 9457 problem documents: what happened, and what to do about it."""

import json
import logging
from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import Any

from django.core.exceptions import PermissionDenied, RequestDataTooBig, SuspiciousOperation
from django.db import IntegrityError
from django.http import Http404, HttpRequest, HttpResponse
from ninja import NinjaAPI, Schema
from ninja.errors import AuthenticationError, HttpError, Throttled, ValidationError

from core.audit import record_event
from core.exceptions import SpelunkerError
from core.overtaken import is_overtaken, overtaken_words
from core.upload_limits import DiskFull

logger = logging.getLogger(__name__)

MEDIA_TYPE = "application/problem+json"
NOT_FOUND = "There is nothing at this address, or it is not yours to see."


class FieldError(Schema):
    field: str
    message: str


class Problem(Schema):
    type: str
    title: str
    status: int
    detail: str
    errors: list[FieldError] = []


class APIError(Exception):
    """A refusal with its HTTP status; `code` names the kind of problem for programs."""

    def __init__(
        self,
        status: int,
        detail: str,
        *,
        code: str = "",
        errors: list[FieldError] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(detail)
        self.status = status
        self.code = code
        self.errors = errors or []
        self.headers = headers or {}


def problem_response(
    status: int,
    detail: str,
    *,
    code: str = "",
    errors: list[FieldError] | None = None,
    headers: Mapping[str, str] | None = None,
) -> HttpResponse:
    problem = Problem(
        type=f"urn:spelunker:problem:{code}" if code else "about:blank",
        title=HTTPStatus(status).phrase,
        status=status,
        detail=detail,
        errors=errors or [],
    )
    return HttpResponse(
        json.dumps(problem.model_dump()), status=status, content_type=MEDIA_TYPE, headers=dict(headers or {})
    )


def handle_problems(api: NinjaAPI, statuses: Mapping[type[SpelunkerError], tuple[int, str]]) -> None:
    """Make `api` answer every exception with a problem document.

    `statuses` says which of the apps' own errors are more than a plain 422, with their codes.
    """

    def refuse(request: HttpRequest, error: SpelunkerError) -> HttpResponse:
        status, code = next((statuses[kind] for kind in type(error).__mro__ if kind in statuses), (422, ""))
        return problem_response(status, str(error), code=code)

    handlers: dict[type[Exception], Callable[[HttpRequest, Any], HttpResponse]] = {
        SpelunkerError: refuse,
        APIError: _api_error,
        HttpError: _http_error,
        AuthenticationError: _unauthenticated,
        Throttled: _throttled,
        ValidationError: _invalid,
        Http404: lambda request, error: problem_response(404, NOT_FOUND),
        PermissionDenied: _denied,
        RequestDataTooBig: lambda request, error: problem_response(413, str(error)),
        DiskFull: lambda request, error: problem_response(507, str(error)),
        SuspiciousOperation: lambda request, error: problem_response(400, str(error)),
        IntegrityError: _refused_by_the_database,
        Exception: _unexpected,
    }
    for kind, handler in handlers.items():
        api.add_exception_handler(kind, handler)


def _api_error(request: HttpRequest, error: APIError) -> HttpResponse:
    if error.status == 403:
        _record_denial(request)
    return problem_response(
        error.status, str(error), code=error.code, errors=error.errors, headers=error.headers
    )


def _http_error(request: HttpRequest, error: HttpError) -> HttpResponse:
    # Whatever the body's parser raises arrives wrapped.
    if isinstance(error.__cause__, APIError):
        return _api_error(request, error.__cause__)
    if error.status_code == 403:
        _record_denial(request)
    return problem_response(error.status_code, error.message)


def _unauthenticated(request: HttpRequest, error: AuthenticationError) -> HttpResponse:
    return problem_response(
        401,
        "Send a valid API key as “Authorization: Bearer spk_….…”. This one is missing, wrong, expired or revoked.",
        code="unauthenticated",
        headers={"WWW-Authenticate": 'Bearer realm="Spelunker"'},
    )


def _throttled(request: HttpRequest, error: Throttled) -> HttpResponse:
    return problem_response(
        429,
        f"Too many requests. Go on in {error.wait} seconds.",
        code="too-many-requests",
        headers={"Retry-After": str(error.wait)},
    )


def _invalid(request: HttpRequest, error: ValidationError) -> HttpResponse:
    return problem_response(
        422,
        "The request does not fit the schema of this route.",
        code="invalid",
        errors=[_field_error(found) for found in error.errors],
    )


def _field_error(found: dict[str, Any]) -> FieldError:
    source, *path = [str(part) for part in found["loc"]]
    if source == "body":
        path = path[1:]  # the first is what our function calls the body, which is nobody's business
    return FieldError(field=".".join([source, *path]), message=found["msg"])


def _denied(request: HttpRequest, error: PermissionDenied) -> HttpResponse:
    _record_denial(request)
    return problem_response(403, str(error) or "You may not do this.", code="denied")


def _record_denial(request: HttpRequest) -> None:
    record_event("denied", detail={"method": request.method, "path": request.path[:500]})


def _refused_by_the_database(request: HttpRequest, error: IntegrityError) -> HttpResponse:
    if not is_overtaken(error):
        return _unexpected(request, error)
    logger.warning("%s %s was overtaken by another change", request.method, request.path, exc_info=error)
    return problem_response(409, overtaken_words(), code="overtaken")


def _unexpected(request: HttpRequest, error: Exception) -> HttpResponse:
    logger.error("%s %s failed", request.method, request.path, exc_info=error)
    return problem_response(
        500, "Something went wrong on our side. It is in the log; try again, or tell an administrator."
    )
