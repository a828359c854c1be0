"""Two statements at once: one of them in a thread with a database connection of its own."""

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import tzinfo
from typing import TypeVar

from django.db import connection
from django.utils import timezone

Result = TypeVar("Result")

# Each keeps its connection, as threads that serve requests do. They begin when there is work for them.
_THREADS = 4
_pool = ThreadPoolExecutor(_THREADS, thread_name_prefix="side-by-side")


def begin(work: Callable[[], Result]) -> Callable[[], Result]:
    """Begin the work; what is returned waits for its result, or raises what it raised.

    Another connection does not see what this one has not committed: within a transaction the work is done when the
    result is asked for.
    """
    if connection.in_atomic_block:
        return work
    return _pool.submit(_as_asked, work, timezone.get_current_timezone()).result


def _as_asked(work: Callable[[], Result], zone: tzinfo) -> Result:
    """On a sound connection, and with the day that it is where who asks is."""
    connection.close_if_unusable_or_obsolete()
    with timezone.override(zone):
        return work()


def _reset_after_fork() -> None:
    # The child has the pool but none of its threads.
    global _pool
    _pool = ThreadPoolExecutor(_THREADS, thread_name_prefix="side-by-side")


os.register_at_fork(after_in_child=_reset_after_fork)
