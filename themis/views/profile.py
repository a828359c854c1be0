"""A person's own settings."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from themis.formatting import Preferences
from themis.forms import AvatarForm, ProfileForm
from themis.http import SignedInRequest
from themis.models import Profile
from themis.services.time_zones import time_zone_offer


@require_http_methods(["GET", "POST"])
def profile(request: SignedInRequest) -> HttpResponse:
    mine: Profile = request.profile
    form = ProfileForm(request.POST or None, instance=mine)
    if request.method == "POST" and form.is_valid():
        form.save()
        # The confirmation is already in the language that was just chosen.
        with translation.override(mine.language or translation.get_language()):
            messages.success(request, _("Your preferences are saved."))
        return redirect("themis:profile")
    return profile_page(request, form=form)


def profile_page(
    request: SignedInRequest, *, form: ProfileForm | None = None, avatar_form: AvatarForm | None = None
) -> HttpResponse:
    """The page with both of its forms; one that was sent and refused is shown with its errors."""
    mine: Profile = request.profile
    form, avatar_form = form or ProfileForm(instance=mine), avatar_form or AvatarForm()
    status = 422 if form.is_bound or avatar_form.is_bound else 200
    context = {
        "form": form,
        "avatar_form": avatar_form,
        "examples": mine.preferences,
        "now": timezone.now(),
        **time_zone_offer(request.COOKIES, mine.preferences),
    }
    return render(request, "themis/profile.html", context, status=status)


@require_GET
def format_examples(request: SignedInRequest) -> HttpResponse:
    """How dates and numbers would look with what the form holds right now; nothing is saved."""
    form = ProfileForm(request.GET, instance=Profile(user=request.user))
    form.is_valid()
    known = form.cleaned_data
    preferences = Preferences(
        language=known.get("language") or "",
        time_zone=known.get("time_zone") or "",
        date_style=known.get("date_style") or Profile.DateStyle.MEDIUM,
        time_style=known.get("time_style") or Profile.TimeStyle.LOCALE,
        number_locale=known.get("number_locale") or "",
    )
    context = {"examples": preferences, "now": timezone.now()}
    return render(request, "themis/profile.html#format-examples", context)
