"""A real Celery worker as a child process, for tests that kill it."""

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path

from spelunker.embedded.environment import PROJECT_ROOT
from spelunker.embedded.process import Command, ManagedProcess, stop_together

_PATIENCE = 60.0


class CeleryWorkerProcess:
    """`celery -A spelunker worker` with prefork children. Start it again after a kill with `start`."""

    def __init__(self, *, environment: Mapping[str, str], queues: str, concurrency: int, log: Path) -> None:
        argv = [
            sys.executable,
            "-m",
            "celery",
            "-A",
            "spelunker",
            "worker",
            "-Q",
            queues,
            "-c",
            str(concurrency),
        ]
        argv += ["--loglevel=INFO", "--without-gossip", "--without-mingle", "--without-heartbeat", "-n"]
        argv += [f"test-{os.getpid()}-{id(self)}@localhost"]
        self.process = ManagedProcess(
            "worker",
            Command(
                argv=argv,
                directory=PROJECT_ROOT,
                environment=environment,
                quick_signal=signal.SIGQUIT,
                grace=3.0,
            ),
            log,
        )

    def start(self) -> None:
        """Start it and wait until it takes tasks."""
        self.process.start()
        self.wait_for_log(" ready.")

    @property
    def pid(self) -> int:
        return self.process.pid

    def child_pids(self) -> list[int]:
        """The pool's processes, which run the tasks."""
        children = Path(f"/proc/{self.pid}/task/{self.pid}/children")
        if children.exists():
            return [int(pid) for pid in children.read_text().split()]
        table = subprocess.run(["ps", "-A", "-o", "pid=,ppid="], capture_output=True, text=True, check=True)
        pairs = [line.split() for line in table.stdout.splitlines()]
        return [int(pid) for pid, parent in pairs if int(parent) == self.pid]

    def kill_child(self, index: int = 0) -> int:
        """SIGKILL to one pool process, as the kernel does when memory is short; returns its number."""
        pid = self.child_pids()[index]
        os.kill(pid, signal.SIGKILL)
        return pid

    def kill(self) -> None:
        """SIGKILL to the worker and its pool at once, as a power cut does."""
        self.process.kill_group()

    def stop(self) -> None:
        """An orderly end: running tasks may finish for three seconds."""
        stop_together([self.process])

    def log_text(self) -> str:
        with contextlib.suppress(FileNotFoundError):
            return self.process.log.read_text(errors="replace")
        return ""

    def wait_for_log(self, text: str, timeout: float = _PATIENCE) -> None:
        """Return when `text` stands in what it wrote since it was last started; else TimeoutError."""
        deadline = time.monotonic() + timeout
        while text not in self.process.tail(lines=10_000):
            if not self.process.running or time.monotonic() > deadline:
                raise TimeoutError(f"The worker did not say {text!r}:\n{self.process.tail(40)}")
            time.sleep(0.05)
