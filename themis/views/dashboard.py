"""The first page: a greeting, what to do next, and the panels that apps registered."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Exists
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from core.models import User
from themis.http import SignedInRequest
from themis.models import Profile
from themis.registry import NextStep, dashboard_widgets, next_steps
from themis.services.time_zones import time_zone_offer


@dataclass(frozen=True)
class Step:
    """One line of the checklist; `current` marks the first that is not done."""

    title: str
    text: str
    url: str
    action_label: str
    done: bool
    current: bool


@dataclass(frozen=True)
class Panel:
    template: str
    context: dict[str, Any]
    span: int


def dashboard(request: SignedInRequest) -> HttpResponse:
    user = request.user
    steps = steps_for(user)
    context = {
        "greeting": _greeting(user),
        "steps": steps if not all(step.done for step in steps) else [],
        "steps_done": sum(step.done for step in steps),
        "panels": _panels(request, user),
        **_time_zone_offer(request),
    }
    return render(request, "themis/dashboard.html", context)


def _time_zone_offer(request: SignedInRequest) -> dict[str, str]:
    """Only to whoever never chose one: who did is asked on the profile alone."""
    profile: Profile = request.profile
    if profile.time_zone:
        return {}
    return time_zone_offer(request.COOKIES, profile.preferences)


def _greeting(user: User) -> str:
    hour = timezone.localtime().hour
    if hour < 5 or hour >= 18:
        hello = _("Good evening")
    elif hour < 12:
        hello = _("Good morning")
    else:
        hello = _("Good afternoon")
    return f"{hello}, {user.first_name}" if user.first_name else hello


def steps_for(user: User) -> list[Step]:
    """What apps registered as getting started, as far as this person may do it. One query."""
    offered = [(entry, url) for entry in next_steps.all() if entry.visible(user) and (url := _url_of(entry))]
    if not offered:
        return []
    proofs = {f"step{number}": Exists(entry.proof(user)) for number, (entry, _url) in enumerate(offered)}
    done = User.objects.filter(pk=user.pk).annotate(**proofs).values_list(*proofs).get()
    steps: list[Step] = []
    for (entry, url), is_done in zip(offered, done, strict=True):
        first = not is_done and all(step.done for step in steps)
        texts = (str(entry.title), str(entry.text), url, str(entry.action_label))
        steps.append(Step(*texts, is_done, first))
    return steps


def _url_of(entry: NextStep) -> str:
    """Empty where the app's pages are not mounted in this project."""
    try:
        return reverse(entry.url_name)
    except NoReverseMatch:
        return ""


def _panels(request: SignedInRequest, user: User) -> list[Panel]:
    offered = (
        (widget, widget.context(request)) for widget in dashboard_widgets.all() if widget.visible(user)
    )
    return [
        Panel(widget.template, context, widget.span) for widget, context in offered if context is not None
    ]
