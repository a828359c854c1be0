"""What a model may ask the library over MCP: the REST API's own search and passages."""

from datetime import date
from typing import Annotated

from ninja import Schema
from pydantic import Field

from rag.api import PassageOut, Scope, SearchOut, SearchQuery, Types, Vendors, Words, get_passage, search
from themis.api.mcp import Tool
from themis.api.pages import Id
from themis.http import SignedInRequest


class SearchArguments(Schema):
    query: Words
    solutions: Scope = []
    vendors: Vendors = []
    types: Types = []
    since: Annotated[date | None, Field(description="Only what came or changed on that day or later.")] = None
    current: Annotated[bool, Field(description="Leave out what is overdue for review.")] = False
    limit: Annotated[int, Field(ge=1, le=50)] = 10


class PassageArguments(Schema):
    chunk_id: Id


def _search(request: SignedInRequest, arguments: SearchArguments) -> SearchOut:
    query = SearchQuery.model_construct(
        q=arguments.query,
        solution=arguments.solutions,
        vendor=arguments.vendors,
        type=arguments.types,
        since=arguments.since,
        current=arguments.current,
        limit=arguments.limit,
    )
    return search(request, query)


def _passage(request: SignedInRequest, arguments: PassageArguments) -> PassageOut:
    return get_passage(request, arguments.chunk_id)


TOOLS = (
    Tool(
        "search_library",
        "Search the library of product documents and approved answers; the passages that fit best, best first.",
        SearchArguments,
        _search,
    ),
    Tool("get_passage", "One passage of a document, by its chunk_id.", PassageArguments, _passage),
)
