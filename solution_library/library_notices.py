"""What is said at the head of the library while something is under way in it: the library asks, apps above answer.

Registered in `AppConfig.ready()`; a notice costs at most a few queries, since each visit asks for it.
"""

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class LibraryNotice:
    """A sentence and what it means; with a `total` also how far it is. An `unfinished` one is asked for again."""

    title: str
    text: str
    done: int = 0
    total: int = 0
    unfinished: bool = True


NoticeSource = Callable[[], LibraryNotice | None]

_sources: dict[str, NoticeSource] = {}


def register_library_notice(key: str, source: NoticeSource) -> None:
    """Registering a key twice replaces the first source."""
    _sources[key] = source


def library_notices() -> list[LibraryNotice]:
    return [notice for source in _sources.values() if (notice := source()) is not None]
