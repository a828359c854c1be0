"""Everybody who has an account, for administrators."""

from typing import Protocol

from allauth.socialaccount.models import SocialAccount
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from core.models import User
from core.word_search import all_words
from themis.exceptions import PeopleError
from themis.forms import RolesForm, SearchForm
from themis.http import SignedInRequest
from themis.models import Invitation
from themis.services.people import activate_person, deactivate_person, disconnect_identity, set_roles
from themis.views.access import require_administrator
from themis.views.invitations import with_links

PER_PAGE = 50


@require_safe
def people(request: SignedInRequest) -> HttpResponse:
    administrator = require_administrator(request)
    query = SearchForm(request.GET).words()
    found = User.objects.people().filter(all_words(query, "first_name", "last_name", "email", "groups__name"))
    found = found.distinct().order_by("-is_active", "first_name", "email")
    found = found.select_related("profile").prefetch_related("groups")
    invitations = Invitation.objects.visible_to(administrator).open().select_related("invited_by")
    context = {
        "page": Paginator(found, PER_PAGE).get_page(request.GET.get("page")),
        "query": query,
        "invitations": with_links(request, invitations),
    }
    return render(request, "themis/people.html", context)


@require_http_methods(["GET", "POST"])
def person(request: SignedInRequest, pk: int) -> HttpResponse:
    """One account: its roles are changed here, and it is closed and opened."""
    administrator = require_administrator(request)
    found = get_object_or_404(User.objects.people().select_related("profile"), pk=pk)
    initial = {"roles": list(found.groups.values_list("name", flat=True))}
    form = RolesForm(request.POST or None, initial=initial)
    # An empty POST takes every role, so the method decides and not the data.
    if request.method == "POST":
        form = RolesForm(request.POST)
        if form.is_valid():
            try:
                set_roles(found, form.cleaned_data["roles"], by=administrator)
            except PeopleError as error:
                form.add_error("roles", str(error))
            else:
                messages.success(request, _("Saved. The roles count from the next page on."))
                return redirect("themis:people")
    status = 422 if form.is_bound else 200
    context = {
        "person": found,
        "form": form,
        "connected": SocialAccount.objects.filter(user=found).exists(),
    }
    return render(request, "themis/person.html", context, status=status)


@require_POST
def person_deactivate(request: SignedInRequest, pk: int) -> HttpResponse:
    said = _("%(name)s can no longer sign in; sessions and API keys have ended.")
    return _change(request, pk, deactivate_person, said)


@require_POST
def person_activate(request: SignedInRequest, pk: int) -> HttpResponse:
    return _change(request, pk, activate_person, _("%(name)s can sign in again."))


@require_POST
def person_disconnect(request: SignedInRequest, pk: int) -> HttpResponse:
    said = _("%(name)s is disconnected; the next sign-in there connects the account anew.")
    return _change(request, pk, disconnect_identity, said)


class _Change(Protocol):
    def __call__(self, person: User, *, by: User) -> None: ...


def _change(request: SignedInRequest, pk: int, change: _Change, said: str) -> HttpResponse:
    administrator = require_administrator(request)
    found = get_object_or_404(User.objects.people(), pk=pk)
    try:
        change(found, by=administrator)
    except PeopleError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, said % {"name": found})
    return redirect("themis:person", pk=pk)
