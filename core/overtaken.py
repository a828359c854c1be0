"""A change that the database refused, because somebody deleted, or added to, what it is about in the same moment."""

from django.db import IntegrityError
from django.utils.translation import gettext as _
from psycopg.errors import ForeignKeyViolation


def is_overtaken(error: BaseException) -> bool:
    """Whether the error says so: a row would have referred to one that is gone."""
    return isinstance(error, IntegrityError) and isinstance(error.__cause__, ForeignKeyViolation)


def overtaken_words() -> str:
    return _("Somebody else changed or deleted this in the same moment. Nothing was saved; look again.")
