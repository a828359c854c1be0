from django.utils.translation import gettext as _

from core.exceptions import RowGone, SpelunkerError
from solution_library.models import Document


class LibraryError(SpelunkerError):
    """Something about the library cannot be done; the message says why and what to do."""


class StoreUnavailable(LibraryError):
    """The file store cannot take files now: trying the next one at once would fail too."""


class DuplicateDocument(LibraryError):
    """The solution holds this very file already, as `existing`."""

    def __init__(self, existing: Document) -> None:
        super().__init__(
            _("This file is already in the library, as “%(title)s”.") % {"title": existing.title}
        )
        self.existing = existing


class AnswerChanged(LibraryError):
    """Somebody else saved this library answer since it was opened."""


class GoneMeanwhile(LibraryError, RowGone):
    """What was to be changed was deleted a moment ago; nothing was written."""
