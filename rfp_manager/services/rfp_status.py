"""Where an RFP stands. Its managers say so; only the first import and a bid decision move it by themselves."""

from collections.abc import Iterable

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from core.audit import record_event
from core.models import User
from rfp_manager.exceptions import TransitionRefused
from rfp_manager.models import RFP
from rfp_manager.services.holding import hold_rfp

# That an RFP is not answered follows from a no-go, which has its reason: services.bids.
CHOOSABLE = tuple(status for status in RFP.Status if status != RFP.Status.DROPPED)


def change_status(rfp: RFP, status: str, *, user: User, seen: str | None = None) -> bool:
    """Move the RFP to one of CHOOSABLE; False when it is there already.

    `seen` is the status that the person was looking at. Raises TransitionRefused when it is another by now, when the
    RFP was dropped, and for a status that nobody chooses; GoneMeanwhile.
    """
    if status not in CHOOSABLE:
        raise TransitionRefused(_("That it is not answered follows from a no-go: decide under Go / no-go."))
    with transaction.atomic():
        now = hold_rfp(rfp.pk).status
        if now == RFP.Status.DROPPED:
            raise TransitionRefused(_("It was dropped. Take it up again under Go / no-go first."))
        if seen is not None and seen != now:
            raise TransitionRefused(
                _("Somebody changed the status meanwhile: it is “%(status)s” now. Choose again.")
                % {"status": RFP.Status(now).label}
            )
        if now == status:
            return False
        set_status(rfp, status, from_any=[now], user=user)
    return True


def set_status(rfp: RFP, status: str, *, from_any: Iterable[str], user: User) -> None:
    """Move the RFP, which has to be in one of `from_any` now, and record it.

    Raises TransitionRefused, GoneMeanwhile.
    """
    with transaction.atomic():
        before = hold_rfp(rfp.pk).status
        if before not in from_any:
            raise TransitionRefused(_("The RFP's status has changed meanwhile."))
        RFP.objects.filter(pk=rfp.pk).update(status=status, updated_at=timezone.now())
        record_event("rfp.status_changed", actor=user, target=rfp, detail={"from": before, "to": status})
