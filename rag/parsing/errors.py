"""What goes wrong while a file is checked or read."""

from core.exceptions import SpelunkerError


class ParsingError(SpelunkerError):
    """A file cannot be taken in. The message says what is wrong with it and what to do."""


PROTECTED = (
    "This file is protected by a password. Open it, remove the password, save it, and upload the new file."
)
