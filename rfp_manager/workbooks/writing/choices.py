"""Which of a dropdown's values an answer means."""

from collections.abc import Iterable

from rfp_manager.workbooks.writing.cell_values import ListValue
from rfp_manager.workbooks.writing.dates import HALF_A_SECOND, serial_of
from rfp_manager.workbooks.writing.values import plain_number


def choose(answer: ListValue, allowed: Iterable[ListValue], *, from_1904: bool = False) -> ListValue | None:
    """The allowed value that the answer means: the same up to case and space, the same number or the same date.

    Workbooks keep dates as numbers; `from_1904` says that this one counts the days from 1904.
    """
    candidates = list(allowed)
    for candidate in candidates:
        if type(candidate) is type(answer) and candidate == answer:
            return candidate
    wanted = _folded(answer)
    for candidate in candidates:
        if _folded(candidate) == wanted:
            return candidate
    number = _as_number(wanted)
    if number is not None:
        for candidate in candidates:
            if not isinstance(candidate, bool) and _as_number(_folded(candidate)) == number:
                return candidate
    serial = serial_of(answer, from_1904=from_1904) if isinstance(answer, str) else None
    if serial is not None:
        for candidate in candidates:
            if not isinstance(candidate, str | bool) and abs(candidate - serial) < HALF_A_SECOND:
                return candidate
    return None


def _folded(value: ListValue) -> str:
    return " ".join(str(value).split()).casefold()


def _as_number(text: str) -> float | None:
    percent = text.endswith("%")
    try:
        number = float(text.rstrip("%"))
    except ValueError:
        return None
    return number / 100 if percent else number


def typed(item: str) -> ListValue:
    """A literal list item as Excel enters it when it is picked: numbers and truth values are no text."""
    number = plain_number(item)
    if number is not None:
        return number
    if item.upper() in ("TRUE", "FALSE"):
        return item.upper() == "TRUE"
    return item
