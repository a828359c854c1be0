"""`make run`: services, preparation, web server, workers and beat, from start to orderly end."""

import http.client
import os
import signal
import time
from types import FrameType

from spelunker.embedded import ports
from spelunker.embedded.attach import migrations_fingerprint, remember_migrated
from spelunker.embedded.children import application_processes, demonstration, preparation
from spelunker.embedded.console import complain, say
from spelunker.embedded.environment import missing_components
from spelunker.embedded.errors import EmbeddedError
from spelunker.embedded.occupancy import Occupancy, owner
from spelunker.embedded.parent import ParentWatch
from spelunker.embedded.process import ManagedProcess, stop_together
from spelunker.embedded.stack import ServiceStack
from spelunker.embedded.state import StateFolder
from spelunker.embedded.watch import Watched, how

_TICK = 0.2
_LOG_CHECK = 30.0
_FIRST_PAGE_PATIENCE = 60.0
_HEAD_START = 20.0


class _StopRequested(BaseException):
    """Raised wherever we are when a signal asks us to end; no handler of errors may swallow it."""


class Supervisor:
    """Runs everything over one state folder until it is told to stop. Use once."""

    def __init__(
        self, state: StateFolder, *, host: str, port: int, demo: bool, parent: ParentWatch | None
    ) -> None:
        self.state = state
        self.host = host
        self.wanted_port = port
        self.demo = demo
        self.parent = parent
        self.occupancy = Occupancy(state)
        self.stack: ServiceStack | None = None
        self.watched: list[Watched] = []
        self.application: list[ManagedProcess] = []
        self._announced = False

    def run(self) -> int:
        """The exit code: 0 after a requested stop, 1 when something could not be started or kept running."""
        self.state.prepare()
        self._occupy()
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            # nohup means: a closed terminal is no reason to stop
            if number != signal.SIGHUP or signal.getsignal(number) != signal.SIG_IGN:
                signal.signal(number, _request_stop)
        try:
            self._start()
            self._watch()
        except _StopRequested:
            return 0
        except EmbeddedError as error:
            complain(str(error))
            return 1
        finally:
            self._stop()
        return 0

    def _occupy(self) -> None:
        deadline = time.monotonic() + 2  # a command that only looks holds the lock for a moment
        while not self.occupancy.acquire("make run"):
            if time.monotonic() > deadline:
                url = self.state.read_json("running.json").get("url")
                raise EmbeddedError(
                    f"{owner(self.state)} is using the state folder {self.state.path}"
                    f"{f' and serves {url}' if url else ''}. "
                    "Stop it first, or set SPELUNKER_STATE to another folder."
                )
            time.sleep(0.1)

    def _start(self) -> None:
        names = missing_components(os.environ)
        self.stack = ServiceStack(self.state, self.occupancy, names)
        if names:
            say(f"Starting the {', the '.join(service.title for service in self.stack.services)}.")
        environment = self.stack.start()
        for process in self.stack.processes:
            self.watched.append(Watched(process, self.occupancy.record))
        self._prepare(environment, ours="postgres" in names)
        self.port = self._choose_port()
        self.occupancy.announce(environment, url=self.url)
        self.application = application_processes(self.state, environment, host=self.host, port=self.port)
        for process in self.application:
            watched = Watched(process, self.occupancy.record)
            watched.start()
            self.watched.append(watched)
            if process is self.application[0]:
                self._give_way_to_web()
        if self.demo and not ("postgres" in names and self.state.recall("demonstration")):
            self._load_demo(demonstration(self.state, environment))

    def _prepare(self, environment: dict[str, str], *, ours: bool) -> None:
        """Bring the database up to this code. One of `ours` that this very code prepared needs nothing."""
        code = migrations_fingerprint()
        if ours and self.state.recall("prepared") == code:
            return
        say("Preparing the database.")
        self._finish(preparation(self.state, environment))
        if ours:
            remember_migrated(self.state)
            self.state.remember("prepared", code)

    def _give_way_to_web(self) -> None:
        """Somebody waits for the first page and nobody for the workers: they start when it answers."""
        deadline = time.monotonic() + _HEAD_START
        while self._web_status() is None and time.monotonic() < deadline:
            self._look()
            time.sleep(_TICK)

    def _choose_port(self) -> int:
        try:
            port = ports.next_free(self.wanted_port, self.host)
        except OSError as error:
            raise EmbeddedError(f"{error} Set PORT to a free one.") from error
        if port != self.wanted_port:
            say(f"Port {self.wanted_port} is taken; using {port}.")
        return port

    def _finish(self, process: ManagedProcess) -> None:
        """Run one step to its end. EmbeddedError when it fails."""
        self.application.append(process)
        process.start()
        self.occupancy.record(process)
        while process.running:
            self._look()
            time.sleep(0.1)
        self.application.remove(process)
        if process.exit_code != 0:
            raise EmbeddedError(
                f"The step '{process.name}' ended {how(process.exit_code or 0)} (see {process.log}):\n"
                f"{process.tail()}"
            )

    def _load_demo(self, process: ManagedProcess) -> None:
        """Spelunker is of use without it, so a failure is only reported."""
        try:
            self._finish(process)
            self.state.remember("demonstration", "offered")
        except EmbeddedError as error:
            complain(f"The demonstration content was not loaded. {error}")

    def _watch(self) -> None:
        """Until somebody asks us to stop (_StopRequested) or something keeps crashing (EmbeddedError)."""
        started = time.monotonic()
        logs_checked = started
        while True:
            self._look()
            now = time.monotonic()
            if not self._announced:
                self._announce_first_page(waited=now - started)
            if now - logs_checked > _LOG_CHECK:
                logs_checked = now
                for watched in self.watched:
                    watched.process.trim_log()
            time.sleep(_TICK)

    def _look(self) -> None:
        if self.parent is not None and self.parent.wants_stop():
            raise _StopRequested
        for watched in self.watched:
            watched.look()

    def _announce_first_page(self, *, waited: float) -> None:
        status = self._web_status()
        if status is not None and status < 500:
            self._announced = True
            say(f"Spelunker runs at {self.url}  (Ctrl-C stops it; logs are in {self.state.path / 'logs'})")
        elif waited > _FIRST_PAGE_PATIENCE:
            self._announced = True
            answer = "not at all" if status is None else f"with status {status}"
            complain(f"The web server at {self.url} answers {answer}; see {self.state.log('web')}.")

    def _web_status(self) -> int | None:
        connection = http.client.HTTPConnection(self._local_host, self.port, timeout=2)
        try:
            connection.request("GET", "/health/live")
            return connection.getresponse().status
        except (OSError, http.client.HTTPException):
            return None
        finally:
            connection.close()

    @property
    def _local_host(self) -> str:
        """Where we ourselves reach the web server."""
        return {"0.0.0.0": "127.0.0.1", "::": "::1", "": "127.0.0.1"}.get(self.host, self.host)  # noqa: S104

    @property
    def url(self) -> str:
        host = self._local_host
        name = "localhost" if host in {"127.0.0.1", "::1"} else f"[{host}]" if ":" in host else host
        return f"http://{name}:{self.port}/"

    def _stop(self) -> None:
        """First what uses the services, then the services. Impatience (another Ctrl-C) changes nothing."""
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, signal.SIG_IGN)
        say("Stopping.")
        stop_together(self.application)
        if self.stack is not None:
            self.stack.stop()
        self.occupancy.release()


def _request_stop(_number: int, _frame: FrameType | None) -> None:
    raise _StopRequested
