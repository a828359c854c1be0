"""What a letter with notifications says: subject, plain text and HTML, in the person's language and formats."""

from dataclasses import dataclass

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from themis.formatting import speaking_to
from themis.models import Notification, NotificationMail, Profile
from themis.registry import notification_kinds

# A digest says how many more there are.
MOST_LISTED = 50


@dataclass(frozen=True)
class Letter:
    subject: str
    text: str
    html: str


@dataclass(frozen=True)
class Item:
    text: str
    level: str
    url: str


@dataclass(frozen=True)
class Group:
    label: str
    items: list[Item]


def write_letter(mail: NotificationMail) -> Letter | None:
    """The letter that this row is for; None when no notification of it is left."""
    notifications = list(mail.notifications.order_by("-created_at", "-pk"))
    if not notifications:
        return None
    profile = Profile.objects.of(mail.user)
    with speaking_to(profile.preferences):
        return _write(mail, notifications)


def _write(mail: NotificationMail, notifications: list[Notification]) -> Letter:
    number = len(notifications)
    if mail.day:
        title = ngettext("%(n)d thing is new in Spelunker", "%(n)d things are new in Spelunker", number)
        title %= {"n": number}
    else:
        title = notifications[0].text
    context = {
        "mail": mail,
        "person": mail.user,
        "title": title,
        "groups": _grouped(notifications[:MOST_LISTED]),
        "more": max(0, number - MOST_LISTED),
        "site_url": settings.SITE_URL,
        "list_url": _absolute(reverse("themis:notifications")),
        "choices_url": _absolute(reverse("themis:notification_choices")),
    }
    subject = " ".join(title.split())
    return Letter(
        subject if len(subject) <= 120 else subject[:119] + "…",
        render_to_string("emails/notification.txt", context),
        render_to_string("emails/notification.html", context),
    )


def _grouped(notifications: list[Notification]) -> list[Group]:
    by_kind: dict[str, list[Item]] = {}
    for told in notifications:
        item = Item(told.text, told.level, _absolute(told.link))
        by_kind.setdefault(told.kind, []).append(item)
    ordered = [kind for kind in notification_kinds.all() if kind.key in by_kind]
    groups = [Group(str(kind.label), by_kind.pop(kind.key)) for kind in ordered]
    rest = [item for items in by_kind.values() for item in items]
    return [*groups, Group(_("Other news"), rest)] if rest else groups


def _absolute(path: str) -> str:
    """Empty where nobody said what this installation's address is: a letter has no use for a path."""
    return settings.SITE_URL + path if path and settings.SITE_URL else ""
