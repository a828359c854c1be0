from collections.abc import Callable

from django.core.exceptions import PermissionDenied, SuspiciousOperation
from django.http import HttpRequest, HttpResponse
from django.utils.cache import patch_cache_control

from core.audit import record_event, request_origin
from core.client_address import client_address
from core.masking import mask_secrets
from core.models import User


class AuditMiddleware:
    """Lets the audit log know who asks and from where, and records every page that was denied."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        def find_actor() -> User | None:
            return request.user if isinstance(request.user, User) else None

        with request_origin(find_actor=find_actor, address=client_address(request)):
            return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> None:
        if isinstance(exception, PermissionDenied):
            record_event(
                "denied", detail={"method": request.method, "path": mask_secrets(request.path)[:500]}
            )


class ConfidentialMiddleware:
    """What somebody sees who is signed in is kept by no browser and no proxy, unless its view says otherwise.

    After signing out, Back shows nothing; and a page that one goes back to is as it is now, not as it was.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if not response.has_header("Cache-Control") and request.user.is_authenticated:
            patch_cache_control(response, private=True, no_store=True)
        return response


class StorableQueryMiddleware:
    """No page is asked with a NUL, which no database holds: 400. Forms refuse it in words, and so does the API."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, *_: object) -> None:
        match = request.resolver_match
        if match is None or "api" in match.namespaces:
            return
        if any("\x00" in text for name, values in request.GET.lists() for text in (name, *values)):
            raise SuspiciousOperation("A query with a NUL.")
