"""Approved answers go back into the library, each known by the answer that it came from."""

from collections.abc import Collection, Hashable, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Literal

from django.db import transaction
from django.utils.translation import gettext as _

from core import jobs
from core.models import Job, User
from rfp_manager.exceptions import GoneMeanwhile, RFPError, TransitionRefused
from rfp_manager.models import RFP, Answer, Question
from rfp_manager.services.question_drafts import same_question_key
from solution_library.answer_checks import AnswerCandidate, AnswerWarning, warnings_about
from solution_library.models import LibraryAnswer, Solution
from solution_library.services.answer_sources import keep_sources, mark_entry
from solution_library.services.answers import save_library_answer

OFFER_JOB = "offer_answers"


@dataclass(frozen=True)
class Offer:
    """An approved answer, and the entry that was made of it before, if there is one."""

    question: Question
    answer: Answer
    entry: LibraryAnswer | None

    @property
    def state(self) -> Literal["new", "changed", "kept"]:
        if self.entry is None:
            return "new"
        same = (self.entry.answer, self.entry.choice) == (answer_words(self.answer), self.answer.choice[:200])
        return "kept" if same else "changed"


def answer_words(answer: Answer) -> str:
    """What is kept as the answer's text: the library keeps no pair without one, so a lone choice is one."""
    return answer.text or answer.choice


def list_offers(rfp: RFP, *, only: Collection[int] | None = None) -> list[Offer]:
    """The approved answers of an RFP in its order, one for all questions that ask the same. Two queries."""
    questions = rfp.questions.filter(status=Question.Status.APPROVED).select_related("answer", "rfp")
    if only is not None:
        questions = questions.filter(pk__in=only)
    first: dict[Hashable, Question] = {}
    for question in questions.order_by("document_id", "position"):
        first.setdefault(same_question_key(question), question)
    entries = {
        entry.origin_answer_id: entry
        for entry in LibraryAnswer.objects.without_index().filter(
            origin_answer_id__in=[question.answer.pk for question in first.values()]
        )
    }
    return [Offer(question, question.answer, entries.get(question.answer.pk)) for question in first.values()]


def offer_answer(
    answer: Answer,
    *,
    solution: Solution,
    question: str,
    text: str,
    choice: str,
    owner: User | None,
    tags: Iterable[str] = (),
    review_by: date | None = None,
) -> LibraryAnswer:
    """Keep an approved answer in the words given; the entry that was made of it before is brought up to date.

    Its note says who approved it and nothing of the customer, because the library is open to everybody.
    Raises TransitionRefused for an answer that is not approved, RFPError for a solution that is not in the RFP's
    scope, LibraryError for what the library does not take, GoneMeanwhile.
    """
    with transaction.atomic():
        # Held until the entry is there: two at once would both make one, and a reopened answer goes into no library.
        held = Question.objects.select_for_update(of=("self",)).select_related("rfp")
        asked = held.filter(pk=answer.question_id).first()
        if asked is None:
            raise GoneMeanwhile(
                _("This question was deleted in the meantime. Nothing was added to the library.")
            )
        if not asked.is_locked:
            raise TransitionRefused(_("Only approved answers go into the library. Approve it first."))
        if not asked.rfp.solutions.filter(pk=solution.pk).exists():
            raise RFPError(_("Choose one of the solutions in this RFP's scope."))
        cited = list(answer.citations.values_list("document", "library_answer"))
        entry = save_library_answer(
            solution=solution,
            question=question,
            answer=text,
            choice=choice,
            tags=tags,
            review_by=review_by,
            owner=owner,
            origin=LibraryAnswer.Origin.APPROVED,
            origin_note=_("Approved by %(approved_by)s") % {"approved_by": answer.approved_by}
            if answer.approved_by
            else "",
            origin_answer_id=answer.pk,
        )
        # Kept with the entry: the RFP's answer may be drafted anew, or go with its RFP.
        keep_sources(
            entry,
            documents={document for document, _entry in cited if document},
            answers={other for _document, other in cited if other},
        )
        if answer.outdated_at:  # nobody has looked at it since its source changed
            mark_entry(
                entry, moment=answer.outdated_at, reason=answer.outdated_reason, url=answer.outdated_url
            )
    return entry


def offer_as_it_is(offer: Offer, *, solution: Solution, owner: User | None) -> AnswerWarning | None:
    """Keep an approved answer unchanged; the warning instead when the library has something on the question."""
    question, answer = offer.question, offer.answer
    text, choice = answer_words(answer), answer.choice[:200]
    warnings = warnings_about(AnswerCandidate(solution, question.text, text, choice, offer.entry))
    if warnings:
        return warnings[0]
    offer_answer(answer, solution=solution, question=question.text, text=text, choice=choice, owner=owner)
    return None


def request_offers(rfp: RFP, *, solution: Solution, questions: Collection[int], user: User) -> Job:
    """Queue the offering of these questions' answers. Raises TransitionRefused when there is nothing to offer."""
    wanted = [offer.question.pk for offer in list_offers(rfp, only=questions) if offer.state != "kept"]
    if not wanted:
        raise TransitionRefused(_("There is nothing to add: choose approved answers that are not kept yet."))
    return jobs.enqueue(
        OFFER_JOB,
        title=_("Adding answers of %(title)s to the library") % {"title": rfp.title},
        key=f"{OFFER_JOB}:{rfp.pk}",
        target=rfp,
        owner=user,
        params={"questions": wanted, "solution": solution.pk},
        total=len(wanted),
    )
