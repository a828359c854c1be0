"""Children end when they are told to, and when their parent cannot tell them any more."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from spelunker.embedded.occupancy import birth
from spelunker.embedded.process import Command, ManagedProcess, stop_together

STUBBORN = "trap '' TERM INT; sleep 60 & echo $!; while true; do sleep 0.1; done"


def eventually(condition: Callable[[], object], seconds: float = 10.0) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.02)


def shell(script: str, folder: Path, *, grace: float = 5.0) -> ManagedProcess:
    command = Command(argv=["sh", "-c", script], directory=folder, grace=grace)
    return ManagedProcess("child", command, folder / "child.log")


def test_an_orderly_process_stops_at_the_first_request(tmp_path: Path) -> None:
    process = shell("sleep 60", tmp_path)
    process.start()
    stop_together([process])
    assert process.exit_code == -signal.SIGTERM


def test_a_process_that_ignores_requests_is_killed_with_what_it_started(tmp_path: Path) -> None:
    process = shell(STUBBORN, tmp_path, grace=0.2)
    process.start()
    eventually(process.tail)
    grandchild = int(process.tail())
    stop_together([process])
    assert process.exit_code == -signal.SIGKILL
    eventually(lambda: not birth(grandchild))


def test_stopping_what_was_never_started_does_nothing(tmp_path: Path) -> None:
    stop_together([shell("sleep 60", tmp_path)])


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells a child that its parent died")
def test_a_child_dies_when_its_parent_is_killed(tmp_path: Path) -> None:
    script = (
        "import sys, time\n"
        "from pathlib import Path\n"
        "from spelunker.embedded.process import Command, ManagedProcess\n"
        "folder = Path(sys.argv[1])\n"
        "process = ManagedProcess('child', Command(argv=['sleep', '60'], directory=folder), folder / 'log')\n"
        "process.start()\n"
        "print(process.pid, flush=True)\n"
        "time.sleep(60)\n"
    )
    arguments = [sys.executable, "-c", script, str(tmp_path)]
    with subprocess.Popen(arguments, stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdout is not None
        child = int(parent.stdout.readline())
        assert birth(child)
        parent.kill()
    eventually(lambda: not birth(child))


def test_the_tail_shows_only_what_was_written_since_the_last_start(tmp_path: Path) -> None:
    process = shell("echo first", tmp_path)
    process.start()
    eventually(lambda: not process.running)
    process.command = Command(argv=["sh", "-c", "echo second; echo third"], directory=tmp_path)
    process.start()
    eventually(lambda: not process.running)
    assert process.tail() == "second\nthird"
    assert process.tail(1) == "third"
    assert process.log.read_text() == "first\nsecond\nthird\n"


def test_a_large_log_is_set_aside_while_the_child_goes_on_writing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("spelunker.embedded.process._LARGEST_LOG", 100)
    process = shell("while true; do echo a line of the log; sleep 0.01; done", tmp_path)
    process.start()
    try:
        eventually(lambda: process.log.stat().st_size > 100)
        process.trim_log()
        assert process.log.with_suffix(".log.1").stat().st_size > 100
        eventually(lambda: process.log.read_bytes().startswith(b"a line"))
    finally:
        stop_together([process])


def test_a_child_is_out_of_reach_of_the_terminals_interrupt(tmp_path: Path) -> None:
    process = shell("sleep 60", tmp_path)
    process.start()
    try:
        assert os.getpgid(process.pid) != os.getpgid(0)
        assert os.getsid(process.pid) != os.getsid(0)
    finally:
        stop_together([process])
