"""Whom a step in an RFP concerns is told of it; what one did oneself is no news.

Steps of one kind in one RFP are added up while they are unread: a notification says how many questions, not each.
"""

from collections import Counter
from collections.abc import Collection, Iterable
from datetime import timedelta

from django.db import connection, transaction
from django.db.models import Exists, F, OuterRef, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core.audit import acting_person
from core.models import User
from rfp_manager.models import RFP, Question, RFPMembership
from themis.formatting import active
from themis.models import Notification
from themis.services.notifications import notify, notify_of_many, notify_once

# Days before the due date at which those who lead are told.
REMINDED = (7, 2, 0)
_Role = RFPMembership.Role


def tell_team(rfp: RFP, person: User) -> None:
    """Somebody came on the team, or the RFP is theirs now."""
    if person == acting_person() or not person.is_active:
        return
    owned = rfp.owner_id == person.pk
    notify(
        person,
        kind="team",
        text=lambda: (
            (_("“%(title)s” is your RFP now.") if owned else _("You are on the team of “%(title)s”."))
            % {"title": rfp.title}
        ),
        link=rfp.get_absolute_url(),
        key=f"team:{rfp.pk}",
    )


def tell_assigned(rfp: RFP, person: User, *, number: int) -> None:
    """`number` questions more are `person`'s to answer."""
    if not number or person == acting_person() or not person.is_active:
        return
    notify_of_many(
        person,
        kind="assignment",
        say=lambda count: (
            ngettext(
                "%(count)d question of “%(title)s” is yours to answer.",
                "%(count)d questions of “%(title)s” are yours to answer.",
                count,
            )
            % {"count": count, "title": rfp.title}
        ),
        number=number,
        link=_list(rfp, f"assignee={person.pk}"),
        key=f"assigned:{rfp.pk}",
    )


def tell_reviewers(rfp: RFP, *, number: int) -> None:
    """Answers wait for review: everybody who may approve them is told."""
    if not number:
        return
    for person in _people(rfp, (_Role.MANAGER, _Role.REVIEWER)):
        notify_of_many(
            person,
            kind="review",
            say=lambda count: (
                ngettext(
                    "%(count)d answer of “%(title)s” waits for review.",
                    "%(count)d answers of “%(title)s” wait for review.",
                    count,
                )
                % {"count": count, "title": rfp.title}
            ),
            number=number,
            link=_list(rfp, "status=in_review"),
            key=f"review:{rfp.pk}",
        )


def tell_approved(rfp: RFP, questions: Collection[int]) -> None:
    """The answers to these questions are approved: who was to write them is told."""
    for person, number in _assignees(questions):
        notify_of_many(
            person,
            kind="review",
            level=Notification.Level.SUCCESS,
            say=lambda count: (
                ngettext(
                    "%(count)d answer of yours in “%(title)s” is approved.",
                    "%(count)d answers of yours in “%(title)s” are approved.",
                    count,
                )
                % {"count": count, "title": rfp.title}
            ),
            number=number,
            link=_list(rfp, f"assignee={person.pk}"),
            key=f"approved:{rfp.pk}",
        )


def tell_reopened(rfp: RFP, questions: Collection[int]) -> None:
    """Answers that were approved or in review are to be worked on again."""
    for person, number in _assignees(questions):
        notify_of_many(
            person,
            kind="review",
            level=Notification.Level.WARNING,
            say=lambda count: (
                ngettext(
                    "%(count)d answer of yours in “%(title)s” is open again.",
                    "%(count)d answers of yours in “%(title)s” are open again.",
                    count,
                )
                % {"count": count, "title": rfp.title}
            ),
            number=number,
            link=_list(rfp, f"assignee={person.pk}"),
            key=f"reopened:{rfp.pk}",
        )


def tell_outdated(rfps: Iterable[RFP]) -> None:
    """A source changed that answers of these RFPs cite; the owners of open ones are told."""
    for rfp in rfps:
        if rfp.status in RFP.OPEN_STATUSES and rfp.owner.is_active:
            notify_of_many(
                rfp.owner,
                kind="stale",
                level=Notification.Level.WARNING,
                say=lambda count, title=rfp.title: (
                    _("Answers of “%(title)s” cite a source that has changed.") % {"title": title}
                ),  # type: ignore[misc]
                link=_list(rfp, "status=outdated"),
                key=f"outdated:{rfp.pk}",
            )


def remind_of_due_dates() -> int:
    """Tell who leads an open RFP that is due soon, once for each date and stage; returns how many messages.

    Who has questions of it hears of those by `due_dates.remind_assignees`.

    Two runs at once tell nobody twice: the second one does nothing.
    """
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_try_advisory_xact_lock(hashtext('rfp_manager.remind_of_due_dates'))")
            if not cursor.fetchone()[0]:
                return 0
        now = timezone.now()
        soon = now + timedelta(days=max(REMINDED) + 1)
        told = 0
        for rfp in RFP.objects.open().filter(due_at__gte=now, due_at__lt=soon).select_related("owner"):
            told += _remind(rfp)
    return told


def _remind(rfp: RFP) -> int:
    if rfp.due_at is None:
        return 0
    due_at = rfp.due_at
    days = (timezone.localdate(due_at) - timezone.localdate()).days
    stage = min((day for day in REMINDED if days <= day), default=None)
    if stage is None:
        return 0
    left = rfp.questions.exclude(status__in=[Question.Status.APPROVED, Question.Status.DECLINED]).count()

    def say() -> str:
        # Today and tomorrow are the reader's: the stage is the installation's, so that all are told at once.
        zone = active().zone
        days = (due_at.astimezone(zone).date() - timezone.now().astimezone(zone).date()).days
        when = {0: _("today"), 1: _("tomorrow")}.get(days, _("in %(days)d days") % {"days": days})
        text = ngettext(
            "“%(title)s” is due %(when)s; %(left)d question is not settled.",
            "“%(title)s” is due %(when)s; %(left)d questions are not settled.",
            left,
        )
        return text % {"title": rfp.title, "when": when, "left": left}

    told = [
        notify_once(
            person,
            kind="due",
            level=Notification.Level.WARNING,
            text=say,
            link=rfp.get_absolute_url(),
            key=f"rfp-due:{rfp.pk}:{rfp.due_at:%Y-%m-%d}:{stage}",
        )
        for person in _people(rfp, (_Role.MANAGER, _Role.REVIEWER))
    ]
    return sum(message is not None for message in told)


def _people(rfp: RFP, roles: Collection[str]) -> list[User]:
    """The owner and members of these roles who may sign in, without who is at work."""
    members = Q(rfp_memberships__rfp=rfp, rfp_memberships__role__in=roles)
    people = User.objects.filter(members | Q(pk=rfp.owner_id), is_active=True).distinct()
    actor = acting_person()
    return [person for person in people.order_by("pk") if person != actor]


def _assignees(questions: Collection[int]) -> list[tuple[User, int]]:
    actor = acting_person()
    membership = RFPMembership.objects.filter(rfp=OuterRef("rfp"), user=OuterRef("assignee"))
    given = Question.objects.filter(
        # What was settled keeps its name when somebody leaves the team; they hear no more of it.
        Q(assignee=F("rfp__owner")) | Exists(membership),
        pk__in=questions,
        assignee__is_active=True,
    )
    counts = Counter(given.values_list("assignee", flat=True))
    people = User.objects.filter(pk__in=[pk for pk in counts if pk]).order_by("pk")
    return [(person, counts[person.pk]) for person in people if person != actor]


def _list(rfp: RFP, query: str) -> str:
    return f"{reverse('rfp_manager:questions', args=[rfp.pk])}?{query}"
