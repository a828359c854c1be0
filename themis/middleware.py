"""A person's preferences, active while their request is answered; what they opened; failures in words."""

import logging
import zoneinfo
from collections.abc import Callable
from typing import Any

from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from core.exceptions import RowGone
from core.overtaken import is_overtaken, overtaken_words
from core.storage import MissingObjectError, StorageError
from themis import formatting
from themis.models import Profile
from themis.services.recent_items import provider_opened_by, record_opened

logger = logging.getLogger(__name__)


class PreferencesMiddleware:
    """Activates language, time zone and formats.

    Leaves the profile at `request.profile`; None while nobody is signed in.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        profile = Profile.objects.for_shell(request.user) if request.user.is_authenticated else None
        request.profile = profile  # type: ignore[attr-defined]
        if profile is None:
            return self.get_response(request)
        if profile.language:
            translation.activate(profile.language)
            request.LANGUAGE_CODE = profile.language
        else:
            profile.remember_spoken_language(translation.get_language() or "")
        preferences = profile.preferences
        formatting.activate(preferences)
        if profile.time_zone:
            timezone.activate(zoneinfo.ZoneInfo(profile.time_zone))
        try:
            return self.get_response(request)
        finally:
            formatting.activate(None)
            timezone.deactivate()


class SignInRequiredMiddleware(LoginRequiredMiddleware):
    """A fragment for a page whose session has ended is refused by 401, which `session.js` puts into words.

    The page for signing in would come as an answer to a save, or in the place of a list.
    """

    def process_view(
        self,
        request: HttpRequest,
        view_func: Callable[..., HttpResponseBase],
        view_args: tuple[Any, ...],
        view_kwargs: dict[str, Any],
    ) -> HttpResponseBase | None:
        response = super().process_view(request, view_func, view_args, view_kwargs)
        if response is not None and request.headers.get("HX-Request"):
            return HttpResponse(status=401)
        return response


class RecentItemsMiddleware:
    """Notes which rows a person opened, as the palette's providers name the views that show them.

    Only a whole page that was really shown counts: a 404 is none, nor is a fragment that htmx asks for.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        match = request.resolver_match
        if request.method != "GET" or response.status_code != 200 or match is None:
            return response
        provider = provider_opened_by(match.view_name)
        if provider is not None and request.user.is_authenticated and not request.htmx:  # type: ignore[attr-defined]
            number = match.kwargs[provider.opened_by[1]]
            record_opened(request.user, kind=provider.key, object_id=number)
        return response


class FailuresInWordsMiddleware:
    """What a person can act on is said, where its view has no better way: a file store that is away, and what
    somebody else deleted in this very moment.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if isinstance(exception, StorageError):
            logger.warning("%s: the file store does not do what was asked", request.path, exc_info=exception)
            missing = isinstance(exception, MissingObjectError)
            title = _("The file is missing") if missing else _("The file store does not answer")
            return render(request, "503.html", {"title": title, "problem": str(exception)}, status=503)
        if isinstance(exception, RowGone):
            return self._overtaken(request, str(exception))
        if is_overtaken(exception):
            logger.warning("%s was overtaken by another change", request.path, exc_info=exception)
            return self._overtaken(request, overtaken_words())
        return None

    @staticmethod
    def _overtaken(request: HttpRequest, problem: str) -> HttpResponse:
        # 404, because htmx would put the page for 409 into the place of a fragment.
        return render(request, "overtaken.html", {"problem": problem}, status=404)
