"""`python -m spelunker.healthcheck`: exit code 0 when the web server of this container answers.

It asks under a name that ALLOWED_HOSTS permits; asked for as 127.0.0.1, a production server refuses.
"""

import http.client
import os
import sys


def is_alive(port: int, host_name: str) -> bool:
    """Whether the web server on loopback says that it lives."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=4)
    try:
        connection.request("GET", "/health/live", headers={"Host": host_name})
        return connection.getresponse().status == 200
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def allowed_name(allowed_hosts: str) -> str:
    """A host name that this value of ALLOWED_HOSTS permits: `.example.com` permits `example.com`."""
    first = allowed_hosts.split(",")[0].strip().removeprefix(".")
    return first if first not in {"", "*"} else "localhost"


if __name__ == "__main__":
    sys.exit(0 if is_alive(8000, allowed_name(os.environ.get("ALLOWED_HOSTS", ""))) else 1)
