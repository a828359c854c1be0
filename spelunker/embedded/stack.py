"""The components that the environment does not give, started and stopped as one."""

import os
from collections.abc import Collection

from spelunker.embedded.broker import Broker
from spelunker.embedded.environment import connection_environment
from spelunker.embedded.errors import PortTakenError
from spelunker.embedded.objectstore import ObjectStore
from spelunker.embedded.occupancy import Occupancy
from spelunker.embedded.postgres import Postgres
from spelunker.embedded.process import ManagedProcess, stop_together
from spelunker.embedded.service import EmbeddedService
from spelunker.embedded.state import StateFolder

_TRIES = 4


class ServiceStack:
    """The services named in `names` (of postgres, broker, objectstore) over one state folder.

    The caller owns the folder through `occupancy`.
    """

    def __init__(
        self, state: StateFolder, occupancy: Occupancy, names: Collection[str], *, throwaway: bool = False
    ) -> None:
        self.state = state
        self.occupancy = occupancy
        # The slowest to answer first; Postgres is prepared while the others come up.
        kinds: list[type[EmbeddedService]] = [ObjectStore, Broker, Postgres]
        self.services = [kind(state, throwaway=throwaway) for kind in kinds if kind.name in names]

    def start(self) -> dict[str, str]:
        """Start all, wait until all serve, and return the variables by which all components are found.

        EmbeddedError when one does not come up; the others are stopped then.
        """
        try:
            for service in self.services:
                service.prepare()
                self._start(service)
            for service in self.services:
                self._wait(service)
        except BaseException:
            self.stop()
            raise
        environment = connection_environment(os.environ)
        environment.setdefault("SECRET_KEY", self.state.secret("secret_key"))
        for service in self.services:
            environment |= service.environment()
        return environment

    def stop(self) -> None:
        """Stop all in an orderly way; what does not obey is killed."""
        stop_together(self.processes)

    @property
    def processes(self) -> list[ManagedProcess]:
        return [service.process for service in self.services if service.process is not None]

    def _start(self, service: EmbeddedService, *, fresh_ports: bool = False) -> None:
        service.start(fresh_ports=fresh_ports)
        if service.process is not None:
            self.occupancy.record(service.process)

    def _wait(self, service: EmbeddedService) -> None:
        """Between choosing a port and listening on it somebody else may have taken it: choose again."""
        for attempt in range(1, _TRIES + 1):
            try:
                service.wait_ready()
            except PortTakenError:
                if attempt == _TRIES:
                    raise
                self._start(service, fresh_ports=True)
            else:
                return
