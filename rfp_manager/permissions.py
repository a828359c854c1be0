"""Who may do what to one RFP. Seeing it at all is `RFP.objects.visible_to`."""

from enum import StrEnum

from django.db.models import Q

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


def allowed_actions(rfp: RFP, user: User) -> frozenset[Action]:
    """What the user's role allows; a library editor of the team also gives approved answers to the library."""
    membership = rfp.memberships.filter(user=user).first()
    return actions_of_role(rfp, user, role=membership.role if membership else None)


def actions_of_role(rfp: RFP, user: User, *, role: str | None) -> frozenset[Action]:
    """As `allowed_actions`, with the role of the user's membership; owner and administrators count as managers."""
    if not user.is_active:
        return frozenset()
    if rfp.owner_id == user.pk or is_administrator(user):
        role = Role.MANAGER
    if not role:
        return frozenset()
    return ALLOWED[role] | {Action.OFFER} if can_edit_library(user) else ALLOWED[role]


def manages_an_rfp(user: User) -> bool:
    """Whether there is an RFP whose settings and team the user may change."""
    if not user.is_active:
        return False
    managed = RFP.objects.filter(Q(owner=user) | Q(memberships__user=user, memberships__role=Role.MANAGER))
    return is_administrator(user) or managed.exists()


def customers_of_teams(user: User) -> Q:
    """The customers of the RFPs whose teams the user is on, for `show_customers`."""
    return Q(pk__in=RFP.objects.visible_to(user).order_by().values("customer"))
