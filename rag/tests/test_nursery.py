"""The parsers' parent: one for each process that asks, replaced when it dies, and never outliving who asked."""

import os
import signal
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from rag.parsing import ParsingError, ParsingLimits, isolation, parse_document_isolated
from rag.parsing.nursery_client import end_nursery, nursery_pid

TEXT = b"# Guide\n\n## Backups\n\nEvery night.\n"

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="asks Linux's process table")


def read() -> str | None:
    return parse_document_isolated(TEXT, extension="md").title


def test_one_nursery_serves_many_files_each_in_a_process_of_its_own(stand_in) -> None:
    stand_in("import json, os; print(json.dumps({'error': f'{os.getpid()} {os.getppid()}'}))")
    seen = [told().split() for told in [_refusal] * 3]
    assert len({parser for parser, _ in seen}) == 3
    assert {parent for _, parent in seen} == {str(nursery_pid())}


def test_a_nursery_that_was_killed_is_replaced_and_the_next_file_is_read() -> None:
    read()
    first = nursery_pid()
    os.kill(first, signal.SIGKILL)
    assert read() == "Guide"
    assert nursery_pid() != first


def test_a_nursery_that_dies_over_a_file_is_replaced_and_the_file_is_read_after_all(
    stand_in, tmp_path: Path
) -> None:
    stand_in(
        "import json, os, pathlib, signal, sys\n"
        f"tried = pathlib.Path({str(tmp_path / 'tried')!r})\n"
        "if not tried.exists():\n"
        "    tried.touch()\n"
        "    print('half an answ', flush=True)\n"
        "    os.kill(os.getppid(), signal.SIGKILL)\n"
        "print(json.dumps({'error': f'read {len(sys.stdin.read())}'}))"
    )
    assert _refusal() == f"read {len(TEXT)}"


def test_a_file_that_kills_every_nursery_is_a_damaged_file_and_the_next_is_read(
    stand_in, monkeypatch: pytest.MonkeyPatch
) -> None:
    stand_in("import os, signal; os.kill(os.getppid(), signal.SIGKILL)")
    assert "seems to be damaged" in _refusal()
    monkeypatch.undo()
    assert read() == "Guide"


def test_what_a_parser_leaves_running_ends_with_it(stand_in, tmp_path: Path) -> None:
    stand_in(
        "import json, subprocess, sys\n"
        "child = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(600)'])\n"
        "print(json.dumps({'error': str(child.pid)}))"
    )
    left = int(_refusal())
    _wait_for(lambda: not _lives(left))


def test_a_parser_holds_nothing_of_the_nursery_or_of_other_files(stand_in) -> None:
    stand_in(
        "import json, os\nheld = [d for d in os.listdir('/proc/self/fd') if os.path.exists(f'/proc/self/fd/{d}')]\n"
        "print(json.dumps({'error': ' '.join(sorted(held))}))"
    )
    with ThreadPoolExecutor(3) as pool:
        assert set(pool.map(lambda _: _refusal(), range(6))) == {"0 1 2"}


def test_a_file_that_hangs_does_not_keep_others_waiting(stand_in, tmp_path: Path) -> None:
    stand_in(
        "import json, sys, time\n"
        "text = sys.stdin.read()\n"
        "time.sleep(600 if text == 'slow' else 0)\n"
        "print(json.dumps({'error': text}))"
    )
    _refusal()
    slow = threading.Thread(target=lambda: _refusal(b"slow", ParsingLimits(wall_seconds=8)))
    slow.start()
    try:
        started = time.monotonic()
        assert [_refusal(b"quick") for _ in range(5)] == ["quick"] * 5
        assert time.monotonic() - started < 7
        assert slow.is_alive()
    finally:
        slow.join()


def test_a_stopped_nursery_is_given_up_in_the_end(monkeypatch: pytest.MonkeyPatch) -> None:
    from rag.parsing import nursery_client

    read()
    stuck = nursery_pid()
    monkeypatch.setattr(nursery_client, "_GRACE_SECONDS", 1)
    os.kill(stuck, signal.SIGSTOP)
    with pytest.raises(ParsingError, match="so it was stopped"):
        parse_document_isolated(TEXT, extension="md", limits=ParsingLimits(wall_seconds=1))
    assert not _lives(stuck)
    assert read() == "Guide"


def test_a_forked_child_asks_a_nursery_of_its_own_and_leaves_ours_alone() -> None:
    read()
    ours = nursery_pid()
    child = os.fork()
    if child == 0:
        good = nursery_pid() is None and read() == "Guide" and nursery_pid() not in (None, ours)
        os._exit(0 if good else 1)
    _, status = os.waitpid(child, 0)
    assert os.waitstatus_to_exitcode(status) == 0
    assert (read(), nursery_pid()) == ("Guide", ours)


def test_a_nursery_ends_when_who_asked_is_killed_though_its_forked_children_live() -> None:
    asker = subprocess.Popen(
        [
            sys.executable,
            "-c",
            "import os, time; from rag.parsing import parse_document_isolated as parse\n"
            "from rag.parsing.nursery_client import nursery_pid\n"
            "parse(b'# Guide\\n\\nText.', extension='md')\n"
            "child = os.fork()\n"
            "if child: print(nursery_pid(), child, flush=True)\n"
            "time.sleep(600)\n",
        ],
        cwd=isolation._ROOT,
        stdout=subprocess.PIPE,
        text=True,
    )
    with asker:
        line = asker.stdout.readline() if asker.stdout else ""
        its_nursery, its_child = map(int, line.split())
        asker.kill()
    try:
        assert _lives(its_child)
        _wait_for(lambda: not _lives(its_nursery))
    finally:
        os.kill(its_child, signal.SIGKILL)


def test_an_orderly_end_takes_the_nursery_along() -> None:
    read()
    pid = nursery_pid()
    end_nursery()
    assert not _lives(pid)
    assert read() == "Guide"


def _refusal(content: bytes = TEXT, limits: ParsingLimits | None = None) -> str:
    with pytest.raises(ParsingError) as told:
        parse_document_isolated(content, extension="md", limits=limits or ParsingLimits())
    return str(told.value)


def _lives(pid: int | None) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except OSError:
        return False


def _wait_for(condition) -> None:
    deadline = time.monotonic() + 60
    while not condition():
        assert time.monotonic() < deadline, "it took too long"
        time.sleep(0.05)
