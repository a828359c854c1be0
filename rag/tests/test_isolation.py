"""The parser's own process: what it may cost, and what its caller gets when it ends badly."""

import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from rag.parsing import Block, ParsingError, ParsingLimits, isolation, parse_document_isolated
from rag.tests.hostile_files import flate_bomb_pdf

TEXT = b"# Guide\n\n## Backups\n\nEvery night.\n"


def test_a_document_comes_through_the_pipe_unchanged() -> None:
    parsed = parse_document_isolated(TEXT, extension=".MD")
    assert (parsed.title, parsed.blocks) == ("Guide", (Block("paragraph", "Every night.", ("Backups",)),))


def test_a_parser_that_hangs_is_stopped(stand_in) -> None:
    stand_in("import time; time.sleep(600)")
    started = time.monotonic()
    with pytest.raises(ParsingError, match="longer than 1 seconds, so it was stopped"):
        parse_document_isolated(TEXT, extension="md", limits=ParsingLimits(wall_seconds=1))
    assert time.monotonic() - started < 60  # it would sleep for 600


def test_a_parser_that_hangs_with_children_takes_them_along(stand_in, tmp_path: Path) -> None:
    stand_in(
        "import subprocess, sys, time\n"
        f"child = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(600)'])\n"
        f"open({str(tmp_path / 'pid')!r}, 'w').write(str(child.pid))\n"
        "time.sleep(600)"
    )
    with pytest.raises(ParsingError, match="stopped"):
        parse_document_isolated(TEXT, extension="md", limits=ParsingLimits(wall_seconds=2))
    child = int((tmp_path / "pid").read_text())
    _wait_for(lambda: not _lives(child))


def test_a_file_that_takes_too_much_processor_time_is_stopped() -> None:
    page = b"<p>x</p>" * 600_000
    with pytest.raises(ParsingError, match="longer than 1 seconds"):
        parse_document_isolated(page, extension="html", limits=ParsingLimits(cpu_seconds=1))


@pytest.mark.parametrize(
    ("extension", "content"), [("md", b"word " * 4_000_000), ("html", b"<p>x</p>" * 1_000_000)]
)
def test_a_file_that_takes_too_much_memory_says_so(extension: str, content: bytes) -> None:
    with pytest.raises(ParsingError, match="more memory than allowed"):
        parse_document_isolated(content, extension=extension, limits=ParsingLimits(memory_bytes=150_000_000))


def test_more_text_than_allowed_is_refused() -> None:
    with pytest.raises(ParsingError, match="far more text than can be searched"):
        parse_document_isolated(b"word " * 50_000, extension="txt", limits=ParsingLimits(output_bytes=10_000))


@pytest.mark.parametrize(
    "source",
    [
        "raise SystemExit(1)",
        "import os, signal; os.kill(os.getpid(), signal.SIGSEGV)",
        "print('not json')",
        "print('[1, 2]')",
        "print('{}')",
        """print('{"document": {"title": null, "blocks": [["script", "x", [], 1]]}}')""",
    ],
)
def test_a_parser_that_dies_or_babbles_is_a_damaged_file(stand_in, source: str) -> None:
    stand_in(source)
    with pytest.raises(ParsingError, match="seems to be damaged"):
        parse_document_isolated(TEXT, extension="md")


def test_the_parser_sees_no_secret_and_no_other_module(stand_in, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SECRET_KEY", "very secret")
    monkeypatch.setenv("DATABASE_URL", "postgres://user:password@host/db")
    monkeypatch.setenv("PYTHONPATH", "/somewhere")
    stand_in("import json, os; print(json.dumps({'error': ' '.join(sorted(os.environ))}))")
    with pytest.raises(ParsingError) as told:
        parse_document_isolated(TEXT, extension="md")
    assert not {"SECRET_KEY", "DATABASE_URL", "PYTHONPATH"} & set(str(told.value).split())


def test_nothing_is_left_open_or_running() -> None:
    parse_document_isolated(TEXT, extension="md")  # the nursery stays, and its door with it
    before = set(Path("/proc/self/fd").iterdir())
    parse_document_isolated(TEXT, extension="md")
    with pytest.raises(ParsingError):
        parse_document_isolated(b"x", extension="pdf")
    assert set(Path("/proc/self/fd").iterdir()) == before


@pytest.mark.skipif(sys.platform != "linux", reason="asks Linux's process table")
def test_a_caller_that_is_killed_leaves_no_parser_behind(tmp_path: Path) -> None:
    bomb = tmp_path / "bomb.pdf"
    bomb.write_bytes(flate_bomb_pdf())
    caller = subprocess.Popen(
        [
            sys.executable,
            "-c",
            "import pathlib, sys; from rag.parsing import parse_document_isolated as parse\n"
            "while True:\n"
            "    try: parse(pathlib.Path(sys.argv[1]).read_bytes(), extension='pdf')\n"
            "    except Exception: pass\n",
            str(bomb),
        ],
        cwd=isolation._ROOT,
    )
    try:
        nursery_of_it = _wait_for(lambda: _child_of(caller.pid))
        parser = _wait_for(lambda: _child_of(nursery_of_it))
    finally:
        caller.send_signal(signal.SIGKILL)
        caller.wait()
    _wait_for(lambda: not _lives(parser))
    _wait_for(lambda: not _lives(nursery_of_it))


def _child_of(pid: int) -> int | None:
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return int(children[0]) if children else None


def _lives(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except OSError:
        return False


def _wait_for(condition):
    deadline = time.monotonic() + 60
    while not (value := condition()):
        assert time.monotonic() < deadline, "it took too long"
        time.sleep(0.05)
    return value
