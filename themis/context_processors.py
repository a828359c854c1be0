"""What the frame around every page needs: navigation, theme, counts."""

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.functional import SimpleLazyObject

from themis.models import Profile
from themis.registry import NavigationItem, navigation
from themis.services.mails import mail_is_wanted

THEME_COOKIE = "theme"
_DRAWABLE = set(Profile.Theme.values) - {Profile.Theme.SYSTEM}


@dataclass(frozen=True)
class NavigationLink:
    """`current` is the value of aria-current: "page" on its own page, "true" below it, else ""."""

    label: str
    icon: str
    url: str
    current: str


@dataclass(frozen=True)
class Shell:
    """`theme` is empty when the system decides, `single_sign_on` (its name) when there is none.

    `mail` says whether letters go out.
    """

    theme: str
    navigation: list[NavigationLink]
    admin_navigation: list[NavigationLink]
    unread: int
    active_jobs: int
    single_sign_on: str
    passwords: bool
    mail: bool


def shell(request: HttpRequest) -> dict[str, Any]:
    """The variable `shell`, worked out only when a template asks for it (fragments do not)."""
    return {"shell": SimpleLazyObject(lambda: _shell_of(request))}


def _shell_of(request: HttpRequest) -> Shell:
    # An error page may be drawn before the middleware ran.
    profile: Profile | None = getattr(request, "profile", None)
    chosen = profile.theme if profile else request.COOKIES.get(THEME_COOKIE, "")
    user = getattr(request, "user", None)
    items = navigation.all() if user is not None and user.is_authenticated else []
    allowed = [item for item in items if user is not None and item.visible(user)]
    return Shell(
        theme=chosen if chosen in _DRAWABLE else "",
        navigation=_links([item for item in allowed if item.section == "main"], request.path),
        admin_navigation=_links([item for item in allowed if item.section == "administration"], request.path),
        unread=getattr(profile, "unread", 0),
        active_jobs=getattr(profile, "active_jobs", 0),
        single_sign_on=settings.OIDC_NAME if settings.OIDC_SERVER_URL else "",
        passwords=not settings.OIDC_ONLY,
        mail=mail_is_wanted(),
    )


def _links(items: list[NavigationItem], path: str) -> list[NavigationLink]:
    found = []
    for item in items:
        try:
            found.append((item, reverse(item.url_name)))
        except NoReverseMatch:
            continue  # the app's pages are not mounted in this project
    # An entry may lie below another one's address; only the nearer of the two is where we are.
    nearest = max((url for _, url in found if url != "/" and path.startswith(url)), key=len, default="/")
    return [
        NavigationLink(
            str(item.label),
            item.icon,
            url,
            "page" if path == url else "true" if url == nearest != "/" else "",
        )
        for item, url in found
    ]
