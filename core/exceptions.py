"""The one exception base of the project; every app derives its own from it."""


class SpelunkerError(Exception):
    """Something went wrong that a person can act on.

    The message is a sentence for the user: what happened and what to do about it.
    """


class RowGone(SpelunkerError):
    """What was to be changed was deleted a moment ago, by somebody else or in another tab; nothing was written."""
