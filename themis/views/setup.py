"""The setup of a new installation: its summary, what moves on in it, and its end. Steps are in `setup_steps`."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from themis.http import SignedInRequest
from themis.models import Setup
from themis.services.setup import (
    SetupStep,
    finish_setup,
    hide_setup,
    load_setup,
    record_step,
    setup_steps,
)
from themis.views.access import require_administrator
from themis.views.dashboard import steps_for


def step_context(setup: Setup, key: str) -> dict[str, Any]:
    """What every page of a step needs. 404 for a step that this project has not."""
    steps = setup_steps(setup)
    found = next((step for step in steps if step.key == key), None)
    if found is None:
        raise Http404
    number = steps.index(found) + 1
    return {"setup": setup, "steps": _with_urls(steps), "step": found, "step_number": number}


def after(key: str) -> HttpResponse:
    """On to the step after this one, or to the summary."""
    keys = [step.key for step in setup_steps(load_setup())]
    following = keys[keys.index(key) + 1 :]
    return redirect(step_url(following[0]) if following else reverse("themis:setup"))


def step_url(key: str) -> str:
    return reverse(f"themis:setup_{key}")


def _with_urls(steps: list[SetupStep]) -> list[tuple[SetupStep, str]]:
    return [(step, step_url(step.key)) for step in steps]


@require_safe
def setup(request: SignedInRequest) -> HttpResponse:
    """What is done and what is not, and what comes after the setup."""
    administrator = require_administrator(request)
    found = load_setup()
    steps = _with_urls(setup_steps(found))
    untouched = [url for step, url in steps if not step.state]
    context = {
        "setup": found,
        "steps": steps,
        "begun": len(untouched) < len(steps),
        "go_on_url": untouched[0] if untouched else "",
        "settled": len(steps) - len(untouched),
        "next_steps": [step for step in steps_for(administrator) if not step.done],
    }
    return render(request, "themis/setup/summary.html", context)


@require_POST
def setup_skip(request: SignedInRequest, key: str) -> HttpResponse:
    require_administrator(request)
    step_context(load_setup(), key)
    record_step(key, Setup.StepState.SKIPPED)
    return after(key)


@require_POST
def setup_done(request: SignedInRequest, key: str) -> HttpResponse:
    """Past a step in which there is nothing to fill in, or nothing more."""
    require_administrator(request)
    step_context(load_setup(), key)
    record_step(key, Setup.StepState.DONE)
    return after(key)


@require_POST
def setup_finish(request: SignedInRequest) -> HttpResponse:
    require_administrator(request)
    finish_setup()
    messages.success(
        request, _("The setup is finished. You find it under System status whenever you want it.")
    )
    return redirect("themis:dashboard")


@require_POST
def setup_hide(request: SignedInRequest) -> HttpResponse:
    hide_setup(require_administrator(request))
    messages.info(request, _("You are not reminded any more. The setup stays under System status."))
    return redirect("themis:dashboard")
