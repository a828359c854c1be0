"""Calls the API through Django's test client, with an API key or without."""

from typing import Any

from django.http import HttpResponse
from django.test import Client

BASE = "/api/v1"


class Caller:
    def __init__(self, key: str = "") -> None:
        self.key = key
        self.client = Client()

    def send(
        self,
        method: str,
        path: str,
        data: Any = None,
        *,
        files: dict[str, Any] | None = None,
        query: dict[str, Any] | None = None,
        headers: dict[str, str] | None = None,
        content_type: str = "application/json",
        **extra: Any,
    ) -> HttpResponse:
        """`data` goes as JSON (or as it is, when it is text or bytes), `files` as multipart."""
        authorization = {"authorization": f"Bearer {self.key}"} if self.key else {}
        arguments: dict[str, Any] = {
            "headers": authorization | (headers or {}),
            "query_params": query,
            **extra,
        }
        if files is not None:
            return getattr(self.client, method)(BASE + path, {**(data or {}), **files}, **arguments)
        if data is not None:
            arguments |= {"data": data, "content_type": content_type}
        return getattr(self.client, method)(BASE + path, **arguments)

    def get(self, path: str, **query: Any) -> HttpResponse:
        return self.send("get", path, query=query or None)

    def post(self, path: str, data: Any = None, **arguments: Any) -> HttpResponse:
        return self.send("post", path, data, **arguments)

    def put(self, path: str, data: Any = None, **arguments: Any) -> HttpResponse:
        return self.send("put", path, data, **arguments)

    def patch(self, path: str, data: Any = None, **arguments: Any) -> HttpResponse:
        return self.send("patch", path, data, **arguments)

    def delete(self, path: str, **arguments: Any) -> HttpResponse:
        return self.send("delete", path, **arguments)
