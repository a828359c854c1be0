"""Bodies and queries, refused before anybody looks at what they mean."""

import json
from typing import Any, NoReturn

from django.http import HttpRequest
from django.utils.datastructures import MultiValueDict
from ninja.parser import Parser

from themis.api.problems import APIError

JSON = "application/json"
MULTIPART = "multipart/form-data"


class StrictParser(Parser):
    """415 for another content type than the route takes, 400 for text that no database can hold."""

    def parse_body(self, request: HttpRequest) -> Any:
        if request.content_type != JSON:
            raise _wrong_type(JSON)
        try:
            body = json.loads(request.body, parse_constant=_no_number)
        except (ValueError, RecursionError) as error:
            raise APIError(400, "The body is not JSON that can be read.", code="not-json") from error
        _check_texts(body)
        return body

    def parse_querydict(
        self, data: MultiValueDict, list_fields: list[str], request: HttpRequest
    ) -> dict[str, Any]:
        if data is request.FILES and request.content_type != MULTIPART:
            raise _wrong_type(MULTIPART)
        parsed = super().parse_querydict(data, list_fields, request)
        _check_texts(parsed)
        return parsed


def _wrong_type(wanted: str) -> APIError:
    return APIError(415, f"This route takes {wanted}.", code="wrong-content-type", headers={"Accept": wanted})


def _no_number(name: str) -> NoReturn:
    raise ValueError(f"{name} is no number of JSON.")


def _check_texts(value: Any) -> None:
    """Raise APIError for a text with NUL or half a surrogate pair anywhere in `value`."""
    waiting = [value]
    while waiting:
        item = waiting.pop()
        if isinstance(item, dict):
            waiting += [*item.keys(), *item.values()]
        elif isinstance(item, list):
            waiting += item
        elif isinstance(item, str) and ("\x00" in item or not _is_utf8(item)):
            raise APIError(400, "The text holds a NUL or half a character. Take it out.", code="bad-text")


def _is_utf8(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True
