"""POST again without doing it again: `Idempotency-Key`.

The first request with a key writes its row and does its work in one transaction. Whoever comes
meanwhile with the same key waits at the row's unique index, and then finds the answer there. A
request that failed leaves no row, so it may be tried again with the same key.
"""

import hashlib
import json
import re
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.db import OperationalError, connection, transaction
from django.http import HttpRequest, HttpResponse
from ninja import Schema
from ninja.responses import Status
from psycopg.errors import LockNotAvailable

from core.models import User
from themis.api.problems import APIError
from themis.models import IdempotentRequest

HEADER = "Idempotency-Key"
PATIENCE = 30  # seconds to wait for the first request
_JSON = "application/json; charset=utf-8"
_FORM = re.compile(r"[\x21-\x7e]{1,200}")


def idempotent(view: Callable[..., Any]) -> Callable[..., Any]:
    """Decorator of the API's operations. With a key, POST has to answer `Status(code, schema or None)`."""

    @wraps(view)
    def wrapper(request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        key = request.headers.get(HEADER)
        if request.method != "POST" or key is None:
            return view(request, *args, **kwargs)
        if not _FORM.fullmatch(key):
            raise APIError(400, f"{HEADER} is 1 to 200 visible ASCII characters.", code="bad-idempotency-key")
        try:
            with transaction.atomic():
                return _answer_once(request, key, lambda: view(request, *args, **kwargs))
        except OperationalError as error:
            if not isinstance(error.__cause__, LockNotAvailable):
                raise
            raise APIError(
                409,
                "The first request with this key is still at work. Ask again in a moment.",
                code="idempotency-key-in-use",
                headers={"Retry-After": "5"},
            ) from error

    return wrapper


def _answer_once(request: HttpRequest, key: str, work: Callable[[], Any]) -> HttpResponse:
    user = request.user
    assert isinstance(user, User)  # noqa: S101 - for the type checker; the API lets nobody else through
    fingerprint = _fingerprint(request)
    with connection.cursor() as cursor:
        cursor.execute(f"SET LOCAL lock_timeout = '{PATIENCE}s'")
    mine = IdempotentRequest.objects.filter(user=user)
    mine.over().delete()
    IdempotentRequest.objects.bulk_create(
        [IdempotentRequest(user=user, key=key, fingerprint=fingerprint)], ignore_conflicts=True
    )
    stored = mine.get(key=key)
    if stored.fingerprint != fingerprint:
        raise APIError(
            422, "This key was used for another request. Make a new one.", code="idempotency-key-reused"
        )
    if stored.status is not None:
        return _replayed(stored)
    result = work()
    if isinstance(
        result, HttpResponse
    ):  # MCP: its messages have ids of their own, and no tool changes anything
        mine.filter(pk=stored.pk).delete()
        return result
    assert isinstance(result, Status) and isinstance(result.value, Schema | None)  # noqa: S101 - the route's contract
    stored.status = result.status_code
    body = None if result.value is None else result.value.model_dump(mode="json")
    answer = HttpResponse(_written(body), status=stored.status, content_type=_JSON)
    # What is shown once is not kept here either: who repeats the request gets null in its place.
    once: frozenset[str] = getattr(result.value, "SHOWN_ONCE", frozenset())
    stored.body = _written(body and body | dict.fromkeys(once))
    stored.save(update_fields=["status", "body"])
    return answer


def _written(body: dict[str, Any] | None) -> str:
    return "" if body is None else json.dumps(body)


def _replayed(stored: IdempotentRequest) -> HttpResponse:
    headers = {"Idempotency-Replayed": "true"}
    return HttpResponse(stored.body, status=stored.status, content_type=_JSON, headers=headers)


def _fingerprint(request: HttpRequest) -> str:
    """Of what was asked. A file counts by its content, since the boundary between parts is random."""
    digest = hashlib.sha256(f"{request.method} {request.get_full_path()}\n".encode())
    if request.content_type != "multipart/form-data":
        digest.update(request.body)
        return digest.hexdigest()
    digest.update(json.dumps(sorted(request.POST.lists())).encode())
    for name, files in sorted(request.FILES.lists()):
        for file in files:
            content = hashlib.sha256()
            for block in file.chunks():
                content.update(block)
            file.seek(0)
            digest.update(f"{name}\n{file.name}\n{content.hexdigest()}\n".encode())
    return digest.hexdigest()
