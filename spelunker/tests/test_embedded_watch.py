"""What crashes is started again; what keeps crashing ends the rest; a stopped parent stops us."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from spelunker.embedded.environment import PROJECT_ROOT
from spelunker.embedded.errors import EmbeddedError
from spelunker.embedded.process import Command, ManagedProcess, stop_together
from spelunker.embedded.watch import Watched, how

WATCHING_CHILD = """
import time
from spelunker.embedded.parent import ParentWatch
watch = ParentWatch()
print("watching", flush=True)
while not watch.wants_stop():
    time.sleep(0.02)
print("asked to stop", flush=True)
"""


@pytest.fixture(autouse=True)
def short_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("spelunker.embedded.watch._FIRST_PAUSE", 0.02)


def watched(script: str, folder: Path) -> tuple[Watched, list[int]]:
    started: list[int] = []
    process = ManagedProcess(
        "worker", Command(argv=["sh", "-c", script], directory=folder), folder / "worker.log"
    )
    return Watched(process, lambda process: started.append(process.pid)), started


def look_until(watch: Watched, count: int, started: list[int]) -> None:
    deadline = time.monotonic() + 60
    while len(started) < count:
        assert time.monotonic() < deadline
        watch.look()
        time.sleep(0.01)


def test_a_killed_process_is_reported_and_started_again(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    watch, started = watched("echo at work; sleep 60", tmp_path)
    watch.start()
    try:
        while not watch.process.tail():
            time.sleep(0.01)
        watch.process.send(signal.SIGKILL)
        look_until(watch, 2, started)
        assert started[0] != started[1]
        assert watch.process.running
        report = capsys.readouterr().err
        assert report.startswith("worker ended by SIGKILL; starting it again")
        assert report.endswith("at work\n")
    finally:
        stop_together([watch.process])


def test_a_process_that_keeps_crashing_ends_the_rest_with_its_last_words(tmp_path: Path) -> None:
    watch, started = watched("echo no such table; exit 3", tmp_path)
    watch.start()
    with pytest.raises(EmbeddedError, match=r"(?s)worker ended 5 times .*exit code 3.*no such table"):
        look_until(watch, 100, started)
    assert len(started) == 5


@pytest.mark.parametrize(
    ("code", "words"), [(-9, "by SIGKILL"), (1, "with exit code 1"), (-64, "by SIGRTMAX")]
)
def test_an_exit_code_is_told_in_words(code: int, words: str) -> None:
    assert how(code) == words


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux shows which signals a process catches")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGKILL])
def test_a_signal_to_make_alone_stops_its_child(tmp_path: Path, number: signal.Signals) -> None:
    (tmp_path / "child.py").write_text(WATCHING_CHILD)
    # As in our own Makefile: `exec`, so that make is the parent and not a shell in between.
    recipe = f"run:\n\t@PYTHONPATH={PROJECT_ROOT} exec {sys.executable} {tmp_path / 'child.py'}\n"
    (tmp_path / "Makefile").write_text(recipe)
    command = ["make", "--no-print-directory", "-C", str(tmp_path), "run"]
    make = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, start_new_session=True)
    with make:
        assert make.stdout is not None
        try:
            assert make.stdout.readline() == "watching\n"
            make.send_signal(number)
            assert make.stdout.readline() == "asked to stop\n"
        finally:
            # Both are in this group, and the number is not reused before the wait below.
            os.killpg(make.pid, signal.SIGKILL)
