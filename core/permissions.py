"""What a person may do by the groups they are in. Who sees one RFP is asked of its team, not here."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from core.models import User

ADMINISTRATOR = "administrator"
LIBRARY_EDITOR = "library editor"
CONTRIBUTOR = "contributor"
VIEWER = "viewer"
ROLES = (ADMINISTRATOR, LIBRARY_EDITOR, CONTRIBUTOR, VIEWER)


def role_names(user: "User") -> set[str]:
    """The user's groups, asked of the database once per user object."""
    if not hasattr(user, "_role_names"):
        user._role_names = set(user.groups.values_list("name", flat=True))  # type: ignore[attr-defined]
    return user._role_names  # type: ignore[attr-defined]


def remember_roles(user: "User", names: Iterable[str]) -> None:
    """Tell a user object the groups that were read along with something else."""
    user._role_names = set(names)  # type: ignore[attr-defined]


def is_administrator(user: "User") -> bool:
    return user.is_active and (user.is_superuser or ADMINISTRATOR in role_names(user))


def can_edit_library(user: "User") -> bool:
    return is_administrator(user) or (user.is_active and LIBRARY_EDITOR in role_names(user))


def can_create_rfp(user: "User") -> bool:
    return can_edit_library(user) or (user.is_active and CONTRIBUTOR in role_names(user))
