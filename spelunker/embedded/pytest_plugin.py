"""Gives the test suite a real Postgres and a real broker, made for one run and thrown away.

Loaded with `-p`, so that it comes before Django's settings read where the database is. Whatever the
environment gives (DATABASE_URL, REDIS_URL) is used instead. Under xdist the controller starts them
and the workers inherit the environment, each with a broker database of its own.
"""

import contextlib
import fcntl
import os
import shutil
import signal
import tempfile
import time
from collections.abc import Callable, Generator, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from spelunker.embedded.environment import missing_components
from spelunker.embedded.errors import EmbeddedError
from spelunker.embedded.objectstore import REGION, ObjectStore
from spelunker.embedded.occupancy import Occupancy
from spelunker.embedded.process import stop_together
from spelunker.embedded.stack import ServiceStack
from spelunker.embedded.state import StateFolder
from spelunker.embedded.worker_process import CeleryWorkerProcess

_PREFIX = "spelunker-test-"
_OURS = "SPELUNKER_TEST_BROKER"
# The shell without windows does the same in less time.
_CHROMIUM_NAMES = (
    "chromium-headless-shell",
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
    "chrome",
)


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_load_initial_conftests(early_config: pytest.Config) -> Generator[None, None, None]:
    """A wrapper runs before pytest-django's own hook, which imports the settings."""
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        # Started in the background of a shell: every child would inherit that it may not be interrupted.
        signal.signal(signal.SIGINT, signal.default_int_handler)
    options = early_config.known_args_namespace
    worker = os.environ.get("PYTEST_XDIST_WORKER")
    if worker:
        _take_own_broker_database(worker)
    elif not (options.help or options.version or options.collectonly):
        try:
            early_config.add_cleanup(_start_throwaway_stack())
        except EmbeddedError as error:
            raise pytest.UsageError(str(error)) from error
    return (yield)


def _start_throwaway_stack() -> Callable[[], None]:
    """Start what is missing and put it into the environment; returns what undoes both."""
    names = [name for name in missing_components(os.environ) if name != "objectstore"]
    if not names:
        return lambda: None
    _remove_abandoned_folders()
    folder = Path(tempfile.mkdtemp(prefix=_PREFIX))
    state = StateFolder(folder)
    state.prepare()
    occupancy = Occupancy(state)
    occupancy.acquire("pytest")
    stack = ServiceStack(state, occupancy, names, throwaway=True)

    def stop() -> None:
        # Nothing in it is kept, so nobody has to be asked twice.
        for process in stack.processes:
            process.send(process.command.quick_signal)
        stack.stop()
        occupancy.release()
        shutil.rmtree(folder, ignore_errors=True)

    try:
        environment = stack.start()
    except BaseException:
        stop()
        raise
    environment.pop("SECRET_KEY")
    if "broker" in names:
        environment[_OURS] = "1"
    os.environ.update(environment)
    return stop


def _take_own_broker_database(worker: str) -> None:
    """Two workers on one queue would run each other's tasks. There are 16 databases, 0 the controller's."""
    if os.environ.get(_OURS):
        base, _, _ = os.environ["REDIS_URL"].rpartition("/")
        os.environ["REDIS_URL"] = f"{base}/{1 + int(worker.removeprefix('gw')) % 15}"


def _remove_abandoned_folders() -> None:
    """A test run that was killed leaves its folder; its servers died with it."""
    for folder in Path(tempfile.gettempdir()).glob(f"{_PREFIX}*"):
        with contextlib.suppress(OSError):
            if folder.stat().st_uid != os.geteuid() or time.time() - folder.stat().st_mtime < 60:
                continue
            with (folder / "lock").open("a") as lock:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def broker_url() -> str:
    """The broker of this test process."""
    return os.environ["REDIS_URL"]


@dataclass
class S3Server:
    """A real S3 server on loopback with one private bucket. `stop` and `start` are for tests of outages."""

    service: ObjectStore

    @property
    def endpoint_url(self) -> str:
        return self.service.endpoint

    @property
    def access_key(self) -> str:
        return self.service.environment()["S3_ACCESS_KEY"]

    @property
    def secret_key(self) -> str:
        return self.service.environment()["S3_SECRET_KEY"]

    @property
    def bucket(self) -> str:
        return self.service.bucket

    @property
    def region(self) -> str:
        return REGION

    def environment(self) -> dict[str, str]:
        """The S3_* variables, for child processes."""
        return self.service.environment()

    def stop(self) -> None:
        if self.service.process is not None:
            stop_together([self.service.process])

    def start(self) -> None:
        """On the same ports as before, with the same data."""
        self.service.start()
        self.service.wait_ready()


@pytest.fixture(scope="session")
def s3_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[S3Server]:
    """Started at the first test that asks for it, one for the session."""
    state = StateFolder(tmp_path_factory.mktemp("s3"))
    state.prepare()
    server = S3Server(ObjectStore(state, throwaway=True))
    server.service.prepare()
    try:
        server.start()
        yield server
    finally:
        server.stop()


@pytest.fixture
def celery_worker_process(tmp_path: Path) -> Iterator[Callable[..., CeleryWorkerProcess]]:
    """A factory of real workers on this test's database and broker.

    `celery_worker_process(queues="default", concurrency=1, environment=None, start=True)`. Use it with
    `django_db(transaction=True)`: another process sees committed rows only. Files are shared through
    `/tmp/test_media/`, as in the test settings. All workers are stopped at the end of the test.
    """
    from django.conf import settings  # the plugin is loaded before Django's settings may be

    started: list[CeleryWorkerProcess] = []

    def make(
        *,
        queues: str = "default,llm,embedding,scraping,exports",
        concurrency: int = 1,
        environment: dict[str, str] | None = None,
        start: bool = True,
    ) -> CeleryWorkerProcess:
        database = settings.DATABASES["default"]["NAME"]
        base, _, _ = os.environ["DATABASE_URL"].rpartition("/")
        worker = CeleryWorkerProcess(
            environment={
                "DATABASE_URL": f"{base}/{database}",
                "DJANGO_SETTINGS_MODULE": "spelunker.test_settings",
                **(environment or {}),
            },
            queues=queues,
            concurrency=concurrency,
            log=tmp_path / f"worker-{len(started)}.log",
        )
        started.append(worker)
        if start:
            worker.start()
        return worker

    yield make
    stop_together([worker.process for worker in started])


@pytest.fixture(scope="session")
def chromium_path() -> str:
    """The system's Chromium (CHROMIUM_PATH names another); the test is skipped when there is none."""
    path = os.environ.get("CHROMIUM_PATH")
    for name in _CHROMIUM_NAMES:
        path = path or shutil.which(name)
    if not path:
        pytest.skip(
            "no Chromium on this machine (install it, or set CHROMIUM_PATH): browser tests are skipped"
        )
    # Playwright's own event loop makes Django believe that the test is asynchronous.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    return path
