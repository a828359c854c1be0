from core.exceptions import SpelunkerError


class NetworkError(SpelunkerError):
    """Another server was not asked, or did not answer as hoped; the message is a sentence for a person."""


class AddressRefused(NetworkError):
    """The address leads where no request of ours goes; nothing was connected."""


class FetchFailed(NetworkError):
    """The site did not answer, or not in a way that can be read."""


class ResponseTooLarge(NetworkError):
    """The answer was longer than it may be, as sent or once unpacked; the rest was not read."""
