from core.exceptions import SpelunkerError


class JobError(SpelunkerError):
    """The job failed for a reason that trying again will not change; the message goes on the row."""


class JobRetryError(SpelunkerError):
    """The job met a passing fault (a store or an endpoint is down) and is to be tried again."""


class JobCancelled(Exception):
    """Raised inside a handler at its next step after the user asked to cancel."""


class JobLost(Exception):
    """Another worker holds the lease: stop, and write nothing."""
