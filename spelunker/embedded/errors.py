"""What goes wrong while the embedded stack is being started, in words for the person who started it."""


class EmbeddedError(Exception):
    """The message is a sentence that says what happened and what to do."""


class PortTakenError(EmbeddedError):
    """Somebody else listens on the port that a component was given."""
