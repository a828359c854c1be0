"""The steps of the setup. Each works without scripts; a trial's outcome is shown in the page that it answers with."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from core.audit import record_event
from core.exceptions import SpelunkerError
from core.models import Job
from core.organizations import OrganizationError
from core.storage import StorageError, try_store
from themis.exceptions import InvitationError
from themis.forms import InvitationsForm, OwnOrganizationForm
from themis.http import SignedInRequest
from themis.models import Invitation, Setup
from themis.registry import Demonstration, HealthResult, SettingsTrial, demonstrations, settings_trials
from themis.services.invitations import send_invitation
from themis.services.setup import (
    LANGUAGE_MODEL,
    invite_all,
    load_setup,
    record_step,
    save_own_organization,
)
from themis.views.access import require_administrator
from themis.views.invitations import link_of, with_links
from themis.views.setup import after, step_context


@require_http_methods(["GET", "POST"])
def organization(request: SignedInRequest) -> HttpResponse:
    require_administrator(request)
    setup = load_setup()
    known = setup.organization
    initial = {"name": known.name} if known else {}
    form = OwnOrganizationForm(request.POST or None, request.FILES or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            save_own_organization(**form.cleaned_data)
        except (OrganizationError, StorageError) as error:
            form.add_error(None, str(error))
        else:
            return after("organization")
    context = step_context(setup, "organization") | {"form": form}
    return render(request, "themis/setup/organization.html", context, status=422 if form.is_bound else 200)


@require_safe
def language_model(request: SignedInRequest) -> HttpResponse:
    require_administrator(request)
    return _language_model(request, None)


@require_POST
def language_model_test(request: SignedInRequest) -> HttpResponse:
    require_administrator(request)
    result = _language_model_trial().check()
    record_event("setup.language_model_tested", detail={"ok": result.ok})
    return _language_model(request, result)


def _language_model(request: SignedInRequest, result: HealthResult | None) -> HttpResponse:
    trial = _language_model_trial()
    context = {"facts": trial.facts(), "trial": trial, "result": result}
    return render(
        request, "themis/setup/language_model.html", step_context(load_setup(), LANGUAGE_MODEL) | context
    )


def _language_model_trial() -> SettingsTrial:
    trial = settings_trials.entries.get(LANGUAGE_MODEL)
    if trial is None:
        raise Http404
    return trial


@require_safe
def storage(request: SignedInRequest) -> HttpResponse:
    require_administrator(request)
    return _storage(request, None)


@require_POST
def storage_test(request: SignedInRequest) -> HttpResponse:
    require_administrator(request)
    try:
        try_store()
    except StorageError as error:
        advice = _("Check that the S3 server runs, and the S3_... settings.")
        return _storage(request, HealthResult(False, str(error), advice))
    record_step("storage", Setup.StepState.DONE)
    return _storage(request, HealthResult(True, _("A small file was written, read back and deleted.")))


def _storage(request: SignedInRequest, result: HealthResult | None) -> HttpResponse:
    context = step_context(load_setup(), "storage") | {"result": result}
    return render(request, "themis/setup/storage.html", context)


@require_http_methods(["GET", "POST"])
def people(request: SignedInRequest) -> HttpResponse:
    administrator = require_administrator(request)
    form = InvitationsForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            invited = invite_all(**form.cleaned_data, invited_by=administrator)
        except InvitationError as error:
            form.add_error("emails", str(error))
        else:
            _mail(request, invited)
            record_step("people", Setup.StepState.DONE)
            return redirect("themis:setup_people")
    open_ones = Invitation.objects.visible_to(administrator).open().select_related("invited_by")
    context = step_context(load_setup(), "people")
    context |= {"form": form, "invitations": with_links(request, open_ones)}
    return render(request, "themis/setup/people.html", context, status=422 if form.is_bound else 200)


def _mail(request: SignedInRequest, invited: list[Invitation]) -> None:
    """Send what can be sent. After the first failure no more is tried, so that nobody waits for each of fifty."""
    mailed = 0
    for invitation in invited:
        if not send_invitation(invitation, link=link_of(request, invitation)):
            break
        mailed += 1
    if mailed:
        said = ngettext("%(count)d invitation was mailed.", "%(count)d invitations were mailed.", mailed)
        messages.success(request, said % {"count": mailed})
    if mailed < len(invited):
        messages.warning(request, _("Copy the links below and hand them over: no mail was sent with them."))


@require_safe
def demonstration(request: SignedInRequest) -> HttpResponse:
    require_administrator(request)
    offered = _demonstration()
    # A job of this kind that ended is shown too, so that a failure can be read and retried.
    job = Job.objects.filter(kind=offered.key).order_by("-created_at").first()
    context: dict[str, Any] = {"offered": offered, "loaded": offered.is_loaded(), "job": job}
    return render(
        request, "themis/setup/demonstration.html", step_context(load_setup(), "demonstration") | context
    )


@require_POST
def demonstration_load(request: SignedInRequest) -> HttpResponse:
    administrator = require_administrator(request)
    offered = _demonstration()
    if not offered.is_loaded():
        try:
            offered.load(administrator)
        except SpelunkerError as error:
            messages.error(request, str(error))
        else:
            record_event("setup.demonstration_requested")
            record_step("demonstration", Setup.StepState.DONE)
    return redirect("themis:setup_demonstration")


def _demonstration() -> Demonstration:
    if not demonstrations.entries:
        raise Http404
    return demonstrations.all()[0]
