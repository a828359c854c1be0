"""Cells of tables that people take along: what a spreadsheet program would run is made harmless, and back."""

import re

# Programs take these beginnings for a formula; the wide ones are the same keys of an East Asian keyboard.
_FORMULA_START = re.compile("[\t\r\n ]*[=+\\-@＝＋－＠]|[\t\r]")
_PLAIN_NUMBER = re.compile(r"[+-]?\d+(?:[.,]\d+)?%?\Z")


def guarded(text: str) -> str:
    """The text, with an apostrophe in front when it would be run. Plain numbers stay numbers."""
    return f"'{text}" if _FORMULA_START.match(text) and not _PLAIN_NUMBER.match(text) else text


def unguarded(text: str) -> str:
    """What `guarded` was given: an apostrophe that it put there is taken away, and no other."""
    return text[1:] if text.startswith("'") and guarded(text[1:]) == text else text
