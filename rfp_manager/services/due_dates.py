"""Until when questions are to be answered, and reminding those who have them: once a day for each RFP."""

import datetime as dt
from collections.abc import Collection

from django.conf import settings
from django.db import transaction
from django.db.models import Count, Exists, F, OuterRef, Q
from django.db.models.functions import Coalesce, TruncDate
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core.models import User
from rfp_manager.models import RFP, AssignmentReminder, Question, RFPMembership
from rfp_manager.services.answering import BulkResult
from rfp_manager.services.question_states import SETTLED
from themis.formatting import format_date
from themis.models import Notification
from themis.services.notifications import notify

# How long it is known who was reminded; the next day's reminder does not ask for it.
_KEPT = dt.timedelta(days=90)


def set_due_date(questions: Collection[int], *, rfp: RFP, due_on: dt.date | None) -> BulkResult:
    """The day by which these are to be answered; None leaves them to the RFP's own date."""
    changed = rfp.questions.filter(pk__in=questions).update(due_on=due_on, updated_at=timezone.now())
    return BulkResult(changed, len(set(questions)) - changed)


def remind_assignees(*, today: dt.date | None = None) -> int:
    """Tell everybody who has questions overdue or due soon in an open RFP; returns how many reminders were made.

    A question's own date counts, else the RFP's. Run twice on a day, or two at once, it reminds nobody twice.
    """
    today = today or timezone.localdate()
    AssignmentReminder.objects.filter(day__lt=today - _KEPT).delete()
    soon = today + dt.timedelta(days=settings.REMINDER_DAYS)
    on_the_team = RFPMembership.objects.filter(rfp=OuterRef("rfp"), user=OuterRef("assignee"))
    told = AssignmentReminder.objects.filter(rfp=OuterRef("rfp"), user=OuterRef("assignee"), day=today)
    waiting = (
        Question.objects.filter(rfp__status__in=RFP.OPEN_STATUSES, assignee__is_active=True)
        .exclude(status__in=SETTLED)
        .filter(Q(assignee=F("rfp__owner")) | Exists(on_the_team), ~Exists(told))
        .annotate(due=Coalesce("due_on", TruncDate("rfp__due_at")))
        .filter(due__lte=soon)
        .order_by()
        .values("rfp", "assignee")
        .annotate(overdue=Count("pk", filter=Q(due__lt=today)), soon=Count("pk", filter=Q(due__gte=today)))
    )
    rows = list(waiting)
    rfps = RFP.objects.in_bulk([row["rfp"] for row in rows])
    people = User.objects.in_bulk([row["assignee"] for row in rows])
    reminded = 0
    for row in rows:
        rfp, person = rfps[row["rfp"]], people[row["assignee"]]
        with transaction.atomic():
            _row, made = AssignmentReminder.objects.get_or_create(rfp=rfp, user=person, day=today)
            if made:
                _tell(person, rfp, overdue=row["overdue"], soon=row["soon"], until=soon)
                reminded += 1
    return reminded


def _tell(person: User, rfp: RFP, *, overdue: int, soon: int, until: dt.date) -> None:
    def say() -> str:
        parts = []
        if overdue:
            parts.append(
                ngettext("%(n)d question is overdue", "%(n)d questions are overdue", overdue) % {"n": overdue}
            )
        if soon:
            due = ngettext("%(n)d is due by %(day)s", "%(n)d are due by %(day)s", soon)
            parts.append(due % {"n": soon, "day": format_date(until)})
        what = _("Of your questions in “%(title)s”: %(what)s.")
        return what % {"title": rfp.title[:200], "what": ", ".join(parts)}

    notify(
        person,
        kind="due",
        level=Notification.Level.WARNING,
        text=say,
        link=f"{reverse('rfp_manager:questions', args=[rfp.pk])}?assignee=me&status=unsettled",
        # Yesterday's, when it was not read, is brought up to date.
        key=f"due:{rfp.pk}",
    )
