"""The texts that a workbook's cells share, and how XML in a workbook spells a text."""

import re
from typing import Any

import numpy as np

_TEXT = re.compile(r"<t\b([^>]*)>([^<]*)</t>")
_PHONETIC = re.compile(r"<rPh\b.*?</rPh>", re.DOTALL)
_ESCAPED = re.compile(r"&(?:#(\d{1,7})|#x([0-9A-Fa-f]{1,6})|(lt|gt|amp|quot|apos));|_x([0-9A-Fa-f]{4})_")
_NAMED = {"lt": "<", "gt": ">", "amp": "&", "quot": '"', "apos": "'"}
_XML_SPACE = " \t\n"


def read_shared_strings(data: bytes) -> Any | None:
    """An array of the texts in their order; None where the part is written unusually, as with prefixed names."""
    text = decoded(data)
    begin, end = (text.find("<si>"), text.rfind("</si>")) if text is not None else (-1, -1)
    if text is None or begin < 0 or "<!" in text:
        return None
    strings = text.split("</t></si><si><t>")
    strings[0] = strings[0][begin + len("<si><t>") :]
    strings[-1] = strings[-1].partition("</t>")[0]
    if not _are_plain(strings, text, begin, end):
        items = text[begin + len("<si>") : end].split("</si><si>")
        if len(items) != text.count("<si"):
            return None
        strings = [_joined_runs(item) for item in items]
    if "&" in text or "_x" in text:
        strings = [unescaped(string) for string in strings]
    return as_array(strings)


def as_array(strings: list[str]) -> Any:
    array = np.empty(len(strings), dtype=object)
    array[:] = strings
    return array


def _are_plain(strings: list[str], text: str, begin: int, end: int) -> bool:
    """True where every text is a single run without attributes: then there are no tags but those it was cut at."""
    return text.startswith("<si><t>", begin) and text.count("<", begin, end) == 4 * len(strings) - 1


def _joined_runs(item: str) -> str:
    """The text of an item in one piece, without the reading aids of Japanese."""
    if "<rPh" in item:
        item = _PHONETIC.sub("", item)
    runs = _TEXT.findall(item)
    return "".join(run if "preserve" in attributes else run.strip(_XML_SPACE) for attributes, run in runs)


def decoded(data: bytes) -> str | None:
    """XML as text, its line ends as a parser would give them; None where it is not UTF-8."""
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        return None
    return text.replace("\r\n", "\n").replace("\r", "\n") if "\r" in text else text


def unescaped(text: str) -> str:
    """Entities, and the format's own `_x000D_` for what XML cannot hold, as the characters that they mean."""
    return _ESCAPED.sub(_meant, text) if "&" in text or "_x" in text else text


def _meant(match: "re.Match[str]") -> str:
    decimal, hexadecimal, name, own = match.groups()
    if name:
        return _NAMED[name]
    code = int(decimal) if decimal else int(hexadecimal or own, 16)
    is_character = code <= 0x10FFFF and not 0xD800 <= code <= 0xDFFF
    # A NUL says nothing, and no database takes it in a text.
    return (chr(code) if code else "") if is_character else match[0]
