"""Dates and times as the numbers that a workbook keeps them as."""

import datetime as dt
import re

_CLOCK = r"\d\d:\d\d(?::\d\d(?:\.\d{1,6})?)?"
_ISO = re.compile(rf"(\d{{4}}-\d\d-\d\d)(?:[T ]({_CLOCK}))?|({_CLOCK})")
_DAY = dt.timedelta(days=1)
_EPOCH, _EPOCH_1904 = dt.datetime(1899, 12, 30), dt.datetime(1904, 1, 1)
# Excel's calendar has a 29th of February 1900, so every day before it has the number after.
_FIRST_RIGHT = 61
HALF_A_SECOND = 0.5 / 86_400


def serial_of(text: str, *, from_1904: bool) -> int | float | None:
    """The number of a date, a time or both, written as ISO 8601 has it; None for any other text."""
    match = _ISO.fullmatch(text.strip())
    if match is None:
        return None
    date, time = match[1], match[2] or match[3]
    try:
        clock = dt.time.fromisoformat(time) if time else dt.time()
        day = dt.date.fromisoformat(date) if date else None
    except ValueError:
        return None
    if day is None:
        return (dt.datetime.combine(_EPOCH, clock) - _EPOCH) / _DAY
    serial = (dt.datetime.combine(day, clock) - (_EPOCH_1904 if from_1904 else _EPOCH)) / _DAY
    if not from_1904 and serial < _FIRST_RIGHT:
        serial -= 1
    return int(serial) if serial.is_integer() else serial
