"""Who may do what to one RFP. Seeing it at all is `RFP.objects.visible_to`."""

from enum import StrEnum

from core.models import User
from core.permissions import can_edit_library, is_administrator
from rfp_manager.models import RFP, RFPMembership

Role = RFPMembership.Role


class Action(StrEnum):
    VIEW = "view"
    EDIT = "edit"  # upload, draft, write answers
    APPROVE = "approve"
    EXPORT = "export"
    MANAGE = "manage"  # settings, team, deleting
    OFFER = "offer"  # approved answers to the library


ALLOWED: dict[str, frozenset[Action]] = {
    Role.MANAGER: frozenset(Action),
    Role.CONTRIBUTOR: frozenset({Action.VIEW, Action.EDIT, Action.EXPORT}),
    Role.REVIEWER: frozenset({Action.VIEW, Action.EDIT, Action.APPROVE, Action.EXPORT}),
    Role.VIEWER: frozenset({Action.VIEW}),
}


def role_on(rfp: RFP, user: User) -> str | None:
    """The user's role on this RFP: its owner and administrators count as managers. None for outsiders."""
    if not user.is_active:
        return None
    if rfp.owner_id == user.pk or is_administrator(user):
        return Role.MANAGER
    membership = rfp.memberships.filter(user=user).first()
    return membership.role if membership else None


def allowed_actions(rfp: RFP, user: User) -> frozenset[Action]:
    """What the user's role allows; a library editor of the team also gives approved answers to the library."""
    role = role_on(rfp, user)
    if not role:
        return frozenset()
    return ALLOWED[role] | {Action.OFFER} if can_edit_library(user) else ALLOWED[role]
