"""The brief of an RFP, and taking over a date that it offers."""

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from rfp_manager.exceptions import RFPError
from rfp_manager.permissions import Action
from rfp_manager.services.briefs import build_brief
from rfp_manager.services.date_offers import FIELDS, offer_dates, take_date
from rfp_manager.views.access import find_rfp
from themis.http import SignedInRequest


@require_GET
def brief(request: SignedInRequest, rfp_id: int) -> HttpResponse:
    rfp = find_rfp(request, rfp_id)
    built = build_brief(rfp)
    dates = offer_dates(rfp, built.read)
    context = {"rfp": rfp, "brief": built, "dates": dates, "dated": any(row.offers for row in dates)}
    return render(request, "rfp_manager/brief.html", context)


class TakeDateForm(forms.Form):
    """Which of the offered moments for which field; with its offset, so that it is the same for everybody."""

    field = forms.ChoiceField(choices=list(FIELDS.items()))
    moment = forms.CharField(max_length=40)

    def clean_moment(self) -> object:
        try:
            moment = parse_datetime(self.cleaned_data["moment"])
        except ValueError:
            moment = None
        if moment is None or moment.tzinfo is None:
            raise forms.ValidationError(_("This is no moment."))
        return moment


@require_POST
def date_take(request: SignedInRequest, rfp_id: int) -> HttpResponse:
    rfp = find_rfp(request, rfp_id, Action.MANAGE)
    form = TakeDateForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Choose one of the dates that are offered."))
        return redirect("rfp_manager:brief", rfp.pk)
    name = form.cleaned_data["field"]
    try:
        take_date(rfp, name=name, moment=form.cleaned_data["moment"], user=request.user)
    except RFPError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("“%(field)s” is set.") % {"field": FIELDS[name]})
    return redirect("rfp_manager:brief", rfp.pk)
