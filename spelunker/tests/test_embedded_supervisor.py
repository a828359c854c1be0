"""`make run` from start to end: first page, crashes, a second start, and nothing left behind."""

import contextlib
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from spelunker.embedded import ports
from spelunker.embedded.environment import CONNECTION_VARIABLES, PROJECT_ROOT
from spelunker.embedded.occupancy import birth

CHILDREN = {
    "postgres",
    "broker",
    "objectstore",
    "web",
    "worker-general",
    "worker-scraping",
    "worker-embedding",
    "worker-drafting",
    "beat",
}


def clean_environment(state: Path, **variables: str) -> dict[str, str]:
    """Ours without what the test run itself put there."""
    hidden = {*CONNECTION_VARIABLES, "DJANGO_SETTINGS_MODULE", "PYTEST_XDIST_WORKER"}
    inherited = {name: value for name, value in os.environ.items() if name not in hidden}
    return {**inherited, "SPELUNKER_STATE": str(state), "DEMO": "0", **variables}


def eventually(condition: Callable[[], Any], seconds: float = 60.0) -> Any:
    deadline = time.monotonic() + seconds
    while not (value := condition()):
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.1)
    return value


class Run:
    """One `python -m spelunker.embedded run` with its output in a file and nothing on standard input."""

    def __init__(self, state: Path, **variables: str) -> None:
        self.state = state
        self._file = tempfile.NamedTemporaryFile("w+")  # noqa: SIM115 - closed in stop
        self.process = subprocess.Popen(
            [sys.executable, "-m", "spelunker.embedded", "run"],
            cwd=PROJECT_ROOT,
            env=clean_environment(state, **variables),
            stdin=subprocess.DEVNULL,
            stdout=self._file,
            stderr=subprocess.STDOUT,
        )

    @property
    def output(self) -> str:
        return Path(self._file.name).read_text()

    def wait_for(self, pattern: str, seconds: float = 120.0) -> re.Match[str]:
        def look() -> re.Match[str] | None:
            assert self.process.poll() is None, self.output
            return re.search(pattern, self.output)

        match: re.Match[str] = eventually(look, seconds)
        return match

    def url(self) -> str:
        return self.wait_for(r"Spelunker runs at (\S+)").group(1)

    def pids(self) -> dict[str, int]:
        entries = json.loads((self.state / "processes.json").read_text())
        return {name: entry["pid"] for name, entry in entries.items()}

    def family(self) -> set[int]:
        """Every process below the supervisor: children, and what they started."""
        return descendants(self.process.pid)

    def stop(self, number: signal.Signals = signal.SIGINT) -> int:
        if self.process.poll() is None:
            self.process.send_signal(number)
        try:
            return self.process.wait(60)
        finally:
            self.process.kill()
            self._file.close()


def descendants(pid: int) -> set[int]:
    parents: dict[int, int] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            with contextlib.suppress(OSError):
                parents[int(entry.name)] = int((entry / "stat").read_text().rpartition(")")[2].split()[1])
    found, fresh = set(), {pid}
    while fresh:
        fresh = {child for child, parent in parents.items() if parent in fresh}
        found |= fresh
    return found


@pytest.fixture(scope="module")
def state() -> Iterator[Path]:
    """Not pytest's own folder: its name may be too long, and it is kept."""
    folder = Path(tempfile.mkdtemp(prefix="spelunker-run-"))
    yield folder / "state"
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="module")
def running(state: Path) -> Iterator[Run]:
    run = Run(state, PORT=str(ports.pick_free()), SPELUNKER_ADMIN_EMAIL="alice@example.com")
    try:
        run.url()
        yield run
    finally:
        run.stop()


def test_the_first_start_prints_an_administrator_and_serves_a_page(running: Run) -> None:
    assert "alice@example.com" in running.output
    with urllib.request.urlopen(running.url(), timeout=20) as page:
        assert page.status == 200
        assert b"<form" in page.read()
    assert set(running.pids()) >= CHILDREN


def test_the_password_reaches_no_log(running: Run) -> None:
    match = re.search(r"Password:\s+(\S+)", running.output)
    assert match
    for log in (running.state / "logs").iterdir():
        assert match.group(1) not in log.read_text(errors="replace"), log


@pytest.mark.parametrize("names", [("worker-general", "web"), ("postgres",)])
def test_killed_components_are_reported_and_restarted(running: Run, names: tuple[str, ...]) -> None:
    killed = {name: running.pids()[name] for name in names}
    for number in killed.values():
        os.kill(number, signal.SIGKILL)
    eventually(lambda: not set(killed.items()) & set(running.pids().items()))
    for name in names:
        assert f"{name} ended by SIGKILL; starting it again" in running.output
    eventually(lambda: answers(running.url()))


def answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=10) as page:
            return page.status == 200
    except OSError:
        return False


def test_a_second_start_on_the_same_folder_is_refused_in_words(running: Run) -> None:
    second = subprocess.run(
        [sys.executable, "-m", "spelunker.embedded", "run"],
        cwd=PROJECT_ROOT,
        env=clean_environment(running.state),
        capture_output=True,
        text=True,
        check=False,
    )
    assert second.returncode == 1
    assert f"make run (process {running.process.pid}) is using the state folder" in second.stderr
    assert running.url() in second.stderr


def test_a_management_command_uses_the_running_stack_and_leaves_it_running(running: Run) -> None:
    before = running.pids()
    code = "from core.models import User; print(User.objects.get().email)"
    command = subprocess.run(
        [sys.executable, "manage.py", "shell", "--no-imports", "-c", code],
        cwd=PROJECT_ROOT,
        env=clean_environment(running.state),
        capture_output=True,
        text=True,
        check=False,
    )
    assert command.stdout == "alice@example.com\n", command.stderr
    assert running.pids() == before
    assert answers(running.url())


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_it_leaves_nothing_when_interrupted(running: Run) -> None:
    family = running.family()
    assert len(family) > len(CHILDREN)
    started = time.monotonic()
    assert running.stop() == 0
    assert time.monotonic() - started < 15
    assert not [pid for pid in family if birth(pid)]


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells a child that its parent died")
def test_it_resumes_on_another_port_and_leaves_nothing_when_killed(running: Run, state: Path) -> None:
    running.stop()
    with socket.create_server(("127.0.0.1", 0)) as other:
        taken = other.getsockname()[1]
        run = Run(state, PORT=str(taken))
        try:
            url = run.url()
            assert f"Port {taken} is taken; using {taken + 1}." in run.output
            assert url.endswith(f":{taken + 1}/")
            assert "Password:" not in run.output
            family = run.family()
        finally:
            run.stop(signal.SIGKILL)
    eventually(lambda: not [pid for pid in family if birth(pid)], seconds=15)


@pytest.mark.parametrize(("name", "value"), [("PORT", "web"), ("PORT", "70000")])
def test_nonsense_is_refused_before_anything_starts(tmp_path: Path, name: str, value: str) -> None:
    run = Run(tmp_path / "state", **{name: value})
    eventually(lambda: run.process.poll() is not None)
    assert f"PORT is '{value}'" in run.output
    assert run.stop() == 1
    assert not (tmp_path / "state").exists()
