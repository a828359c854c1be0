"""`python -m spelunker.embedded run [--follow-parent]`, behind `make run`."""

import argparse
import os
import sys

from spelunker.embedded.console import complain, fill_closed_streams
from spelunker.embedded.environment import load_dotenv, state_path
from spelunker.embedded.errors import EmbeddedError
from spelunker.embedded.parent import ParentWatch
from spelunker.embedded.state import StateFolder
from spelunker.embedded.supervisor import Supervisor


def main() -> int:
    fill_closed_streams()
    parser = argparse.ArgumentParser(prog="python -m spelunker.embedded")
    parser.add_argument("action", choices=["run"])
    parser.add_argument("--follow-parent", action="store_true", help="stop when the parent process does")
    options = parser.parse_args()
    parent = ParentWatch() if options.follow_parent else None
    load_dotenv()
    try:
        supervisor = Supervisor(
            StateFolder(state_path()),
            host=os.environ.get("WEB_HOST") or "127.0.0.1",
            port=_port(os.environ.get("PORT") or "8000"),
            demo=(os.environ.get("DEMO") or "1").lower() not in {"0", "no", "false", "off"},
            parent=parent,
        )
        return supervisor.run()
    except EmbeddedError as error:
        complain(str(error))
        return 1


def _port(text: str) -> int:
    if text.isdigit() and 0 < int(text) < 65_536:
        return int(text)
    raise EmbeddedError(f"PORT is {text!r}; it must be a number between 1 and 65535.")


if __name__ == "__main__":
    sys.exit(main())
