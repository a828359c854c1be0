"""What the three components have in common."""

import abc
import time

from spelunker.embedded import ports
from spelunker.embedded.errors import EmbeddedError, PortTakenError
from spelunker.embedded.process import Command, ManagedProcess
from spelunker.embedded.state import StateFolder

_PATIENCE = 60.0


class EmbeddedService(abc.ABC):
    """A server on loopback whose data live in a state folder.

    Call `prepare`, `start`, `wait_ready` in this order; then `environment` is what its clients need.
    """

    name: str
    title: str

    def __init__(self, state: StateFolder, *, throwaway: bool = False) -> None:
        self.state = state
        # Data that nobody will miss need not survive a crash of the machine.
        self.throwaway = throwaway
        self.port = 0
        self.process: ManagedProcess | None = None

    def prepare(self) -> None:
        """Make what it needs on disk. Repeating it changes nothing."""
        self.state.directory(self.name)

    def start(self, *, fresh_ports: bool = False) -> None:
        """Start the server on the port of the last time, or another; does not wait for it."""
        self.choose_ports(fresh=fresh_ports)
        self.process = ManagedProcess(self.name, self.command(), self.state.log(self.name))
        try:
            self.process.start()
        except OSError as error:
            raise EmbeddedError(
                f"The {self.title} cannot be started: {error}. Try `make install`."
            ) from error

    def choose_ports(self, *, fresh: bool) -> None:
        self.port = self.state.port(self.name, fresh=fresh)

    def wait_ready(self) -> None:
        """Return as soon as it serves. EmbeddedError, with the end of its log, when it does not."""
        process = self.process
        if process is None:
            raise EmbeddedError(f"The {self.title} was not started.")
        deadline = time.monotonic() + _PATIENCE
        while not self.is_ready():
            if not process.running:
                taken = not all(ports.is_free(port) for port in self.used_ports())
                kind = PortTakenError if taken else EmbeddedError
                raise kind(f"The {self.title} ended at once (see {process.log}):\n{process.tail()}")
            if time.monotonic() > deadline:
                raise EmbeddedError(
                    f"The {self.title} does not answer after {_PATIENCE:.0f} s (see {process.log}):\n"
                    f"{process.tail()}"
                )
            time.sleep(0.03)

    def used_ports(self) -> list[int]:
        return [self.port]

    @abc.abstractmethod
    def command(self) -> Command:
        """The server's command line."""

    @abc.abstractmethod
    def is_ready(self) -> bool:
        """Whether a client with the right credentials is served now."""

    @abc.abstractmethod
    def environment(self) -> dict[str, str]:
        """The variables by which Spelunker finds it."""
