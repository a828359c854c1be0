"""A language model's reply, read strictly: the object that was asked for, or nothing."""

import json
import re
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, Field, ValidationError

from rag.parsing.cleaning import one_line

# More than any answer has; what is longer was not written to be one.
_MOST_CHARACTERS = 60_000


class MalformedReplyError(Exception):
    """The reply is not the object that was asked for."""


def _text(value: Any) -> Any:
    """Cleaned of what must reach no database and no page; a null is an empty text."""
    if value is None:
        return ""
    return one_line(value) if isinstance(value, str) else value


def _ids(value: Any) -> Any:
    """Passage ids however they are written: "P1", "[p1]", 1, or one alone."""
    if isinstance(value, str | int):
        value = [value]
    if not isinstance(value, list):
        return value
    return [re.sub(r"^(?=\d)", "P", str(item).strip(" []()").upper()) for item in value]


Text = Annotated[str, BeforeValidator(_text)]


class ReplySentence(BaseModel):
    text: Annotated[Text, Field(max_length=2_000)]
    passages: Annotated[list[str], BeforeValidator(_ids), Field(max_length=30)] = []


class Reply(BaseModel):
    sentences: Annotated[list[ReplySentence], Field(max_length=30)]
    choice: Annotated[Text, Field(max_length=300)] = ""
    missing: Annotated[Text, Field(max_length=4_000)] = ""


def read_reply(text: str) -> Reply:
    """The reply in `text`, which may stand in a code fence or between other words. Raises MalformedReplyError."""
    start, end = text.find("{"), text.rfind("}")
    if start < 0 or end < start or end - start > _MOST_CHARACTERS:
        raise MalformedReplyError
    try:
        return Reply.model_validate(json.loads(text[start : end + 1]))
    except (ValueError, RecursionError, ValidationError) as error:
        raise MalformedReplyError from error
