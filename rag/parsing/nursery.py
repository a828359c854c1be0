"""The parsers' parent: `python -m rag.parsing.nursery`, a socket on stdin. It forks one parser for each file.

Starting Python and loading the parsers' libraries costs more than reading most documents, so that is done once,
here. No document is looked at in this process: each gets a child that becomes `rag.parsing.worker`, limits itself,
and ends. `nursery_client` speaks to it:

- on stdin: one byte for each file, and with it one end of a socket pair, the request's own;
- on that: JSON (`arguments` of the worker, `wall_seconds`), and with it the file and where the answer goes;
- back: the worker's exit status as JSON, negative for a signal, null when its time was up.

A request's socket that closes ends its child, with all that it started. When stdin closes, whoever asked is gone,
and everything here ends.
"""

import contextlib
import gc
import json
import os
import runpy
import select
import signal
import socket
import sys
import time
from dataclasses import dataclass
from importlib import import_module

_WORKER = "rag.parsing.worker"
_LIBRARIES = (
    *(f"rag.parsing.{name}" for name in ("checks", "formats", "rows", "document")),
    *(f"rag.parsing.{name}" for name in ("pdf", "docx", "doc", "pptx", "spreadsheet")),
    *(f"rag.parsing.{name}" for name in ("markdown", "html", "plain_text")),
    "openpyxl",
    "python_calamine",
    "charset_normalizer",
)
MAX_REQUEST_BYTES = 16_384


@dataclass(frozen=True)
class _Child:
    """One parser at work: its process (and process group), who waits for it, and until when."""

    pid: int
    asker: socket.socket
    deadline: float


class _Nursery:
    def __init__(self, door: socket.socket) -> None:
        self._door = door
        self._children: dict[int, _Child] = {}
        self._bell, bell = os.pipe()
        os.set_blocking(bell, False)
        os.set_blocking(self._bell, False)
        signal.set_wakeup_fd(bell, warn_on_full_buffer=False)
        signal.signal(signal.SIGCHLD, lambda *_: None)

    def run(self) -> None:
        """Until whoever asks is gone."""
        try:
            while self._turn():
                pass
        finally:
            for child in self._children.values():
                _kill_group(child.pid)

    def _turn(self) -> bool:
        askers = [child.asker for child in self._children.values()]
        watched: list[socket.socket | int] = [self._door, self._bell, *askers]
        ready, _, _ = select.select(watched, [], [], self._patience())
        if self._bell in ready:
            with contextlib.suppress(BlockingIOError):
                os.read(self._bell, 4096)
        self._collect_ended()
        now = time.monotonic()
        for child in list(self._children.values()):
            if child.asker in ready:
                self._dismiss(child)
                child.asker.close()
            elif child.deadline <= now:
                self._dismiss(child)
                _tell(child.asker, None)
        return self._admit() if self._door in ready else True

    def _patience(self) -> float | None:
        if not self._children:
            return None
        return max(min(child.deadline for child in self._children.values()) - time.monotonic(), 0)

    def _admit(self) -> bool:
        """Take a request in; False when the door is closed."""
        byte, descriptors, _, _ = socket.recv_fds(self._door, 1, 1)
        if not byte:
            return False
        with contextlib.ExitStack() as ours:
            asker = ours.enter_context(socket.socket(fileno=descriptors[0]))
            message, files, _, _ = socket.recv_fds(asker, MAX_REQUEST_BYTES, 2)
            for file in files:
                ours.callback(os.close, file)
            if len(files) != 2:
                return True  # it gave up before it had asked
            request = json.loads(message)
            deadline = time.monotonic() + request["wall_seconds"]
            pid = os.fork()
            if pid == 0:
                _become_worker(request["arguments"], source=files[0], result=files[1])
            # The child does the same: whoever comes first, its group exists before anybody ends it.
            with contextlib.suppress(OSError):
                os.setpgid(pid, pid)
            self._children[pid] = _Child(pid, asker.dup(), deadline)
        return True

    def _collect_ended(self) -> None:
        """Say how those ended that did."""
        for child in list(self._children.values()):
            if os.waitid(os.P_PID, child.pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is None:
                continue
            status = self._dismiss(child)
            _tell(child.asker, os.waitstatus_to_exitcode(status))

    def _dismiss(self, child: _Child) -> int:
        """End it with all that it started. It is waited for last: until then its number is nobody else's."""
        _kill_group(child.pid)
        _, status = os.waitpid(child.pid, 0)
        del self._children[child.pid]
        return status


def _tell(asker: socket.socket, status: int | None) -> None:
    with contextlib.suppress(OSError), asker:
        asker.sendall(json.dumps(status).encode())


def _kill_group(pid: int) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(pid, signal.SIGKILL)


def _become_worker(arguments: list[str], *, source: int, result: int) -> None:
    """In the child: keep the file and the answer, and nothing else of the nursery; never returns."""
    code = 1
    try:
        with contextlib.suppress(OSError):
            os.setpgid(0, 0)
        signal.set_wakeup_fd(-1)
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        os.dup2(source, 0)
        os.dup2(result, 1)
        os.closerange(3, os.sysconf("SC_OPEN_MAX"))
        sys.argv = [_WORKER, *arguments]
        runpy.run_module(_WORKER, run_name="__main__", alter_sys=True)
        sys.stdout.flush()
        code = 0
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else int(end.code is not None)
    finally:
        # Not sys.exit: the frames below are the nursery's.
        os._exit(code)


def main() -> None:
    door = socket.socket(fileno=os.dup(0))
    # The children's stdin is their file; nothing of ours may be left there.
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    for library in _LIBRARIES:
        # What cannot be imported is the worker's to report, for the files that need it.
        with contextlib.suppress(ImportError):
            import_module(library)
    gc.freeze()
    _Nursery(door).run()


if __name__ == "__main__":
    main()
