"""The contradictions of one RFP as one person may see them, and those that somebody has dismissed."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from core.models import User
from rfp_manager.exceptions import RFPError
from rfp_manager.models import RFP, DismissedContradiction, Question
from rfp_manager.services.consistency import Pair, Place, Said, find_pairs
from solution_library.models import LibraryAnswer

# Earlier answers that are looked at, the newest first: of other RFPs, and of the library.
MOST_EARLIER = 5_000


@dataclass(frozen=True)
class Contradictions:
    open: list[Pair]
    dismissed: list[Pair]


def list_contradictions(rfp: RFP, *, user: User) -> Contradictions:
    """What contradicts the RFP's answers, in it and outside. Five queries, however many questions there are.

    Outside: approved answers of the RFPs that `user` may see, and of the library, about a solution in scope.
    """
    pairs = find_pairs(list(_own(rfp)), [*_library(rfp, user), *_earlier(rfp, user)])
    dismissed = set(rfp.dismissed_contradictions.values_list("key", flat=True))
    return Contradictions(
        [pair for pair in pairs if pair.key not in dismissed],
        [pair for pair in pairs if pair.key in dismissed],
    )


def dismiss_contradiction(rfp: RFP, *, key: str, user: User) -> None:
    """Keep that the pair is fine as it is. Raises RFPError when it is not, or no longer, among those shown."""
    if key not in {pair.key for pair in list_contradictions(rfp, user=user).open}:
        raise RFPError(_("One of the two answers has changed. Look at the list again."))
    DismissedContradiction.objects.get_or_create(rfp=rfp, key=key, defaults={"dismissed_by": user})


def restore_contradiction(rfp: RFP, *, key: str) -> bool:
    """Show the pair again. False when it was not dismissed."""
    if not key.isalnum():  # no digest, and possibly what no database can look for
        return False
    deleted, _counts = rfp.dismissed_contradictions.filter(key=key).delete()
    return bool(deleted)


def _own(rfp: RFP) -> Iterator[Said]:
    wanted = [Question.Status.DRAFTED, Question.Status.IN_REVIEW, Question.Status.APPROVED]
    rows = _answered(rfp.questions.filter(status__in=wanted)).order_by("document_id", "position")
    for pk, text, answer, choice, status, identifier, sheet, row, group, by_person in rows.values_list(
        *_SAID, "status", "identifier", "sheet", "row", "group", "grouped_by_person"
    ):
        yield Said(
            Place.HERE,
            question=text,
            text=answer,
            choice=choice,
            target=(rfp.pk, pk),
            name=identifier or f"{sheet}, {row}",
            status=str(Question.Status(status).label),
            group=group,
            apart=by_person,
        )


def _earlier(rfp: RFP, user: User) -> Iterator[Said]:
    about = RFP.objects.filter(solutions__in=rfp.solutions.values("pk")).exclude(pk=rfp.pk)
    rows = Question.objects.filter(
        rfp__in=RFP.objects.visible_to(user).filter(pk__in=about.values("pk")),
        status=Question.Status.APPROVED,
    )
    newest = _answered(rows).order_by("-answer__approved_at")[:MOST_EARLIER]
    for pk, text, answer, choice, rfp_id, title in newest.values_list(*_SAID, "rfp", "rfp__title"):
        yield Said(Place.EARLIER, question=text, text=answer, choice=choice, target=(rfp_id, pk), name=title)


def _library(rfp: RFP, user: User) -> Iterator[Said]:
    rows = LibraryAnswer.objects.visible_to(user).filter(solution__in=rfp.solutions.values("pk"))
    newest = rows.order_by("-updated_at", "pk")[:MOST_EARLIER]
    for pk, text, answer, choice, name in newest.values_list(
        "pk", "question", "answer", "choice", "solution__name"
    ):
        yield Said(Place.LIBRARY, question=text, text=answer, choice=choice, target=(pk,), name=name)


_SAID = ("pk", "text", "answer__text", "answer__choice")


def _answered(rows: "QuerySet[Question]") -> "QuerySet[Question]":
    """Those with an answer that says something."""
    return rows.filter(answer__isnull=False).exclude(answer__text="", answer__choice="")
