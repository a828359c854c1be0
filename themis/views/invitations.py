"""Inviting people, and the page that the invited open."""

from collections.abc import Iterable

from allauth.account.utils import perform_login
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from themis.exceptions import InvitationError
from themis.formatting import speaking_to
from themis.forms import AcceptForm, InvitationForm
from themis.http import SignedInRequest
from themis.models import Invitation
from themis.services.invitations import (
    accept_invitation,
    find_invitation,
    invitation_token,
    invite,
    renew_invitation,
    revoke_invitation,
    send_invitation,
)
from themis.views.access import require_administrator


def link_of(request: HttpRequest, invitation: Invitation) -> str:
    return request.build_absolute_uri(reverse("themis:invitation", args=[invitation_token(invitation)]))


def with_links(request: HttpRequest, invitations: Iterable[Invitation]) -> list[tuple[Invitation, str]]:
    """Each with its link where no mail took it there, so that an administrator hands it over; else ""."""
    return [
        (row, link_of(request, row) if row.mailed_at is None and row.is_usable else "") for row in invitations
    ]


@require_http_methods(["GET", "POST"])
def invitation_create(request: SignedInRequest) -> HttpResponse:
    administrator = require_administrator(request)
    form = InvitationForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            _send(request, invite(**form.cleaned_data, invited_by=administrator))
        except InvitationError as error:
            form.add_error("email", str(error))
        else:
            return redirect("themis:people")
    status = 422 if form.is_bound else 200
    return render(request, "themis/invitation_form.html", {"form": form}, status=status)


@require_POST
def invitation_resend(request: SignedInRequest, pk: int) -> HttpResponse:
    administrator = require_administrator(request)
    found = get_object_or_404(Invitation.objects.visible_to(administrator).open(), pk=pk)
    try:
        _send(request, renew_invitation(found))
    except InvitationError as error:
        messages.error(request, str(error))
    return redirect("themis:people")


@require_POST
def invitation_revoke(request: SignedInRequest, pk: int) -> HttpResponse:
    administrator = require_administrator(request)
    found = get_object_or_404(Invitation.objects.visible_to(administrator).open(), pk=pk)
    revoke_invitation(found)
    messages.success(request, _("The link of %(email)s no longer works.") % {"email": found.email})
    return redirect("themis:people")


def _send(request: HttpRequest, invitation: Invitation) -> None:
    if send_invitation(invitation, link=link_of(request, invitation)):
        messages.success(request, _("%(email)s has mail with the link.") % {"email": invitation.email})
    else:
        said = _("No mail was sent. Copy the link below and give it to %(email)s yourself.")
        messages.warning(request, said % {"email": invitation.email})


@login_not_required
@never_cache
@sensitive_post_parameters("password", "password_again")
@require_http_methods(["GET", "POST"])
def invitation(request: HttpRequest, token: str) -> HttpResponse:
    """Where the link leads, in the language of the mail: name and password in, an account out, signed in."""
    found = find_invitation(token)
    if found is None:
        raise Http404
    if request.user.is_authenticated:
        messages.warning(request, _("You are signed in already. Sign out first to use an invitation."))
        return redirect("themis:dashboard")
    with speaking_to(found.preferences):
        response = _welcome(request, found)
        response["Content-Language"] = found.language or settings.LANGUAGE_CODE
        return response


def _welcome(request: HttpRequest, found: Invitation) -> HttpResponse:
    if not found.is_usable:
        return render(request, "themis/invitation_over.html", {"invitation": found}, status=410)
    form = AcceptForm(request.POST or None, invitation=found)
    if request.method == "POST" and settings.OIDC_ONLY:
        raise PermissionDenied(_("Nobody signs in by password here."))
    if request.method == "POST" and form.is_valid():
        try:
            user = accept_invitation(found, **form.values())
        except InvitationError as error:
            form.add_error(None, str(error))
        else:
            signed_in: HttpResponse = perform_login(request, user, email_verification="none")
            return signed_in
    context = {"form": form, "invitation": found}
    return render(request, "themis/invitation.html", context, status=422 if form.is_bound else 200)
