"""A progress bar for commands: drawn on a terminal, left out where the output goes to a file or a pipe."""

import shutil
from types import TracebackType

from django.core.management.base import OutputWrapper

_WIDTH = 24
_ERASE_LINE = "\r\x1b[K"


class ProgressBar:
    """The last line of the terminal while the block runs; `say` prints a line that stays, above it.

        with ProgressBar(self.stdout) as bar:
            bar.show(3, 10, "manual.pdf")
            bar.say("Added manual.pdf")

    Without a terminal `say` prints, and `show` does nothing.
    """

    def __init__(self, stream: OutputWrapper) -> None:
        self._stream = stream
        self._terminal = stream.isatty()
        self._drawn = ""

    def __enter__(self) -> "ProgressBar":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._erase()

    def show(self, done: int, total: int, text: str = "") -> None:
        if not self._terminal:
            return
        filled = _WIDTH * done // total if total else 0
        line = f"[{'#' * filled}{'.' * (_WIDTH - filled)}] {done}/{total} {text}"
        self._drawn = line[: shutil.get_terminal_size().columns - 1]
        self._write(_ERASE_LINE + self._drawn)

    def say(self, line: str) -> None:
        drawn = self._drawn
        self._erase()
        self._stream.write(line)
        if drawn:
            self._drawn = drawn
            self._write(drawn)

    def _erase(self) -> None:
        if self._drawn:
            self._write(_ERASE_LINE)
            self._drawn = ""

    def _write(self, text: str) -> None:
        self._stream.write(text, ending="")
        self._stream.flush()
