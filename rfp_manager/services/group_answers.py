"""One person's answer for every question that asks the same."""

from dataclasses import dataclass

from django.db import transaction

from core.models import User
from rfp_manager.models import Answer, Citation, Question
from rfp_manager.services.answer_versions import save_version
from rfp_manager.services.answering import EDITABLE, Status


@dataclass(frozen=True)
class Copied:
    """The members that took the answer, and why the others did not: approved, or a list without the choice."""

    questions: list[int]
    locked: int
    not_offered: int


def other_members(question: Question) -> list[Question]:
    """The other questions of its group that the customer asks now, in the order of the workbooks."""
    if question.group_id is None:
        return []
    rows = question.rfp.questions.filter(group_id=question.group_id).exclude(pk=question.pk)
    return list(rows.select_related("document", "answer").order_by("document_id", "position"))


def copy_to_group(question: Question, *, user: User) -> Copied:
    """Give the question's answer to every other member of its group, as a new version of theirs.

    An approved answer stays as it is, and so does one whose list does not offer the choice.
    """
    with transaction.atomic():
        source = Answer.objects.get(question=question)
        citations = list(source.citations.all())
        members = [row.pk for row in other_members(question)]
        locked = list(Question.objects.select_for_update().filter(pk__in=members).order_by("pk"))
        open_ones = [row for row in locked if row.status in EDITABLE]
        taking = [row for row in open_ones if may_take(row, source, asked=question)]
        for member in taking:
            _copy(source, citations, member, user)
    return Copied([row.pk for row in taking], len(locked) - len(open_ones), len(open_ones) - len(taking))


def may_take(member: Question, answer: Answer, *, asked: Question) -> bool:
    """Whether the answer to `asked` may stand at `member`.

    Of lists that differ, words mean the same in both; "C" or "2" need not.
    """
    allowed = member.allowed_choices
    if not allowed or not answer.choice:
        return bool(answer.text)
    return answer.choice in allowed and (len(answer.choice) > 1 or set(allowed) == set(asked.allowed_choices))


def _copy(source: Answer, citations: list[Citation], member: Question, user: User) -> None:
    answer = Answer.objects.filter(question=member).first() or Answer(question=member, version=0)
    choice = source.choice if member.allowed_choices else ""
    if answer.version and (answer.text, answer.choice) == (source.text, choice):
        return
    answer.text, answer.choice, answer.missing = source.text, choice, source.missing
    answer.status, answer.origin, answer.confidence = source.status, source.origin, source.confidence
    answer.parts, answer.open_parts = source.parts, source.open_parts
    answer.edited_by, answer.draft_job = user, None
    save_version(answer)
    answer.citations.all().delete()
    for citation in citations:
        citation.pk, citation.answer = None, answer
        citation._state.adding = True
    Citation.objects.bulk_create(citations)
    if member.status != Status.IN_REVIEW:
        member.status = Status.DRAFTED
    member.status_reason = member.previous_text = ""
    member.save(update_fields=["status", "status_reason", "previous_text", "updated_at"])
