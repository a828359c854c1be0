from core.exceptions import SpelunkerError


class ScrapingError(SpelunkerError):
    """A page or site could not be read; the message is a sentence for the person who asked."""


class AddressRefused(ScrapingError):
    """The address leads where the scraper does not go; nothing was connected."""


class FetchFailed(ScrapingError):
    """The site did not answer, or not in a way that can be read."""


class ResponseTooLarge(ScrapingError):
    """The answer was longer than a page may be, as sent or once unpacked; the rest was not read."""
