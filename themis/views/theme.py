from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest
from django.shortcuts import redirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from themis.context_processors import THEME_COOKIE
from themis.models import Profile

_YEAR = 365 * 24 * 3600


@login_not_required
@require_POST
def theme(request: HttpRequest) -> HttpResponse:
    """Switch the theme: on the profile, and in a cookie for the sign-in page."""
    chosen = request.POST.get("theme", "")
    if chosen not in Profile.Theme.values:
        return HttpResponseBadRequest("There is no such theme.")
    if request.user.is_authenticated:
        Profile.objects.filter(user=request.user).update(theme=chosen)
    target = request.POST.get("next", "/")
    if not url_has_allowed_host_and_scheme(target, {request.get_host()}, require_https=request.is_secure()):
        target = "/"
    response = redirect(target)
    response.set_cookie(
        THEME_COOKIE, chosen, max_age=_YEAR, samesite="Lax", secure=request.is_secure(), httponly=True
    )
    return response
