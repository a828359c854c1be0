"""The Model Context Protocol, as far as a server of tools needs it: JSON-RPC over HTTP POST, without a session.

Specification: https://modelcontextprotocol.io/specification/2025-06-18 (transport "Streamable HTTP").
Each app describes its tools; a tool calls the same functions as the REST API and so holds the same rules.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404
from ninja import Schema
from pydantic import ValidationError

from core.exceptions import SpelunkerError
from themis.api.auth import require_scope
from themis.api.problems import NOT_FOUND, APIError
from themis.http import SignedInRequest
from themis.models import APIKey

PROTOCOLS = ("2025-06-18", "2025-03-26")
METHOD_NOT_FOUND, INVALID_REQUEST, INVALID_PARAMS = -32601, -32600, -32602

# What a person may be told; anything else is a bug of ours and a 500.
_REFUSALS = (SpelunkerError, APIError, PermissionDenied, Http404)


@dataclass(frozen=True)
class Tool:
    """`call` gets the request and the arguments; none of the tools changes anything."""

    name: str
    description: str
    arguments: type[Schema]
    call: Callable[[SignedInRequest, Any], Schema]
    scope: str = APIKey.Scope.READ

    def describe(self) -> dict[str, Any]:
        return {
            "name": self.name,
            "description": self.description,
            "inputSchema": self.arguments.model_json_schema(),
            "annotations": {"readOnlyHint": self.scope == APIKey.Scope.READ},
        }


class RPCError(Exception):
    def __init__(self, code: int, message: str) -> None:
        super().__init__(message)
        self.code = code


def answer_message(
    request: SignedInRequest, key: APIKey, message: Mapping[str, Any], *, tools: Mapping[str, Tool]
) -> dict[str, Any] | None:
    """The JSON-RPC answer to one message; None for a notification, which gets none."""
    if message.get("jsonrpc") != "2.0" or not isinstance(message.get("method"), str):
        return _error(None, RPCError(INVALID_REQUEST, "This is no JSON-RPC 2.0 request."))
    if "id" not in message:
        return None
    parameters = message.get("params", {})
    try:
        if not isinstance(parameters, dict):
            raise RPCError(INVALID_PARAMS, "The parameters are an object.")
        result = _run(request, key, message["method"], parameters, tools)
    except RPCError as error:
        return _error(message["id"], error)
    return {"jsonrpc": "2.0", "id": message["id"], "result": result}


def _run(
    request: SignedInRequest,
    key: APIKey,
    method: str,
    parameters: dict[str, Any],
    tools: Mapping[str, Tool],
) -> dict[str, Any]:
    if method == "initialize":
        wanted = parameters.get("protocolVersion")
        return {
            "protocolVersion": wanted if wanted in PROTOCOLS else PROTOCOLS[0],
            "capabilities": {"tools": {}},
            "serverInfo": {"name": "spelunker", "version": "1"},
        }
    if method == "ping":
        return {}
    if method == "tools/list":
        return {"tools": [tool.describe() for tool in tools.values()]}
    if method == "tools/call":
        tool = tools.get(str(parameters.get("name")))
        if tool is None:
            raise RPCError(INVALID_PARAMS, "There is no tool of this name.")
        return _call_tool(request, key, tool, parameters.get("arguments") or {})
    raise RPCError(METHOD_NOT_FOUND, "There is no such method here.")


def _call_tool(request: SignedInRequest, key: APIKey, tool: Tool, arguments: Any) -> dict[str, Any]:
    """A refusal is a result that says so: the model that asked can read it and ask better."""
    try:
        require_scope(key, tool.scope)
        content = tool.call(request, tool.arguments.model_validate(arguments)).model_dump(mode="json")
    except ValidationError as error:
        problems = "; ".join(
            f"{'.'.join(map(str, found['loc']))}: {found['msg']}" for found in error.errors()
        )
        return _refusal(f"The arguments do not fit: {problems}")
    except _REFUSALS as error:
        return _refusal(NOT_FOUND if isinstance(error, Http404) else str(error))
    text = json.dumps(content, ensure_ascii=False)
    return {"content": [{"type": "text", "text": text}], "structuredContent": content, "isError": False}


def _refusal(text: str) -> dict[str, Any]:
    return {"content": [{"type": "text", "text": text}], "isError": True}


def _error(identifier: Any, error: RPCError) -> dict[str, Any]:
    return {"jsonrpc": "2.0", "id": identifier, "error": {"code": error.code, "message": str(error)}}
