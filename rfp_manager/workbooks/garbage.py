"""Pausing Python's garbage collector where very many objects are made at once."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def without_collection() -> Iterator[None]:
    """For cells and questions by the thousand, with no cycles among them: the collector would look through all of them
    again and again. Also a decorator. What waits to be collected waits until the end.
    """
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            # There and back again, all objects count as old: else the next collection of the young ones, which is
            # always near, would look through everything that was made in the meantime.
            gc.freeze()
            gc.unfreeze()
            gc.enable()
