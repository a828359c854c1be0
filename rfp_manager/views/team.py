from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from rfp_manager.exceptions import RFPError
from rfp_manager.forms import MemberForm, RoleForm
from rfp_manager.models import RFPMembership
from rfp_manager.permissions import Action
from rfp_manager.services.team import change_role, hand_over, remove_member, take_on
from rfp_manager.views.access import find_rfp
from themis.http import SignedInRequest


@require_http_methods(["GET", "POST"])
def team(request: SignedInRequest, rfp_id: int) -> HttpResponse:
    rfp = find_rfp(request, rfp_id, Action.MANAGE if request.method == "POST" else Action.VIEW)
    form = MemberForm(request.POST or None, rfp=rfp)
    if request.method == "POST" and form.is_valid():
        try:
            member = take_on(form.save(commit=False))
        except RFPError as error:
            messages.error(request, str(error))
        else:
            said = _("%(user)s is on the team as %(role)s.")
            messages.success(request, said % {"user": member.user, "role": member.get_role_display()})
        return redirect("rfp_manager:team", rfp.pk)
    members = rfp.memberships.select_related("user")
    context = {"rfp": rfp, "members": members, "form": form, "roles": RFPMembership.Role.choices}
    return render(request, "rfp_manager/team.html", context)


@require_POST
def member_role(request: SignedInRequest, rfp_id: int, member_id: int) -> HttpResponse:
    rfp = find_rfp(request, rfp_id, Action.MANAGE)
    member = get_object_or_404(rfp.memberships.select_related("user", "rfp"), pk=member_id)
    form = RoleForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Choose one of the roles in the list."))
        return redirect("rfp_manager:team", rfp.pk)
    change_role(member, form.cleaned_data["role"])
    said = _("%(user)s is on the team as %(role)s.")
    messages.success(request, said % {"user": member.user, "role": member.get_role_display()})
    return redirect("rfp_manager:team", rfp.pk)


@require_POST
def member_owner(request: SignedInRequest, rfp_id: int, member_id: int) -> HttpResponse:
    rfp = find_rfp(request, rfp_id, Action.MANAGE)
    member = get_object_or_404(rfp.memberships.select_related("user", "rfp"), pk=member_id)
    try:
        hand_over(member, user=request.user)
    except RFPError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("The RFP belongs to %(user)s now.") % {"user": member.user})
    return redirect("rfp_manager:team", rfp.pk)


@require_POST
def member_remove(request: SignedInRequest, rfp_id: int, member_id: int) -> HttpResponse:
    rfp = find_rfp(request, rfp_id, Action.MANAGE)
    member = get_object_or_404(rfp.memberships.select_related("user", "rfp"), pk=member_id)
    left = remove_member(member)
    said = _("%(user)s no longer sees this RFP.") % {"user": member.user}
    if left:
        text = ngettext(
            "%(count)d open question of theirs is nobody's now.",
            "%(count)d open questions of theirs are nobody's now.",
            left,
        )
        said += " " + text % {"count": left}
    messages.success(request, said)
    return redirect("rfp_manager:team", rfp.pk)
