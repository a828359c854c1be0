from core.exceptions import SpelunkerError


class ThemisError(SpelunkerError):
    """Something that cannot be done; the text is for the person who asked."""


class InvitationError(ThemisError):
    """The invitation cannot be used."""


class PeopleError(ThemisError):
    """The change to somebody's account is refused."""


class WebhookError(ThemisError):
    """The webhook cannot be as asked, or not do what was asked of it."""
