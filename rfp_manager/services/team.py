"""Who is on an RFP's team, in which role, and whose RFP it is."""

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from core.audit import record_event
from core.models import User
from rfp_manager.exceptions import GoneMeanwhile, RFPError
from rfp_manager.models import RFP, RFPMembership
from rfp_manager.services.holding import hold_rfp
from rfp_manager.services.question_states import SETTLED
from rfp_manager.services.tidings import tell_team
from themis.services.notifications import withdraw_unread


def take_on(member: RFPMembership) -> RFPMembership:
    """Put somebody on the team, who is told of it. Raises RFPError when they are on it already, GoneMeanwhile."""
    with transaction.atomic():
        rfp = hold_rfp(member.rfp_id)  # of two who do it at once, one is too late
        if member.user_id == rfp.owner_id or rfp.memberships.filter(user=member.user_id).exists():
            raise RFPError(_("%(person)s is on the team already.") % {"person": member.user})
        member.save()
        tell_team(member.rfp, member.user)
    return member


def change_role(member: RFPMembership, role: str) -> None:
    """Give a member another role; what is theirs to answer stays theirs. Raises GoneMeanwhile."""
    with transaction.atomic():
        _hold_member(member)
        if member.role != role:
            member.role = role
            member.save(update_fields=["role"])


def hand_over(member: RFPMembership, *, user: User) -> RFP:
    """Make a member the RFP's owner; who was it stays on the team as a manager. Raises RFPError, GoneMeanwhile.

    The new owner needs no membership any more, and is told.
    """
    with transaction.atomic():
        rfp = _hold_member(member)
        if not member.user.is_active:
            raise RFPError(
                _("%(person)s is deactivated and cannot own an RFP. Choose somebody else.")
                % {"person": member.user}
            )
        before = rfp.owner
        member.delete()
        RFPMembership.objects.update_or_create(
            rfp=rfp, user=before, defaults={"role": RFPMembership.Role.MANAGER}
        )
        RFP.objects.filter(pk=rfp.pk).update(owner=member.user, updated_at=timezone.now())
        rfp.owner = member.user
        record_event(
            "rfp.handed_over", actor=user, target=rfp, detail={"from": before.pk, "to": member.user_id}
        )
        tell_team(rfp, member.user)
    return rfp


def remove_member(member: RFPMembership) -> int:
    """Take them off the team; returns how many questions that were theirs to answer are nobody's now.

    What is settled keeps the name of who answered it, and an owner who was a member too keeps theirs. What they have
    not read of the bid is taken back.
    """
    rfp = member.rfp
    with transaction.atomic():
        member.delete()
        if member.user_id == rfp.owner_id:
            return 0
        if not RFP.objects.visible_to(member.user).filter(pk=rfp.pk).exists():
            withdraw_unread(member.user, below=rfp.get_absolute_url())
        theirs = rfp.questions.filter(assignee=member.user_id).exclude(status__in=SETTLED)
        return theirs.update(assignee=None, updated_at=timezone.now())


def _hold_member(member: RFPMembership) -> RFP:
    """The RFP, held until the transaction ends, with its team. Raises GoneMeanwhile when the member left it."""
    rfp = hold_rfp(member.rfp_id)
    if not rfp.memberships.filter(pk=member.pk).exists():
        raise GoneMeanwhile(
            _("%(person)s is no longer on the team. Nothing was changed.") % {"person": member.user}
        )
    return rfp
