from core.exceptions import SpelunkerError


class ThemisError(SpelunkerError):
    """Something that cannot be done; the text is for the person who asked."""


class InvitationError(ThemisError):
    """The invitation cannot be used."""


class PeopleError(ThemisError):
    """The change to somebody's account is refused."""


class WebhookError(ThemisError):
    """The webhook cannot be as asked, or not do what was asked of it."""


class SignInRefusedError(ThemisError):
    """A person whom the identity provider knows does not get in; `reason` is a word for the audit log."""

    def __init__(self, reason: str, message: str) -> None:
        super().__init__(message)
        self.reason = reason
