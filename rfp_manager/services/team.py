"""Taking somebody off an RFP's team."""

from django.db import transaction
from django.utils import timezone

from rfp_manager.models import RFPMembership
from rfp_manager.services.question_states import SETTLED


def remove_member(member: RFPMembership) -> int:
    """Take them off the team; returns how many questions that were theirs to answer are nobody's now.

    What is settled keeps the name of who answered it, and an owner who was a member too keeps theirs.
    """
    rfp = member.rfp
    with transaction.atomic():
        member.delete()
        if member.user_id == rfp.owner_id:
            return 0
        theirs = rfp.questions.filter(assignee=member.user_id).exclude(status__in=SETTLED)
        return theirs.update(assignee=None, updated_at=timezone.now())
