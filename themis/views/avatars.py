"""People's pictures: shown to everybody who is signed in, changed by the person alone."""

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from core.storage import StorageError
from themis.forms import AvatarForm
from themis.http import SignedInRequest
from themis.models import Profile
from themis.services.avatars import change_avatar, remove_avatar
from themis.views.images import stored_image
from themis.views.profile import profile_page

# Another picture has another address, so a browser may keep this one for long.
MAX_AGE = 24 * 60 * 60


@require_safe
def avatar(request: SignedInRequest, pk: int) -> HttpResponseBase:
    found = get_object_or_404(Profile.objects.exclude(avatar=""), user=pk)
    return stored_image(request, found.avatar.name or "", file_type=found.file_type, max_age=MAX_AGE)


@require_POST
def avatar_change(request: SignedInRequest) -> HttpResponse:
    form = AvatarForm(request.POST, request.FILES)
    if form.is_valid():
        try:
            change_avatar(request.user, picture=form.cleaned_data["picture"])
        except StorageError as error:
            form.add_error("picture", str(error))
        else:
            messages.success(request, _("Your picture is saved."))
            return redirect("themis:profile")
    return profile_page(request, avatar_form=form)


@require_POST
def avatar_remove(request: SignedInRequest) -> HttpResponse:
    remove_avatar(request.user)
    messages.success(request, _("Your picture is removed. Your initials are shown again."))
    return redirect("themis:profile")
