"""The list behind the bell, the bell itself, and what of it is mailed."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from themis.forms import NotificationChoicesForm
from themis.http import SignedInRequest
from themis.models import Notification
from themis.services.mails import mail_is_wanted
from themis.services.notifications import mark_read

PER_PAGE = 30


@require_GET
def notification_list(request: SignedInRequest) -> HttpResponse:
    mine = Notification.objects.visible_to(request.user)
    page = Paginator(mine, PER_PAGE).get_page(request.GET.get("page"))
    context = {"page": page, "today": timezone.localdate()}
    return render(request, "themis/notifications.html", context)


@require_GET
def bell(request: SignedInRequest) -> HttpResponse:
    """The bell alone, with its count as it is now. Whoever opens the address gets the list."""
    if not request.htmx:
        return redirect("themis:notifications")
    return render(request, "components/shell/bell.html")


@require_http_methods(["GET", "POST"])
def notification_choices(request: SignedInRequest) -> HttpResponse:
    form = NotificationChoicesForm(request.POST or None, profile=request.profile)
    if request.method == "POST" and form.is_valid():
        form.save()
        messages.success(request, _("Your choices are saved."))
        return redirect("themis:notification_choices")
    context = {"form": form, "mail_is_wanted": mail_is_wanted(), "zone": request.profile.preferences.zone}
    return render(request, "themis/notification_choices.html", context, status=422 if form.is_bound else 200)


@require_POST
def notification_open(request: SignedInRequest, pk: int) -> HttpResponse:
    """Mark one as read and go where it leads."""
    mine = Notification.objects.visible_to(request.user)
    notification = get_object_or_404(mine, pk=pk)
    mark_read(request.user, notification)
    return redirect(notification.link or "themis:notifications")


@require_POST
def notifications_read(request: SignedInRequest) -> HttpResponse:
    mark_read(request.user)
    return redirect("themis:notifications")
