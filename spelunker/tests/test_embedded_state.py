"""The state folder keeps secrets secret, remembers ports, and has one owner at a time."""

import os
import socket
import stat
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from spelunker.embedded.errors import EmbeddedError
from spelunker.embedded.occupancy import Occupancy, birth, owner, visit
from spelunker.embedded.process import Command, ManagedProcess
from spelunker.embedded.state import StateFolder


@pytest.fixture
def state(tmp_path: Path) -> StateFolder:
    folder = StateFolder(tmp_path / "state")
    folder.prepare()
    return folder


def test_a_secret_is_made_once_and_readable_by_its_owner_only(state: StateFolder) -> None:
    secret = state.secret("database_password")
    assert len(secret) >= 48
    assert StateFolder(state.path).secret("database_password") == secret
    assert state.secret("broker_password") != secret
    assert stat.S_IMODE((state.path / "secrets.json").stat().st_mode) == 0o600


def test_folders_inside_are_closed_to_others(state: StateFolder) -> None:
    assert stat.S_IMODE(state.path.stat().st_mode) == 0o711
    assert stat.S_IMODE(state.log("web").parent.stat().st_mode) == 0o700


def test_a_port_is_kept_until_somebody_else_takes_it(state: StateFolder) -> None:
    port = state.port("web")
    assert state.port("web") == port
    with socket.create_server(("127.0.0.1", port)):
        other = state.port("web")
        assert other != port
    assert state.port("web") == other
    assert state.port("web", fresh=True) != other


def test_two_components_never_get_one_port(state: StateFolder) -> None:
    assert len({state.port(f"part-{number}") for number in range(50)}) == 50


def test_an_unreadable_file_is_named(state: StateFolder) -> None:
    (state.path / "secrets.json").write_text("{")
    with pytest.raises(EmbeddedError, match=r"secrets\.json cannot be read"):
        state.secret("database_password")


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a folder away")
def test_another_users_folder_is_refused_in_words(state: StateFolder) -> None:
    os.chown(state.path, 65_534, 65_534)
    with pytest.raises(EmbeddedError, match="belongs to another user"):
        state.prepare()


def test_a_place_that_cannot_be_written_is_refused_in_words(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(EmbeddedError, match="Set SPELUNKER_STATE"):
        StateFolder(tmp_path / "file" / "state").prepare()


def test_a_folder_has_one_owner_and_says_who(state: StateFolder) -> None:
    first = Occupancy(state)
    assert first.acquire("make run")
    assert not Occupancy(state).acquire("manage.py ingest")
    assert owner(state) == f"make run (process {os.getpid()})"
    first.release()
    second = Occupancy(state)
    assert second.acquire("manage.py ingest")
    second.release()


def test_the_hold_ends_with_a_killed_owner(state: StateFolder) -> None:
    script = (
        "import sys, time\n"
        "from pathlib import Path\n"
        "from spelunker.embedded.occupancy import Occupancy\n"
        "from spelunker.embedded.state import StateFolder\n"
        "occupancy = Occupancy(StateFolder(Path(sys.argv[1])))\n"
        "print(occupancy.acquire('make run'), flush=True)\n"
        "time.sleep(60)\n"
    )
    arguments = [sys.executable, "-c", script, str(state.path)]
    with subprocess.Popen(arguments, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "True\n"
        assert not Occupancy(state).acquire("make run")
        process.kill()
    following = Occupancy(state)
    assert following.acquire("make run")
    following.release()


def test_what_a_killed_owner_left_running_is_ended_by_the_next(state: StateFolder) -> None:
    process = ManagedProcess("left", Command(argv=["sleep", "60"], directory=state.path), state.log("left"))
    process.start()
    killed = Occupancy(state)
    killed.acquire("make run")
    killed.record(process)
    killed._lock.close()  # as the kernel does when a process is killed
    following = Occupancy(state)
    assert following.acquire("make run")
    assert process.exit_code is not None
    assert not birth(process.pid)
    following.release()


def test_a_stranger_who_got_a_leftovers_number_is_spared(state: StateFolder) -> None:
    stranger = ManagedProcess(
        "other", Command(argv=["sleep", "60"], directory=state.path), state.log("other")
    )
    stranger.start()
    try:
        entry = {"pid": stranger.pid, "born": "long ago", "quick_signal": 15}
        state.write_json("processes.json", {"web": entry})
        following = Occupancy(state)
        assert following.acquire("make run")
        following.release()
        assert stranger.running
    finally:
        stranger.kill_group()


def test_a_visitor_gets_the_owners_services(state: StateFolder) -> None:
    with visit(state) as found:
        assert found is None
    host = Occupancy(state)
    host.acquire("make run")
    host.announce({"DATABASE_URL": "postgres://somewhere"})
    with visit(state) as found:
        assert found == {"DATABASE_URL": "postgres://somewhere"}
    host.release()
    with visit(state) as found:
        assert found is None


def test_a_short_lived_owner_waits_for_its_visitors(state: StateFolder) -> None:
    host = Occupancy(state)
    host.acquire("manage.py ingest")
    host.announce({"DATABASE_URL": "postgres://somewhere"})
    leaving = threading.Thread(target=host.say_goodbye, kwargs={"patience": 30})
    with visit(state):
        leaving.start()
        leaving.join(0.3)
        assert leaving.is_alive()
    leaving.join(5)
    assert not leaving.is_alive()
    host.release()
