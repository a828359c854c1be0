"""Saved views: keeping the filters that are set, renaming, deleting, and choosing what the list opens with."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from rfp_manager.exceptions import RFPError
from rfp_manager.models import RFP, SavedView
from rfp_manager.permissions import Action
from rfp_manager.services.saved_views import choose_default, rename_view, save_view, views_of
from rfp_manager.view_forms import SaveViewForm, ViewNameForm
from rfp_manager.views.access import find_rfp
from rfp_manager.views.workspace import list_url
from rfp_manager.workspace_forms import QuestionFilter
from themis.http import SignedInRequest


@require_GET
def view_list(request: SignedInRequest, rfp_id: int) -> HttpResponse:
    rfp = find_rfp(request, rfp_id)
    views, default = views_of(rfp, user=request.user)
    context = {
        "rfp": rfp,
        "rows": [{"view": view, "may_change": _may_change(request, rfp, view)} for view in views],
        "default": default,
    }
    return render(request, "rfp_manager/views.html", context)


@require_POST
def view_save(request: SignedInRequest, rfp_id: int) -> HttpResponse:
    """Everybody keeps views of their own; the team's are kept by those who may change something."""
    rfp = find_rfp(request, rfp_id, Action.EDIT if "shared" in request.POST else Action.VIEW)
    form = SaveViewForm(request.POST)
    try:
        view = save_view(
            rfp,
            name=form.cleaned_data["name"] if form.is_valid() else "",
            query=QuestionFilter(request.GET).query,
            shared=form.cleaned_data.get("shared", False),
            owner=request.user,
        )
        messages.success(request, _("Kept as “%(view)s”.") % {"view": view})
    except RFPError as error:
        messages.error(request, str(error))
    return redirect(list_url(request, rfp))


@require_POST
def view_rename(request: SignedInRequest, rfp_id: int, view_id: int) -> HttpResponse:
    rfp = find_rfp(request, rfp_id)
    view = find_own_view(request, rfp, view_id)
    form = ViewNameForm(request.POST)
    try:
        rename_view(view, name=form.cleaned_data["name"] if form.is_valid() else "")
    except RFPError as error:
        messages.error(request, str(error))
    return redirect("rfp_manager:view_list", rfp.pk)


@require_POST
def view_delete(request: SignedInRequest, rfp_id: int, view_id: int) -> HttpResponse:
    rfp = find_rfp(request, rfp_id)
    view = find_own_view(request, rfp, view_id)
    view.delete()
    messages.success(request, _("“%(view)s” is gone.") % {"view": view})
    return redirect("rfp_manager:view_list", rfp.pk)


@require_POST
def view_default(request: SignedInRequest, rfp_id: int, view_id: int) -> HttpResponse:
    rfp = find_rfp(request, rfp_id)
    view = find_view(request, rfp, view_id)
    if choose_default(view, user=request.user):
        messages.success(request, _("Your list opens with “%(view)s”.") % {"view": view})
    else:
        messages.success(request, _("Your list opens with every question."))
    return redirect("rfp_manager:view_list", rfp.pk)


def find_view(request: SignedInRequest, rfp: RFP, view_id: int) -> SavedView:
    """A view of their own or of the team's, with `opens_list`. Raises Http404 for none that this person sees."""
    user = request.user
    views = rfp.saved_views.visible_to(user).with_default_of(user)
    view: SavedView = get_object_or_404(views.select_related("owner"), pk=view_id)
    return view


def find_own_view(request: SignedInRequest, rfp: RFP, view_id: int) -> SavedView:
    """A view that this person may change. Raises Http404 for none that they see, PermissionDenied for another's."""
    view = find_view(request, rfp, view_id)
    if not _may_change(request, rfp, view):
        raise PermissionDenied(_("Only who keeps this view, or a manager of the RFP, changes it."))
    return view


def _may_change(request: SignedInRequest, rfp: RFP, view: SavedView) -> bool:
    """One's own; what is shared also for the RFP's managers."""
    return view.owner_id == request.user.pk or Action.MANAGE in rfp.actions  # type: ignore[attr-defined]
