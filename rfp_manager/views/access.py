"""How every view of this app finds its RFP: outsiders get 404, the wrong role 403."""

from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _

from rfp_manager.models import RFP
from rfp_manager.models.rfp import RFPQuerySet
from rfp_manager.permissions import Action, actions_of_role
from themis.http import SignedInRequest


def find_rfp(
    request: SignedInRequest, rfp_id: int, action: Action = Action.VIEW, *, among: RFPQuerySet | None = None
) -> RFP:
    """The RFP, if the user is on its team (else 404) and their role allows `action` (else 403).

    `among` are the RFPs with what a page shows of one besides.
    """
    user = request.user
    rfps = (
        (RFP.objects.all() if among is None else among)
        .visible_to(user)
        .with_role_of(user)
        .select_related("customer", "owner")
    )
    rfp = get_object_or_404(rfps, pk=rfp_id)
    rfp.actions = actions_of_role(rfp, user, role=rfp.role_of_user)  # type: ignore[attr-defined]
    if action not in rfp.actions:  # type: ignore[attr-defined]
        raise PermissionDenied(_("Your role on this RFP does not allow this. Ask its manager."))
    return rfp
