"""Whose customers a person sees. That somebody is a customer tells of a bid, so the apps that have bids say it."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from django.db.models import Q

if TYPE_CHECKING:
    from core.models.user import User

_rules: "list[Callable[[User], Q]]" = []


def show_customers(rule: "Callable[[User], Q]") -> None:
    """`rule` finds organizations that the user sees though they are customers."""
    if rule not in _rules:
        _rules.append(rule)


def shown_customers(user: "User") -> Q:
    """The condition of all rules together, over `core.Organization`."""
    found = Q(pk__in=[])
    for rule in _rules:
        found |= rule(user)
    return found
