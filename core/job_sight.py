"""Which of a person's own jobs they no longer see: each app says so for the jobs of its own rows."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from django.db.models import Q

if TYPE_CHECKING:
    from core.models.user import User

_rules: "list[Callable[[User], Q]]" = []


def hide_jobs(rule: "Callable[[User], Q]") -> None:
    """`rule` finds jobs that the user may not see, though they started them. Asked of everybody but administrators."""
    if rule not in _rules:
        _rules.append(rule)


def hidden_jobs(user: "User") -> Q:
    """The condition of all rules together, over `core.Job`."""
    found = Q(pk__in=[])
    for rule in _rules:
        found |= rule(user)
    return found
