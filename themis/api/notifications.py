import datetime as dt
from typing import Any, Literal

from django.shortcuts import get_object_or_404
from ninja import Query, Router, Schema
from ninja.responses import Status

from themis.api.pages import Id, Page, PageQuery, paginate
from themis.http import SignedInRequest
from themis.models import Notification
from themis.services.notifications import mark_read

router = Router(tags=["Notifications"])


class NotificationOut(Schema):
    id: int
    level: Literal["info", "success", "warning", "error"]
    text: str
    link: str
    created_at: dt.datetime
    read_at: dt.datetime | None


class NotificationQuery(PageQuery):
    unread: bool = False


class MarkedOut(Schema):
    marked: int


@router.get("/notifications", response=Page[NotificationOut], summary="My notifications, newest first")
def list_notifications(request: SignedInRequest, query: Query[NotificationQuery]) -> dict[str, Any]:
    mine = Notification.objects.visible_to(request.user)
    return paginate(mine.unread() if query.unread else mine, query)


@router.post("/notifications/read", response={200: MarkedOut}, summary="Mark all as read")
def read_notifications(request: SignedInRequest) -> Status[MarkedOut]:
    return Status(200, MarkedOut(marked=mark_read(request.user)))


@router.post(
    "/notifications/{notification_id}/read", response={200: NotificationOut}, summary="Mark one as read"
)
def read_notification(request: SignedInRequest, notification_id: Id) -> Status[NotificationOut]:
    found = get_object_or_404(Notification.objects.visible_to(request.user), pk=notification_id)
    mark_read(request.user, found)
    found.refresh_from_db()
    return Status(200, NotificationOut.from_orm(found))
