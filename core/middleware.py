from collections.abc import Callable

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse

from core.audit import record_event, request_origin
from core.client_address import client_address
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
            record_event("denied", detail={"method": request.method, "path": request.path[:500]})
