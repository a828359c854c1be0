class ThemisError(Exception):
    """Something that cannot be done; the text is for the person who asked."""


class InvitationError(ThemisError):
    """The invitation cannot be used."""


class PeopleError(ThemisError):
    """The change to somebody's account is refused."""
