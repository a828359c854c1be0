"""Who is on an RFP's team, in which role, and whose RFP it is."""

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from core.audit import record_event
from core.models import User
from rfp_manager.exceptions import RFPError
from rfp_manager.models import RFP, RFPMembership
from rfp_manager.services.question_states import SETTLED
from rfp_manager.services.tidings import tell_team
from themis.services.notifications import withdraw_unread


def take_on(member: RFPMembership) -> RFPMembership:
    """Put somebody on the team, who is told of it."""
    with transaction.atomic():
        member.save()
        tell_team(member.rfp, member.user)
    return member


def change_role(member: RFPMembership, role: str) -> None:
    """Give a member another role; what is theirs to answer stays theirs."""
    if member.role != role:
        member.role = role
        member.save(update_fields=["role"])


def hand_over(member: RFPMembership, *, user: User) -> RFP:
    """Make a member the RFP's owner; who was it stays on the team as a manager. Raises RFPError.

    The new owner needs no membership any more, and is told.
    """
    with transaction.atomic():
        rfp = RFP.objects.select_for_update().get(pk=member.rfp_id)
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
