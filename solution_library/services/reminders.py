"""Owners are told what wants their review: once for each row and due day, all rows of a day in one notification.

What nobody owns, or only somebody who may not sign in any more, goes to everybody who edits the library.
"""

from collections import Counter
from dataclasses import dataclass, field

from django.db import connection, transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core.models import User
from core.permissions import ADMINISTRATOR, LIBRARY_EDITOR
from solution_library.models import Document, LibraryAnswer, ReviewReminder
from solution_library.services.reviews import Conditions, answer_conditions, document_conditions
from themis.models import Notification
from themis.services.notifications import notify

_ROWS_PER_INSERT = 1000


@dataclass
class _Due:
    """How many of the person's rows became due, by field of the reminder; and how many of nobody's."""

    own: Counter[str] = field(default_factory=Counter)
    orphans: Counter[str] = field(default_factory=Counter)


def remind_owners() -> int:
    """Tell everybody who owns something that became due since the last time; returns how many people.

    Two runs at once tell nobody twice: the second one does nothing.
    """
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_try_advisory_xact_lock(hashtext('solution_library.remind_owners'))")
            if not cursor.fetchone()[0]:
                return 0
        owners: dict[int | None, Counter[str]] = {}
        documents = Document.objects.in_use()
        _note(documents, "document", document_conditions(), owners)
        _note(LibraryAnswer.objects.all(), "answer", answer_conditions(), owners)
        people = _by_person(owners)
        for person, due in people:
            _tell(person, due)
    return len(people)


def _note(rows: QuerySet, name: str, conditions: Conditions, owners: dict[int | None, Counter[str]]) -> None:
    """Write the reminders that are new, and count their rows per owner; a row counts once."""
    counted: set[int] = set()
    for reason, (condition, due_on) in conditions.items():
        told = ReviewReminder.objects.filter(
            **{name: OuterRef("pk"), "reason": reason, "due_on": OuterRef("due_on")}
        )
        found = list(
            rows.annotate(due_on=due_on)
            .filter(condition, ~Exists(told))
            .values_list("pk", "owner", "owner__is_active", "due_on")
        )
        ReviewReminder.objects.bulk_create(
            (ReviewReminder(**{f"{name}_id": pk, "reason": reason, "due_on": day}) for pk, *_, day in found),
            batch_size=_ROWS_PER_INSERT,
            ignore_conflicts=True,
        )
        for pk, owner, active, _day in found:
            if pk not in counted:
                counted.add(pk)
                owners.setdefault(owner if active else None, Counter())[name] += 1


def _by_person(owners: dict[int | None, Counter[str]]) -> list[tuple[User, _Due]]:
    orphans = owners.pop(None, Counter())
    named = User.objects.filter(pk__in=[pk for pk in owners if pk is not None])
    people = {person.pk: (person, _Due(own=owners[person.pk])) for person in named}
    if orphans:
        for editor in library_editors():
            people.setdefault(editor.pk, (editor, _Due()))[1].orphans = orphans
    return list(people.values())


def library_editors() -> QuerySet[User]:
    """Everybody who may change the library."""
    roles = Q(groups__name__in=[ADMINISTRATOR, LIBRARY_EDITOR]) | Q(is_superuser=True)
    return User.objects.filter(roles, is_active=True).distinct().order_by("pk")


def _tell(person: User, due: _Due) -> None:
    address = reverse("solution_library:reviews")
    notify(
        person,
        kind="stale",
        level=Notification.Level.WARNING,
        text=lambda: _say(due),
        link=address if due.own else f"{address}?owner=nobody",
        key=f"reviews:{timezone.localdate()}",
    )


def _say(due: _Due) -> str:
    sentences = []
    if due.own:
        sentences.append(_("Your review is wanted: %(what)s.") % {"what": _count(due.own)})
    if due.orphans:
        sentences.append(_("Nobody's, for any editor to review: %(what)s.") % {"what": _count(due.orphans)})
    return " ".join(sentences)


def _count(rows: Counter[str]) -> str:
    documents = ngettext("%(n)d document", "%(n)d documents", rows["document"]) % {"n": rows["document"]}
    answers = ngettext("%(n)d library answer", "%(n)d library answers", rows["answer"]) % {
        "n": rows["answer"]
    }
    if rows["document"] and rows["answer"]:
        return _("%(documents)s and %(answers)s") % {"documents": documents, "answers": answers}
    return documents if rows["document"] else answers
