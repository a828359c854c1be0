"""Files that a command writes for somebody: refused before the work when they cannot be, and never there by halves."""

import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from core.exceptions import SpelunkerError


class OutputRefused(SpelunkerError):
    """The file cannot be written there; the message says why and what to do."""


def check_output(path: Path, *, source: Path) -> None:
    """Raise OutputRefused when the file cannot be written, or would replace the one that it is made from."""
    folder = path.parent
    if path.is_dir():
        raise OutputRefused(f"{path} is a folder. Give the name of a file, for example {path / source.name}.")
    if not folder.is_dir():
        raise OutputRefused(
            f"There is no folder {folder}. Make it first, or give another name for {path.name}."
        )
    if path.exists() and source.exists() and path.samefile(source):
        raise OutputRefused(
            f"{path} is the customer's own workbook, which stays as it is. Give another name."
        )
    if not os.access(folder, os.W_OK | os.X_OK):
        raise OutputRefused(
            f"Nothing can be written to the folder {folder.absolute()}. Check its permissions."
        )


@contextmanager
def whole_file(path: Path) -> Iterator[IO[bytes]]:
    """A scratch file beside `path` that takes its place when the block ends well. Raises OSError."""
    # Made by hand, not by mkstemp, so that the file gets the permissions of any other file made here.
    scratch_path = path.with_name(f".{secrets.token_hex(8)}.part")
    handle = os.open(scratch_path, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o666)
    try:
        with os.fdopen(handle, "w+b") as scratch:
            yield scratch
            scratch.flush()
            os.fsync(scratch.fileno())
        scratch_path.replace(path)
    finally:
        scratch_path.unlink(missing_ok=True)
