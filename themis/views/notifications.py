"""The list behind the bell."""

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_POST

from themis.http import SignedInRequest
from themis.models import Notification
from themis.services.notifications import mark_read

PER_PAGE = 30


@require_GET
def notification_list(request: SignedInRequest) -> HttpResponse:
    mine = Notification.objects.visible_to(request.user)
    page = Paginator(mine, PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "themis/notifications.html", {"page": page})


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
