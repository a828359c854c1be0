"""Keys of the REST API, in the profile."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from themis.forms import APIKeyForm
from themis.http import SignedInRequest
from themis.models import APIKey
from themis.services.api_keys import create_api_key, revoke_api_key
from themis.shown_once import show_once, take_shown


@never_cache
@require_http_methods(["GET", "POST"])
def api_keys(request: SignedInRequest) -> HttpResponse:
    """The list, and making a new key. The page behind the redirect is the only one that ever shows it."""
    form = APIKeyForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        _key, secret = create_api_key(request.user, **form.values())
        show_once(request, "api_key", secret)
        return redirect("themis:api_keys")
    context = {
        "form": form,
        "keys": APIKey.objects.visible_to(request.user),
        "secret": take_shown(request, "api_key"),
    }
    return render(request, "themis/api_keys.html", context, status=422 if form.is_bound else 200)


@require_POST
def api_key_revoke(request: SignedInRequest, pk: int) -> HttpResponse:
    key = get_object_or_404(APIKey.objects.visible_to(request.user), pk=pk)
    revoke_api_key(key)
    messages.success(request, _("The key “%(name)s” no longer opens anything.") % {"name": key.name})
    return redirect("themis:api_keys")
