"""The OpenAPI schema, made ready for the page that people read it on."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.utils.text import slugify

Json = dict[str, Any]


@dataclass(frozen=True)
class Field:
    name: str
    kind: str
    required: bool
    note: str


@dataclass(frozen=True)
class Shape:
    """An object of the API; `name` is its anchor on the page."""

    name: str
    note: str
    fields: list[Field]


@dataclass(frozen=True)
class Operation:
    """`body` and `answer` name a Shape, or a list of it; `upload` are the fields of a multipart form."""

    name: str
    method: str
    path: str
    summary: str
    parameters: list[Field]
    body: str
    upload: list[Field]
    status: str
    answer: str

    @property
    def shape(self) -> str:
        """The anchor of what it answers; empty for a file or nothing."""
        return "" if self.answer == "file" else self.answer.removeprefix("page of ")


@dataclass(frozen=True)
class Group:
    """`slug` stands in the address of its page."""

    name: str
    slug: str
    operations: list[Operation]


def describe_operations(schema: Json) -> list[Group]:
    """The operations by their tag, in the order of the schema."""
    groups: dict[str, list[Operation]] = {}
    for path, operations in schema["paths"].items():
        for method, operation in operations.items():
            groups.setdefault(operation["tags"][0], []).append(_operation(path, method, operation))
    return [Group(name, slugify(name), operations) for name, operations in groups.items()]


def describe_shapes(schema: Json) -> list[Shape]:
    """The objects that go in and out, without the queries and pages that stand beside the operations."""
    return [
        Shape(name, shape.get("description", ""), list(_fields(shape)))
        for name, shape in sorted(schema["components"]["schemas"].items())
        if not name.endswith("Query") and not name.startswith("Page_")
    ]


def shapes_of(schema: Json, group: Group) -> list[Shape]:
    """The objects that the group's operations take and give, and those within them."""
    names = {operation.name for operation in group.operations}
    spoken_of = [
        operation
        for operations in schema["paths"].values()
        for operation in operations.values()
        if operation["operationId"] in names
    ]
    found: set[str] = set()
    waiting = set(_named(spoken_of))
    while waiting:
        found |= waiting
        waiting = {
            name for known in waiting for name in _named(schema["components"]["schemas"][known])
        } - found
    return [shape for shape in describe_shapes(schema) if shape.name in found]


def _named(part: Any) -> Iterator[str]:
    """The objects that this part of the schema refers to."""
    if isinstance(part, dict):
        if "$ref" in part:
            yield part["$ref"].rsplit("/", 1)[-1]
        part = list(part.values())
    if isinstance(part, list):
        for each in part:
            yield from _named(each)


def _operation(path: str, method: str, operation: Json) -> Operation:
    content = operation.get("requestBody", {}).get("content", {})
    status = next(status for status in operation["responses"] if 200 <= int(status) < 300)
    answers = operation["responses"][status].get("content", {})
    return Operation(
        name=operation["operationId"],
        method=method.upper(),
        path=path,
        summary=operation["summary"],
        parameters=[
            Field(
                parameter["name"],
                _kind(parameter["schema"]),
                parameter["required"],
                parameter.get("description", ""),
            )
            for parameter in operation["parameters"]
            if parameter["in"] == "query"
        ],
        body=_kind(content["application/json"]["schema"]) if "application/json" in content else "",
        upload=list(_fields(content["multipart/form-data"]["schema"]))
        if "multipart/form-data" in content
        else [],
        status=str(status),
        answer=next((_kind(answer.get("schema", {})) for answer in answers.values()), ""),
    )


def _fields(shape: Json) -> Iterator[Field]:
    required = shape.get("required", [])
    for name, field in shape.get("properties", {}).items():
        yield Field(name, _kind(field), name in required, field.get("description", ""))


def _kind(schema: Json) -> str:
    """A type in a word or two, as "text", "integer or null", "list of QuestionOut", "draft | final"."""
    if "$ref" in schema:
        name: str = schema["$ref"].rsplit("/", 1)[-1]
        return f"page of {name[5:-1]}" if name.startswith("Page_") else name
    if "enum" in schema or "const" in schema:
        return " | ".join(str(value) for value in schema.get("enum", [schema.get("const")]))
    if "anyOf" in schema:
        return " or ".join(_kind(kind) for kind in schema["anyOf"])
    if schema.get("type") == "array":
        return f"list of {_kind(schema.get('items', {}))}"
    formats = {"date-time": "time", "date": "date", "uuid": "uuid", "binary": "file"}
    if schema.get("format") in formats:
        return formats[schema["format"]]
    kind = {"string": "text", "object": "object", None: "file"}.get(schema.get("type"))
    return kind or str(schema["type"])
