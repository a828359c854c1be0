"""Who is using a state folder: one owner who runs the services, and visitors who use them.

lock           held (flock) by the owner as long as it lives, whatever happens to it
visitors.lock  held shared by each visitor; a short-lived owner waits for them before it stops
running.json   written by the owner when the services answer: where they are
processes.json what the owner started, so that the next one can clear up after a SIGKILL
"""

import contextlib
import fcntl
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import IO

from spelunker.embedded.errors import EmbeddedError
from spelunker.embedded.process import ManagedProcess
from spelunker.embedded.state import StateFolder

_STARTING_PATIENCE = 90.0


class Occupancy:
    """The owner's hold on a state folder. Acquire before anything in the folder is written."""

    def __init__(self, state: StateFolder) -> None:
        self.state = state
        self._lock: IO[str] | None = None
        self._processes: dict[str, ManagedProcess] = {}

    def acquire(self, purpose: str) -> bool:
        """Become the owner; False when somebody else is. Leftovers of a killed owner are ended."""
        lock = (self.state.path / "lock").open("a+")
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.close()
            return False
        lock.truncate(0)
        lock.write(f"{purpose} (process {os.getpid()})\n")
        lock.flush()
        self._lock = lock
        self._withdraw()
        self._end_leftovers()
        return True

    def release(self) -> None:
        """Let others in. The processes must have been stopped."""
        if self._lock is None:
            return
        self._withdraw()
        (self.state.path / "processes.json").unlink(missing_ok=True)
        self._lock.truncate(0)
        self._lock.close()
        self._lock = None

    def record(self, process: ManagedProcess) -> None:
        """Note a process that was (re)started."""
        self._processes[process.name] = process
        entries = {
            name: {
                "pid": entry.pid,
                "born": birth(entry.pid),
                "quick_signal": int(entry.command.quick_signal),
            }
            for name, entry in self._processes.items()
        }
        self.state.write_json("processes.json", entries)

    def announce(self, environment: Mapping[str, str], *, url: str = "") -> None:
        """Tell visitors where the services, and the web pages if there are any, are."""
        self.state.write_json("running.json", {"environment": dict(environment), "url": url})

    def say_goodbye(self, patience: float) -> None:
        """Take no more visitors, and wait for those that are there, `patience` seconds at most."""
        with (self.state.path / "visitors.lock").open("a") as door:
            deadline = time.monotonic() + patience
            while not _try_lock(door, fcntl.LOCK_EX) and time.monotonic() < deadline:
                time.sleep(0.1)
            self._withdraw()

    def _withdraw(self) -> None:
        (self.state.path / "running.json").unlink(missing_ok=True)

    def _end_leftovers(self) -> None:
        """Where the kernel cannot end orphans (no Linux) or has not yet, we do."""
        leftovers = [
            entry
            for entry in self.state.read_json("processes.json").values()
            if entry["born"] and birth(entry["pid"]) == entry["born"]
        ]
        for entry in leftovers:
            _send(entry["pid"], entry["quick_signal"])
        deadline = time.monotonic() + 10
        while leftovers:
            leftovers = [entry for entry in leftovers if birth(entry["pid"]) == entry["born"]]
            if time.monotonic() > deadline:
                for entry in leftovers:
                    _send(-entry["pid"], signal.SIGKILL)
                break
            time.sleep(0.05)
        (self.state.path / "processes.json").unlink(missing_ok=True)


def owner(state: StateFolder) -> str:
    """What the owner is, in words: `make run (process 42)`."""
    try:
        return (state.path / "lock").read_text().strip() or "another command"
    except OSError:
        return "another command"


@contextlib.contextmanager
def visit(state: StateFolder) -> Iterator[dict[str, str] | None]:
    """Use the services of the folder's owner: yields where they are, or None when nobody owns it any more.

    Waits while the owner is starting. The owner is asked not to leave inside the block (`make run` may).
    """
    deadline = time.monotonic() + _STARTING_PATIENCE
    while True:
        with (state.path / "visitors.lock").open("a") as door:
            if _try_lock(door, fcntl.LOCK_SH):
                environment = state.read_json("running.json").get("environment")
                if not _is_owned(state):
                    yield None
                    return
                if environment:
                    yield environment
                    return
        if time.monotonic() > deadline:
            raise EmbeddedError(
                f"{owner(state)} holds the state folder {state.path}, but its services do not answer. "
                "Stop it, or set SPELUNKER_STATE to another folder."
            )
        time.sleep(0.1)


def birth(pid: int) -> str:
    """Something that tells this process from a later one of the same number; empty when there is none."""
    if sys.platform == "linux":
        try:
            fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        except OSError:
            return ""
        # A zombie only waits for its parent to look.
        return "" if fields[0] == "Z" else fields[19]
    result = subprocess.run(
        ["ps", "-o", "lstart=", "-p", str(pid)], capture_output=True, text=True, check=False
    )
    return result.stdout.strip()


def _is_owned(state: StateFolder) -> bool:
    with (state.path / "lock").open("a") as lock:
        return not _try_lock(lock, fcntl.LOCK_SH)


def _try_lock(file: IO[str], kind: int) -> bool:
    try:
        fcntl.flock(file, kind | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _send(pid: int, number: int) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):
        if pid < 0:
            os.killpg(-pid, number)
        else:
            os.kill(pid, number)
