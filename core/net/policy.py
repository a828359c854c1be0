"""Where a request may be made to, and how much its answer may cost."""

from collections.abc import Iterable
from dataclasses import dataclass

WEB_PORTS = frozenset({80, 443})


@dataclass(frozen=True)
class AddressPolicy:
    """Ports for every host, and the private hosts that an administrator let in by name.

    `any_private` lets in every private host on every port: an administrator chose the address itself.

    An entry of `private_hosts` is `host` (on the usual ports) or `host:port`, which lets that port in too.
    `setting` is where they are listed; a refusal names it, so that the reader knows what to change.
    """

    ports: frozenset[int] = WEB_PORTS
    private_hosts: frozenset[str] = frozenset()
    setting: str = ""
    any_private: bool = False

    def admits_port(self, host: str, port: int) -> bool:
        return self.any_private or port in self.ports or f"{host}:{port}" in self.private_hosts

    def admits_private(self, host: str, port: int) -> bool:
        if self.any_private or f"{host}:{port}" in self.private_hosts:
            return True
        return port in self.ports and host in self.private_hosts


@dataclass(frozen=True)
class FetchLimits:
    """What one request may cost. Bytes count twice: as they come over the wire, and unpacked."""

    max_bytes: int = 5 * 1024 * 1024
    total_seconds: float = 30.0
    step_seconds: float = 10.0
    max_redirects: int = 5


def listed_hosts(entries: Iterable[str]) -> frozenset[str]:
    """The hosts of a setting in the form in which they are compared."""
    return frozenset(entry.strip().lower() for entry in entries if entry.strip())
