"""What goes wrong while a file is checked or read."""

import re
from collections.abc import Mapping

from core.exceptions import SpelunkerError
from core.words import gettext, gettext_noop

_PLACE = re.compile(r"%\((\w+)\)s")


class ParsingError(SpelunkerError):
    """A file cannot be taken in. The message says what is wrong with it and what to do.

    The parser's own process knows no languages, so the English message and the values for its places travel, and the
    sentence is made where it is shown. The value `found` is words too. The process may be under a hostile file's
    control: places are filled in one by one, never by a format that the message could choose.
    """

    def __init__(self, message: str, /, **values: object) -> None:
        super().__init__(message)
        self.message, self.values = message, values

    def __str__(self) -> str:
        return in_words(self.message, self.values)


def in_words(message: str, values: Mapping[str, object]) -> str:
    """The sentence in the language of whom it is shown to, its places filled in one by one."""

    def filled(place: re.Match[str]) -> str:
        value = str(values.get(place[1], ""))
        return gettext(value) if place[1] == "found" else value

    return _PLACE.sub(filled, gettext(message)) if values else gettext(message)


PROTECTED = gettext_noop(
    "This file is protected by a password. Open it, remove the password, save it, and upload the new file."
)
