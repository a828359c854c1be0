"""Webhooks for administrators: where events go, what became of each, and trying again."""

import uuid
from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from themis.exceptions import WebhookError
from themis.forms import WebhookForm
from themis.http import SignedInRequest
from themis.models import WebhookDelivery, WebhookEndpoint
from themis.registry import webhook_events
from themis.services.webhook_events import redeliver, send_test
from themis.services.webhooks import (
    change_endpoint,
    create_endpoint,
    delete_endpoint,
    disable_endpoint,
    enable_endpoint,
    rotate_secret,
)
from themis.shown_once import show_once, take_shown
from themis.views.access import require_administrator

PER_PAGE = 25


def _find(request: SignedInRequest, pk: int) -> WebhookEndpoint:
    administrator = require_administrator(request)
    return get_object_or_404(WebhookEndpoint.objects.visible_to(administrator), pk=pk)


def _shown(endpoint: WebhookEndpoint) -> str:
    """Under which name the endpoint's new secret waits for its page."""
    return f"webhook.{endpoint.pk}"


def _page(request: SignedInRequest, endpoint: WebhookEndpoint) -> HttpResponse:
    deliveries = WebhookDelivery.objects.visible_to(request.user).filter(endpoint=endpoint)
    page = Paginator(deliveries, PER_PAGE).get_page(request.GET.get("page"))
    waiting = WebhookDelivery.State.PENDING
    context = {
        "endpoint": endpoint,
        "events": [event for event in webhook_events.all() if event.key in endpoint.events],
        "page": page,
        "secret": "" if request.htmx else take_shown(request, _shown(endpoint)),
        # The first attempt comes within moments, so the list is worth asking for again.
        "is_sending": any(row.state == waiting and row.attempts == 0 for row in page),
    }
    template = "themis/webhook.html#deliveries" if request.htmx else "themis/webhook.html"
    return render(request, template, context)


@require_safe
def webhooks(request: SignedInRequest) -> HttpResponse:
    administrator = require_administrator(request)
    found = WebhookEndpoint.objects.visible_to(administrator)
    page = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "themis/webhooks.html", {"page": page})


@require_http_methods(["GET", "POST"])
def webhook_create(request: SignedInRequest) -> HttpResponse:
    """The page behind the redirect shows the secret, once."""
    administrator = require_administrator(request)
    form = WebhookForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        endpoint, secret = create_endpoint(**form.cleaned_data, by=administrator)
        show_once(request, _shown(endpoint), secret)
        return redirect("themis:webhook", pk=endpoint.pk)
    status = 422 if form.is_bound else 200
    return render(request, "themis/webhook_form.html", {"form": form}, status=status)


@never_cache
@require_safe
def webhook(request: SignedInRequest, pk: int) -> HttpResponse:
    """One endpoint with its deliveries; for htmx these alone."""
    return _page(request, _find(request, pk))


@require_http_methods(["GET", "POST"])
def webhook_edit(request: SignedInRequest, pk: int) -> HttpResponse:
    endpoint = _find(request, pk)
    initial = {"name": endpoint.name, "url": endpoint.url, "events": endpoint.events}
    form = WebhookForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        change_endpoint(endpoint, **form.cleaned_data)
        messages.success(request, _("Saved. It counts for what happens from now on."))
        return redirect("themis:webhook", pk=pk)
    context = {"form": form, "endpoint": endpoint}
    return render(request, "themis/webhook_form.html", context, status=422 if form.is_bound else 200)


@require_POST
def webhook_rotate(request: SignedInRequest, pk: int) -> HttpResponse:
    endpoint = _find(request, pk)
    show_once(request, _shown(endpoint), rotate_secret(endpoint))
    return redirect("themis:webhook", pk=pk)


@require_POST
def webhook_delete(request: SignedInRequest, pk: int) -> HttpResponse:
    endpoint = _find(request, pk)
    delete_endpoint(endpoint)
    messages.success(request, _("The webhook “%(name)s” is deleted.") % {"name": endpoint.name})
    return redirect("themis:webhooks")


@require_POST
def webhook_disable(request: SignedInRequest, pk: int) -> HttpResponse:
    disable_endpoint(_find(request, pk))
    messages.success(request, _("Disabled. Nothing is sent there any more."))
    return redirect("themis:webhook", pk=pk)


@require_POST
def webhook_enable(request: SignedInRequest, pk: int) -> HttpResponse:
    enable_endpoint(_find(request, pk))
    messages.success(request, _("Enabled. What happens from now on is sent."))
    return redirect("themis:webhook", pk=pk)


P = ParamSpec("P")


def _says_why_not(
    view: Callable[Concatenate[SignedInRequest, int, P], str],
) -> Callable[Concatenate[SignedInRequest, int, P], HttpResponse]:
    """A view that does something and returns what to say of it; back to the endpoint either way."""

    @wraps(view)
    def wrapper(request: SignedInRequest, pk: int, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        try:
            messages.success(request, view(request, pk, *args, **kwargs))
        except WebhookError as error:
            messages.error(request, str(error))
        return redirect("themis:webhook", pk=pk)

    return wrapper


@require_POST
@_says_why_not
def webhook_test(request: SignedInRequest, pk: int) -> str:
    send_test(_find(request, pk))
    return _("A test is on its way. What became of it is shown below.")


@require_POST
@_says_why_not
def webhook_redeliver(request: SignedInRequest, pk: int, delivery_id: uuid.UUID) -> str:
    deliveries = WebhookDelivery.objects.select_related("endpoint").filter(endpoint=_find(request, pk))
    redeliver(get_object_or_404(deliveries, pk=delivery_id))
    return _("It is sent again, with the same id.")
