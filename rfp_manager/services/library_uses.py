"""How the library's rows are used in RFPs: counted where they are cited, and when a draft takes one."""

from collections.abc import Collection, Sequence
from typing import Any

from django.db.models import Count, Model, QuerySet
from django.urls import reverse

from core.models import User
from rag.services.drafts import Draft
from rfp_manager.models import Answer, Citation
from solution_library.models import Document, LibraryAnswer
from solution_library.services.answers import record_use
from solution_library.usage import Origin, Usage

_FIELDS: dict[type[Model], str] = {Document: "document", LibraryAnswer: "library_answer"}


class CitedInRFPs:
    """What the library asks about its rows. Numbers count every RFP; names are given to its team alone."""

    def count(self, model: type[Model], ids: Sequence[int]) -> dict[int, Usage]:
        field = _FIELDS[model]
        rows = (
            Citation.objects.filter(**{f"{field}__in": ids})
            .order_by()
            .values(field)
            .annotate(
                answers=Count("answer", distinct=True), rfps=Count("answer__question__rfp", distinct=True)
            )
        )
        return {row[field]: Usage(row["answers"], row["rfps"]) for row in rows}

    def cited(self, model: type[Model]) -> "QuerySet[Any, Any]":
        field = _FIELDS[model]
        return Citation.objects.filter(**{f"{field}__isnull": False}).order_by().values(field)

    def origin(self, answer_id: int, user: User) -> Origin | None:
        answers = Answer.objects.visible_to(user).select_related("question__rfp")
        answer = answers.filter(pk=answer_id).first()
        if answer is None:
            return None
        rfp = answer.question.rfp
        return Origin(rfp.title, reverse("rfp_manager:question", args=[rfp.pk, answer.question_id]))


def count_uses(draft: Draft, *, known: Collection[int | None]) -> None:
    """Count that a draft took an approved answer, unless the answer before it rested on the same one.

    `known` are the numbers of the library answers that were cited before.
    """
    if draft.origin != Answer.Origin.LIBRARY:
        return
    taken = {c.passage.library_answer_id for sentence in draft.sentences for c in sentence.citations}
    record_use(LibraryAnswer(pk=pk) for pk in taken - {None} - set(known))
