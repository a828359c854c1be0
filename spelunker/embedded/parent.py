"""Noticing that the `make` above us is gone or was told to stop.

A terminal's Ctrl-C reaches every process. A signal sent to `make` alone does not: on SIGINT it puts
back the default handler and waits for its child, so we look whether it still catches the signal.
"""

import os
import signal
import sys
from pathlib import Path


class ParentWatch:
    """Remembers the parent at the time of its making."""

    def __init__(self) -> None:
        self._pid = os.getppid()
        self._caught_interrupts = self._catches_interrupts()

    def wants_stop(self) -> bool:
        """Whether the parent ended, or received SIGINT and is waiting for us."""
        if os.getppid() != self._pid:
            return True
        return self._caught_interrupts and not self._catches_interrupts()

    def _catches_interrupts(self) -> bool:
        if sys.platform != "linux":
            return False
        try:
            status = Path(f"/proc/{self._pid}/status").read_text()
        except OSError:
            return False
        for line in status.splitlines():
            name, _, value = line.partition(":")
            if name == "SigCgt":
                return bool(int(value, 16) >> (signal.SIGINT - 1) & 1)
        return False
