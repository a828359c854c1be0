"""This process's nursery: started when the first file is to be read, started again when it died, ended with us."""

import atexit
import json
import os
import socket
import subprocess
import sys
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import IO

# How much longer than the parser a nursery is given, starting included, before it is taken for stuck.
_GRACE_SECONDS = 30


class NurseryDied(Exception):
    """The nursery ended before it said what became of the file."""


class OutOfTime(Exception):
    """The parser's time was up; it has been ended."""


class _Nursery:
    def __init__(self, root: Path) -> None:
        self.root = root
        self.door, theirs = socket.socketpair()
        with theirs:
            self._process = subprocess.Popen(
                [sys.executable, "-s", "-B", "-m", "rag.parsing.nursery"],
                stdin=theirs.fileno(),
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                cwd=root,
                env=_clean_environment(),
                close_fds=True,
                # Ctrl-C is for the one who asks: it then closes the door.
                start_new_session=True,
            )

    @property
    def pid(self) -> int:
        return self._process.pid

    def alive(self) -> bool:
        return self._process.poll() is None and self.door.fileno() != -1

    def end(self) -> None:
        self.door.close()
        self._process.kill()
        self._process.wait()

    def forget(self) -> None:
        """In a forked child: the nursery is the parent's, and must not live for as long as we do."""
        self.door.close()
        self._process.returncode = 0  # no child of ours: nothing to wait for


_lock = threading.Lock()
_nursery: _Nursery | None = None


def run_worker(
    arguments: Sequence[str], *, source: IO[bytes], result: IO[bytes], wall_seconds: float, root: Path
) -> int:
    """Run `rag.parsing.worker` of the tree at `root` on the file `source`; its exit status, negative for a signal.

    What it prints is in `result`. Raises OutOfTime, and NurseryDied: then the next call starts another nursery.
    """
    message = json.dumps({"arguments": list(arguments), "wall_seconds": wall_seconds}).encode()
    ours, theirs = socket.socketpair()
    # Closing our end, for whatever reason, ends the parser.
    with ours:
        with theirs:
            socket.send_fds(ours, [message], [source.fileno(), result.fileno()])
            nursery = _knock(theirs, root)
        ours.settimeout(wall_seconds + _GRACE_SECONDS)
        try:
            answer = ours.recv(64)
        except TimeoutError as error:
            _end(nursery)
            raise OutOfTime from error
        except OSError:
            answer = b""
    if not answer:
        # It may be about to end: waited for, so that the next file does not knock at a door that is closing.
        _end(nursery)
        raise NurseryDied
    status = json.loads(answer)
    if status is None:
        raise OutOfTime
    return int(status)


def _knock(asker: socket.socket, root: Path) -> _Nursery:
    """Hand a request to the nursery, which is started if there is none; returns the one that has it."""
    global _nursery
    with _lock:
        if _nursery is None or _nursery.root != root or not _nursery.alive():
            if _nursery is not None:
                _nursery.end()
            _nursery = _Nursery(root)
        try:
            socket.send_fds(_nursery.door, [b"+"], [asker.fileno()])
        except OSError as error:
            _nursery.end()
            raise NurseryDied from error
        return _nursery


def _end(nursery: _Nursery) -> None:
    global _nursery
    with _lock:
        nursery.end()
        if _nursery is nursery:
            _nursery = None


def nursery_pid() -> int | None:
    """The number of this process's nursery, if it has one."""
    with _lock:
        return _nursery.pid if _nursery is not None else None


def end_nursery() -> None:
    """End this process's nursery and what it is reading. The next file starts another."""
    global _nursery
    with _lock:
        if _nursery is not None:
            _nursery.end()
            _nursery = None


def _clean_environment() -> dict[str, str]:
    """Only what Python needs: no key, no password and no proxy of ours is visible to the parsers."""
    kept = {name: os.environ[name] for name in ("PATH", "SYSTEMROOT", "TMPDIR") if name in os.environ}
    threads = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
    return kept | threads | {"LANG": "C.UTF-8", "TZ": "UTC", "PYTHONHASHSEED": "0"}


def _reset_after_fork() -> None:
    # A pool's child asks a nursery of its own; the lock is as some thread left it.
    global _lock, _nursery
    _lock = threading.Lock()
    if _nursery is not None:
        _nursery.forget()
        _nursery = None


os.register_at_fork(after_in_child=_reset_after_fork)
atexit.register(end_nursery)
