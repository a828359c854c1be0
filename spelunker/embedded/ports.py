"""Free TCP ports on loopback."""

import random
import socket
from collections.abc import Collection

# Below the range from which systems take ports for outgoing connections, so that a port that is
# remembered is still free at the next start.
_LOWEST, _HIGHEST = 20_000, 32_000


def is_free(port: int, host: str = "127.0.0.1") -> bool:
    """Whether a server could listen on `host:port` now."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        # A port whose last connections are still being wound up is free for a server.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
    return True


def pick_free(avoid: Collection[int] = ()) -> int:
    """A random free port that is not in `avoid`. OSError when none is found."""
    for _ in range(200):
        port = random.randint(_LOWEST, _HIGHEST)  # noqa: S311 - no secret
        if port not in avoid and is_free(port):
            return port
    raise OSError("No free TCP port was found on 127.0.0.1.")


def next_free(port: int, host: str) -> int:
    """`port`, or the first free one of the hundred after it. OSError when all are taken."""
    for candidate in range(port, min(port + 101, 65_536)):
        if is_free(candidate, host):
            return candidate
    raise OSError(f"The ports {port} to {port + 100} on {host} are all taken.")
