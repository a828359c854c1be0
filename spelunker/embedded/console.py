"""Lines for the person at the terminal, who may have closed it."""

import contextlib
import os
import sys


def say(text: str) -> None:
    """Print one line at once. A terminal that is gone is no reason to stop."""
    with contextlib.suppress(OSError, ValueError, AttributeError):
        sys.stdout.write(f"{text}\n")
        sys.stdout.flush()


def complain(text: str) -> None:
    """The same, on the error stream."""
    with contextlib.suppress(OSError, ValueError, AttributeError):
        sys.stderr.write(f"{text}\n")
        sys.stderr.flush()


def fill_closed_streams() -> None:
    """Open /dev/null where a standard stream is closed.

    Otherwise the next file that is opened takes the number, and a child writes its output into it.
    """
    for number in range(3):
        try:
            os.fstat(number)
        except OSError:
            os.open(os.devnull, os.O_RDWR)
