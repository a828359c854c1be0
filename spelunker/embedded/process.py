"""Child processes that never outlive their parent."""

import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

_PR_SET_PDEATHSIG = 1
# Loaded here: between fork and exec nothing may be loaded any more.
_LIBC = ctypes.CDLL(None) if sys.platform == "linux" else None
_LARGEST_LOG = 10 * 1024 * 1024


@dataclass(frozen=True)
class Command:
    """What to run, and how it is ended.

    `stop_signal` asks for an orderly end within `grace` seconds, `quick_signal` for an immediate one.
    The kernel sends `quick_signal` when the parent dies without a word (Linux).
    """

    argv: Sequence[str]
    directory: Path
    environment: Mapping[str, str] = field(default_factory=dict)
    stop_signal: signal.Signals = signal.SIGTERM
    quick_signal: signal.Signals = signal.SIGTERM
    grace: float = 6.0
    # User and group number to run as; None for our own.
    runs_as: tuple[int, int] | None = None
    # Its standard output goes where ours goes, only its errors to the log.
    speaks: bool = False


class ManagedProcess:
    """One child in a session of its own (a terminal's Ctrl-C reaches only us), its output in a log file."""

    def __init__(self, name: str, command: Command, log: Path) -> None:
        self.name = name
        self.command = command
        self.log = log
        self._popen: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it (again). OSError when the program cannot be run."""
        self.trim_log()
        self._log_starts_at = self.log.stat().st_size if self.log.exists() else 0
        with self.log.open("ab") as output:
            command = self.command
            identity: dict[str, object] = {}
            if command.runs_as is not None:
                user, group = command.runs_as
                identity = {"user": user, "group": group, "extra_groups": []}
            self._popen = subprocess.Popen(  # type: ignore[call-overload]
                list(command.argv),
                cwd=command.directory,
                env={**os.environ, **command.environment},
                stdin=subprocess.DEVNULL,
                stdout=None if command.speaks else output,
                stderr=output,
                start_new_session=True,
                preexec_fn=_die_with_parent(os.getpid(), command.quick_signal),
                **identity,
            )

    @property
    def pid(self) -> int:
        """0 when it was never started."""
        return self._popen.pid if self._popen else 0

    @property
    def exit_code(self) -> int | None:
        """None while it runs; negative when a signal ended it."""
        return self._popen.poll() if self._popen else None

    @property
    def running(self) -> bool:
        return self._popen is not None and self._popen.poll() is None

    def send(self, number: signal.Signals) -> None:
        if self._popen is not None and self.running:
            self._popen.send_signal(number)

    def kill_group(self) -> None:
        """End it and whatever it started, without asking."""
        if self._popen is None:
            return
        try:
            os.killpg(self._popen.pid, signal.SIGKILL)
        except (ProcessLookupError, PermissionError):
            return
        finally:
            self._popen.wait()

    def tail(self, lines: int = 12) -> str:
        """The last lines that it wrote since it was last started."""
        try:
            with self.log.open("rb") as file:
                size = file.seek(0, os.SEEK_END)
                file.seek(max(self._log_starts_at if self._log_starts_at <= size else 0, size - 16_384))
                text = file.read().decode(errors="replace")
        except OSError:
            return ""
        return "\n".join(text.rstrip().splitlines()[-lines:])

    def trim_log(self) -> None:
        """Keep one old log of bounded size. The child appends, so that emptying its file is safe."""
        try:
            if self.log.stat().st_size <= _LARGEST_LOG:
                return
            self.log.with_suffix(".log.1").write_bytes(self.log.read_bytes())
            os.truncate(self.log, 0)
        except FileNotFoundError:
            return


def stop_together(processes: Iterable[ManagedProcess]) -> None:
    """End all of them: an orderly request, after its grace an urgent one, then SIGKILL to the group.

    Afterwards none of them, nor what they started in their own groups, is left.
    """
    waiting = [process for process in processes if process.pid]
    started = time.monotonic()
    for process in waiting:
        process.send(process.command.stop_signal)
    urged: set[int] = set()
    while any(process.running for process in waiting):
        elapsed = time.monotonic() - started
        for process in waiting:
            if not process.running:
                continue
            if elapsed > process.command.grace + 3:
                process.kill_group()
            elif elapsed > process.command.grace and process.pid not in urged:
                urged.add(process.pid)
                process.send(process.command.quick_signal)
        time.sleep(0.05)
    for process in waiting:
        process.kill_group()


def _die_with_parent(parent: int, number: signal.Signals) -> Callable[[], None] | None:
    """What the child does between fork and exec; None where the system cannot (leftovers are then
    found by the process ledger at the next start)."""
    libc = _LIBC
    if libc is None:
        return None

    def request() -> None:
        libc.prctl(_PR_SET_PDEATHSIG, int(number), 0, 0, 0)
        if os.getppid() != parent:  # it died before we asked
            os._exit(1)

    return request
