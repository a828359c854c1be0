"""The time zone of a person's device, which they confirm or decline."""

import zoneinfo

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBadRequest
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from themis.http import SignedInRequest
from themis.models import Profile


@require_POST
def time_zone(request: SignedInRequest) -> HttpResponse:
    chosen = request.POST.get("time_zone", "")
    if chosen not in zoneinfo.available_timezones():
        return HttpResponseBadRequest("There is no such time zone.")
    Profile.objects.filter(user=request.user).update(time_zone=chosen)
    messages.success(request, _("Times are shown in %(zone)s.") % {"zone": chosen.replace("_", " ")})
    return redirect("themis:profile" if request.POST.get("next") == "profile" else "themis:dashboard")
