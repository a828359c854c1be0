"""`manage.py` on a machine where nothing runs: find the stack, or start it for one command.

Nothing here imports Django's settings before the environment says where the services are.
"""

import contextlib
import hashlib
import os
import signal
from collections.abc import Iterator, Sequence
from types import FrameType

from spelunker.embedded.console import complain
from spelunker.embedded.environment import (
    PROJECT_ROOT,
    connection_environment,
    load_dotenv,
    missing_components,
    state_path,
)
from spelunker.embedded.errors import EmbeddedError
from spelunker.embedded.occupancy import Occupancy, visit
from spelunker.embedded.state import StateFolder

# Commands that touch neither database nor broker nor object store.
NEEDS_NOTHING = frozenset(
    {
        "check",
        "collectstatic",
        "compilemessages",
        "detect_questions",
        "diffsettings",
        "fill_workbook",
        "findstatic",
        "help",
        "makemessages",
        "makemigrations",
        "optimizemigration",
        "sendtestemail",
        "startapp",
        "startproject",
        "version",
    }
)
NEEDS_POSTGRES_ONLY = frozenset(
    {"dbshell", "inspectdb", "migrate", "showmigrations", "sqlmigrate", "sqlflush"}
)
# These bring the tables into the state that somebody asked for: no migrating before them.
_MIGRATES_ITSELF = frozenset({"migrate", "showmigrations", "sqlmigrate", "dbshell", "inspectdb"})


@contextlib.contextmanager
def services_for(argv: Sequence[str]) -> Iterator[None]:
    """Run the block with all services that the management command in `argv` needs.

    Services that the environment gives are used as they are; of the others, those of a running
    `make run` on the same state folder are used, or our own are started and stopped afterwards.
    Ends the process with a sentence and exit code 1 when they cannot be had.
    """
    needed = needed_components(argv)
    if not needed:
        yield
        return
    with contextlib.ExitStack() as stack:
        try:
            os.environ.update(stack.enter_context(_services(needed, argv[1])))
        except EmbeddedError as error:
            complain(str(error))
            raise SystemExit(1) from error
        yield


def needed_components(argv: Sequence[str]) -> set[str]:
    """The components that this command line needs and the environment does not give."""
    if (
        len(argv) < 2
        or argv[1].startswith("-")
        or argv[1] in NEEDS_NOTHING
        or {"-h", "--help"} & set(argv[2:])
    ):
        return set()
    load_dotenv()
    missing = set(missing_components(os.environ))
    return missing & {"postgres"} if argv[1] in NEEDS_POSTGRES_ONLY else missing


@contextlib.contextmanager
def _services(needed: set[str], command: str) -> Iterator[dict[str, str]]:
    state = StateFolder(state_path())
    state.prepare()
    while True:
        occupancy = Occupancy(state)
        if occupancy.acquire(f"manage.py {command}"):
            with _own_services(state, occupancy, needed) as environment:
                if "postgres" in needed and command not in _MIGRATES_ITSELF:
                    _migrate_once(state, environment)
                yield environment
            return
        with visit(state) as found:
            if found is not None:
                # What this command's own environment gives has the last word.
                yield found | connection_environment(os.environ)
                return


@contextlib.contextmanager
def _own_services(state: StateFolder, occupancy: Occupancy, needed: set[str]) -> Iterator[dict[str, str]]:
    from spelunker.embedded.stack import ServiceStack  # heavy, and a visitor does not need it

    services = ServiceStack(state, occupancy, needed)
    with _signals_as_exceptions():
        try:
            environment = services.start()
            if needed == set(missing_components(os.environ)):
                # Others may use the stack only when it is a whole one.
                occupancy.announce(environment)
            yield environment
        finally:
            with _signals_ignored():
                occupancy.say_goodbye(patience=60)
                services.stop()
                occupancy.release()


@contextlib.contextmanager
def _signals_as_exceptions() -> Iterator[None]:
    """SIGTERM and SIGHUP unwind the stack as Ctrl-C does, so that what we started is stopped."""

    def leave(number: int, _frame: FrameType | None) -> None:
        raise SystemExit(128 + number)

    previous = {number: signal.signal(number, leave) for number in (signal.SIGTERM, signal.SIGHUP)}
    try:
        yield
    finally:
        for number, handler in previous.items():
            signal.signal(number, handler)


@contextlib.contextmanager
def _signals_ignored() -> Iterator[None]:
    numbers = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
    previous = {number: signal.signal(number, signal.SIG_IGN) for number in numbers}
    try:
        yield
    finally:
        for number, handler in previous.items():
            signal.signal(number, handler)


def _migrate_once(state: StateFolder, environment: dict[str, str]) -> None:
    """Bring an embedded database up to this code, quietly, when it is new or the code has changed."""
    if state.recall("migrated") == migrations_fingerprint():
        return
    os.environ.update(environment)
    import django  # settings are read here, so the environment has to be complete
    from django.core.management import call_command

    django.setup()
    call_command("migrate", verbosity=0, interactive=False)
    remember_migrated(state)


def remember_migrated(state: StateFolder) -> None:
    """Note that the embedded database has every migration of this code."""
    state.remember("migrated", migrations_fingerprint())


def migrations_fingerprint() -> str:
    """Changes when a migration of ours, the list of apps, or the version of anything that we install, does."""
    names = sorted(
        str(path.relative_to(PROJECT_ROOT)) for path in PROJECT_ROOT.glob("*/migrations/[0-9]*.py")
    )
    lock = (PROJECT_ROOT / "requirements" / "production.lock").read_bytes()
    # Apps of others have migrations too.
    settings = (PROJECT_ROOT / "spelunker" / "settings.py").read_bytes()
    return hashlib.sha256("\n".join(names).encode() + lock + settings).hexdigest()
