"""Rows held until the transaction ends, for whoever changes them or what hangs on them."""

from django.utils.translation import gettext as _

from rfp_manager.exceptions import GoneMeanwhile
from rfp_manager.models import RFP


def hold_rfp(pk: int) -> RFP:
    """The RFP as it is now. Raises GoneMeanwhile."""
    rfp = RFP.objects.select_for_update().filter(pk=pk).first()
    if rfp is None:
        raise GoneMeanwhile(_("This RFP was deleted in the meantime. Nothing was changed."))
    return rfp
