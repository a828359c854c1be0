from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from core.models import Organization
from core.permissions import can_edit_library
from solution_library.exceptions import LibraryError
from solution_library.forms import OrganizationForm
from solution_library.models import Solution
from solution_library.services.organizations import delete_organization, find_obstacles, save_organization
from solution_library.services.restoring import restorable_solutions
from solution_library.views.access import require_editor
from themis.http import SignedInRequest
from themis.views.images import stored_image


@require_GET
def organization(request: SignedInRequest, pk: int) -> HttpResponse:
    user = request.user
    found = get_object_or_404(Organization.objects.visible_to(user), pk=pk)
    context = {
        "organization": found,
        "solutions": Solution.objects.visible_to(user).filter(vendor=found).with_counts(),
        "may_edit": can_edit_library(user),
        "deleted_solutions": restorable_solutions().filter(vendor=found) if can_edit_library(user) else [],
    }
    return render(request, "solution_library/organization.html", context)


@require_http_methods(["GET", "POST"])
def organization_create(request: SignedInRequest) -> HttpResponse:
    require_editor(request)
    return _organization_form(request, Organization())


@require_http_methods(["GET", "POST"])
def organization_edit(request: SignedInRequest, pk: int) -> HttpResponse:
    user = require_editor(request)
    return _organization_form(request, get_object_or_404(Organization.objects.visible_to(user), pk=pk))


@require_http_methods(["GET", "POST"])
def organization_delete(request: SignedInRequest, pk: int) -> HttpResponse:
    """First a question, or why it cannot be; then, posted, the deletion."""
    user = require_editor(request)
    found = get_object_or_404(Organization.objects.visible_to(user), pk=pk)
    if request.method == "POST":
        try:
            delete_organization(found)
        except LibraryError as error:
            messages.error(request, str(error))
            return redirect(found)
        messages.success(request, _("“%(name)s” is deleted.") % {"name": found.name})
        return redirect("solution_library:home")
    context = {"organization": found, "obstacles": find_obstacles(found)}
    return render(request, "solution_library/organization_delete.html", context)


def _organization_form(request: SignedInRequest, instance: Organization) -> HttpResponse:
    new = instance.pk is None
    form = OrganizationForm(request.POST or None, request.FILES or None, instance=instance)
    if request.method == "POST" and form.is_valid():
        try:
            save_organization(form.instance)
        except LibraryError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("“%(name)s” is saved.") % {"name": form.instance.name})
            return redirect(form.instance)
    # A refused logo is on the instance already; the page shows what is stored.
    stored = None if new else Organization.objects.get(pk=instance.pk)
    context = {"form": form, "organization": stored}
    return render(
        request, "solution_library/organization_form.html", context, status=422 if form.is_bound else 200
    )


@require_GET
def logo(request: SignedInRequest, pk: int) -> HttpResponseBase:
    found = get_object_or_404(Organization.objects.visible_to(request.user).exclude(logo=""), pk=pk)
    return stored_image(request, found.logo.name or "", file_type=found.file_type)
