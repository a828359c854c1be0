"""The state folder: everything that the embedded stack keeps between two starts.

    secrets.json   generated passwords and keys, readable by their owner only
    memory.json    ports, and how Postgres is run
    postgres/ broker/ objectstore/ logs/

Who is using the folder at the moment is `occupancy`'s subject.
"""

import json
import os
import secrets
from pathlib import Path
from typing import Any

from spelunker.embedded import ports
from spelunker.embedded.errors import EmbeddedError


class StateFolder:
    """One state folder. Not safe against two processes: hold `occupancy.Occupancy` while writing."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def prepare(self) -> None:
        """Create the folder. EmbeddedError when it cannot be written or is another user's."""
        try:
            self.path.mkdir(parents=True, exist_ok=True)
            owner = self.path.stat().st_uid
        except OSError as error:
            raise EmbeddedError(
                f"The state folder {self.path} cannot be made ({error.strerror}). "
                "Set SPELUNKER_STATE to a folder that you can write to."
            ) from error
        # Files that two users made by turns are readable by neither.
        if owner != os.geteuid():
            raise EmbeddedError(
                f"The state folder {self.path} belongs to another user (number {owner}). "
                "Run Spelunker as that user, or set SPELUNKER_STATE to a folder of your own."
            )
        # Others may pass (Postgres runs as another user when root starts it), but not look.
        self.path.chmod(0o711)

    def directory(self, name: str) -> Path:
        """A sub-folder that nobody else can read, made if need be."""
        path = self.path / name
        path.mkdir(mode=0o700, exist_ok=True)
        return path

    def log(self, name: str) -> Path:
        return self.directory("logs") / f"{name}.log"

    def secret(self, name: str) -> str:
        """The secret of this name: letters, digits, - and _; generated once, then always the same."""
        known = self.read_json("secrets.json")
        if name not in known:
            known[name] = secrets.token_urlsafe(48)
            self.write_json("secrets.json", known)
        return str(known[name])

    def recall(self, key: str) -> Any:
        """What `remember` was told, or None."""
        return self.read_json("memory.json").get(key)

    def remember(self, key: str, value: Any) -> None:
        memory = self.read_json("memory.json")
        memory[key] = value
        self.write_json("memory.json", memory)

    def port(self, name: str, *, fresh: bool = False) -> int:
        """The port that `name` had last time if it is free, else (or if `fresh`) another, remembered."""
        known: dict[str, int] = self.recall("ports") or {}
        port = known.get(name)
        if fresh or port is None or not ports.is_free(port):
            port = ports.pick_free(avoid=known.values())
            self.remember("ports", known | {name: port})
        return port

    def read_json(self, name: str) -> dict[str, Any]:
        """A small file of this folder; empty when it does not exist."""
        try:
            content = json.loads((self.path / name).read_text())
        except FileNotFoundError:
            return {}
        except (OSError, ValueError) as error:
            raise EmbeddedError(
                f"{self.path / name} cannot be read ({error}). Restore it from a copy."
            ) from error
        return dict(content)

    def write_json(self, name: str, content: dict[str, Any]) -> None:
        """Replace a small file as a whole; only its owner may read it."""
        temporary = self.path / f".{name}.{os.getpid()}"
        descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w") as file:
            json.dump(content, file, indent=1)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(self.path / name)
