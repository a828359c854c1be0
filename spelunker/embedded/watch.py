"""Restarting what crashes, and giving up on what keeps crashing."""

import signal
import time
from collections import deque
from collections.abc import Callable

from spelunker.embedded.console import complain
from spelunker.embedded.errors import EmbeddedError
from spelunker.embedded.process import ManagedProcess

_CRASHES = 5
_WITHIN = 60.0
_FIRST_PAUSE = 0.5


class Watched:
    """One process that should be running."""

    def __init__(self, process: ManagedProcess, started: Callable[[ManagedProcess], None]) -> None:
        self.process = process
        self._started = started
        self._crashes: deque[float] = deque(maxlen=_CRASHES)
        self._restart_at: float | None = None

    def start(self) -> None:
        self.process.start()
        self._started(self.process)

    def look(self) -> None:
        """Report a crash, restart after a growing pause. EmbeddedError when it crashed too often."""
        now = time.monotonic()
        if self._restart_at is not None:
            if now >= self._restart_at:
                self._restart_at = None
                self.start()
            return
        code = self.process.exit_code
        if code is None:
            return
        # What it started must not work on beside its successor.
        self.process.kill_group()
        self._crashes.append(now)
        recent = [moment for moment in self._crashes if now - moment < _WITHIN]
        if len(recent) >= _CRASHES:
            raise EmbeddedError(
                f"{self.process.name} ended {_CRASHES} times within {_WITHIN:.0f} seconds, {how(code)}. "
                f"Stopping everything; see {self.process.log}.\n{self.process.tail()}"
            )
        pause = _FIRST_PAUSE * 2 ** (len(recent) - 1)
        complain(
            f"{self.process.name} ended {how(code)}; starting it again in {pause:g} s. "
            f"Its last lines ({self.process.log}):\n{self.process.tail(5)}"
        )
        self._restart_at = now + pause


def how(code: int) -> str:
    """An exit code in words."""
    if code >= 0:
        return f"with exit code {code}"
    try:
        return f"by {signal.Signals(-code).name}"
    except ValueError:
        return f"by signal {-code}"
