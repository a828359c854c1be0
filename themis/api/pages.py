"""Lists, page by page, and queries in which every word is known."""

from typing import Annotated, Any, Generic, TypeVar

from django.db.models import QuerySet
from ninja import Schema
from pydantic import Field, ModelWrapValidatorHandler, ValidationInfo, model_validator

Item = TypeVar("Item")

Id = Annotated[int, Field(ge=1, le=2**63 - 1)]


class StrictQuery(Schema):
    """The parameters of a query. One that is not among them is refused: a misspelt filter filters nothing."""

    @model_validator(mode="wrap")
    @classmethod
    def refuse_unknown(cls, values: Any, handler: ModelWrapValidatorHandler, info: ValidationInfo) -> Any:
        request = (info.context or {}).get("request")
        unknown = set(request.GET) - set(cls.model_fields) if request is not None else set()
        if unknown:
            raise ValueError(f"There is no parameter {', '.join(sorted(unknown))[:200]}.")
        return handler(values)


class PageQuery(StrictQuery):
    page: Annotated[int, Field(ge=1, le=100_000)] = 1
    limit: Annotated[int, Field(ge=1, le=200)] = 50


class Page(Schema, Generic[Item]):
    """One page of a list; `total` counts all of it."""

    items: list[Item]
    total: int
    page: int
    limit: int


def paginate(rows: QuerySet, query: PageQuery) -> dict[str, Any]:
    """What the schema `Page[...]` renders: two queries, whatever the length."""
    start = (query.page - 1) * query.limit
    return {
        "items": list(rows[start : start + query.limit]),
        "total": rows.order_by().count(),
        "page": query.page,
        "limit": query.limit,
    }
