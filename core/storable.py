"""Texts as a database takes them, wherever they came from: an address, a document, a model."""

from typing import Any


def storable_text(text: str) -> str:
    """Without NUL, and with a question mark for each half of a surrogate pair."""
    return text.replace("\x00", "").encode("utf-8", "replace").decode()


def storable(value: Any) -> Any:
    """The same for every text in a value of JSON."""
    if isinstance(value, str):
        return storable_text(value)
    if isinstance(value, dict):
        return {storable(name): storable(item) for name, item in value.items()}
    if isinstance(value, list | tuple):
        return [storable(item) for item in value]
    return value
