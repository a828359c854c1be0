"""Bounds of processor time that mean the same on every machine."""

import json
import time

# Of `_work`, alone on the machine on which the bounds were set (2 cores).
_USUAL_SECONDS = 0.045


def allowed(seconds: float) -> float:
    """`seconds` of processor time, and as much more as this process, here and now, is slower than usual: machines
    differ, share their cores, and are slower in a process that has thousands of tests behind it.
    """
    return seconds * max(1.0, min(_measured() for _ in range(3)) / _USUAL_SECONDS)


def _measured() -> float:
    """Seconds for what requests consist of: many small objects, their text, and looking them up."""
    started = time.thread_time()
    rows = [
        {"number": number, "text": f"Question {number}", "parts": [number, None]} for number in range(10_000)
    ]
    by_text = {row["text"]: row for row in json.loads(json.dumps(rows))}
    sorted(by_text, key=lambda text: by_text[text]["number"])
    return time.thread_time() - started
