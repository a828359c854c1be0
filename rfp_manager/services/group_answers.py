"""One person's answer for every question that asks the same."""

from dataclasses import dataclass, field

from django.db import transaction

from core.models import User
from rfp_manager.models import Answer, Citation, Question
from rfp_manager.services.answer_versions import save_version
from rfp_manager.services.answering import EDITABLE, Status
from rfp_manager.services.further_copies import copy_cells, fitting_cells


@dataclass(frozen=True)
class Copied:
    """The members that took the answer, and why the others did not.

    Approved, declined, a list without the choice, or `theirs`: another person's words. `replaced` took it in the
    place of something else.
    """

    questions: list[int]
    locked: int
    not_offered: int
    declined: int = 0
    theirs: list[Question] = field(default_factory=list)
    replaced: frozenset[int] = frozenset()

    @property
    def unseen(self) -> list[int]:
        """Those that said nothing else before: the answer is all that there is to look at."""
        return [pk for pk in self.questions if pk not in self.replaced]


def other_members(question: Question) -> list[Question]:
    """The other questions of its group that the customer asks now, in the order of the workbooks."""
    if question.group_id is None:
        return []
    rows = question.rfp.questions.filter(group_id=question.group_id).exclude(pk=question.pk)
    return list(rows.select_related("document", "answer").order_by("document_id", "position"))


def copy_to_group(question: Question, *, user: User) -> Copied:
    """Give the question's answer to every other member of its group, as a new version of theirs.

    An approved answer and a declined question stay as they are, and so does one whose list does not offer the
    choice, and what another person wrote unless it says the same. What stands beside the answer goes along into
    cells of the same heading that are empty.
    """
    beside = fitting_cells(question, other_members(question))
    with transaction.atomic():
        source = Answer.objects.get(question=question)
        citations = list(source.citations.all())
        members = [row.pk for row in other_members(question)]
        locked = list(Question.objects.select_for_update().filter(pk__in=members).order_by("pk"))
        answers = {row.question_id: row for row in Answer.objects.filter(question__in=members)}
        open_ones = [row for row in locked if row.status in EDITABLE]
        asked = [row for row in open_ones if row.status != Status.DECLINED]
        fitting = [row for row in asked if may_take(row, source, asked=question)]
        theirs = [row for row in fitting if _is_anothers(answers.get(row.pk), source, row, user)]
        taking = [row for row in fitting if row not in theirs]
        replaced = {
            row.pk for row in taking if row.pk in answers and _says_else(answers[row.pk], source, row)
        }
        for member in taking:
            _copy(source, citations, member, answers.get(member.pk), user)
        copy_cells(beside, to=[row.pk for row in taking], user=user)
    return Copied(
        [row.pk for row in taking],
        locked=len(locked) - len(open_ones),
        not_offered=len(asked) - len(fitting),
        declined=len(open_ones) - len(asked),
        theirs=theirs,
        replaced=frozenset(replaced),
    )


def may_take(member: Question, answer: Answer, *, asked: Question) -> bool:
    """Whether the answer to `asked` may stand at `member`.

    Of lists that differ, words mean the same in both; "C" or "2" need not.
    """
    allowed = member.allowed_choices
    if not allowed or not answer.choice:
        return bool(answer.text)
    return answer.choice in allowed and (len(answer.choice) > 1 or set(allowed) == set(asked.allowed_choices))


def _words_for(member: Question, source: Answer) -> tuple[str, str]:
    return source.text, source.choice if member.allowed_choices else ""


def _says_else(answer: Answer, source: Answer, member: Question) -> bool:
    return answer.has_content and (answer.text, answer.choice) != _words_for(member, source)


def _is_anothers(answer: Answer | None, source: Answer, member: Question, user: User) -> bool:
    """Whether another person wrote it and would lose their words."""
    if answer is None or answer.origin != Answer.Origin.HUMAN or answer.edited_by_id == user.pk:
        return False
    return _says_else(answer, source, member)


def _copy(
    source: Answer, citations: list[Citation], member: Question, answer: Answer | None, user: User
) -> None:
    answer = answer or Answer(question=member, version=0)
    text, choice = _words_for(member, source)
    if answer.version and (answer.text, answer.choice) == (text, choice):
        return
    answer.text, answer.choice, answer.missing = text, choice, source.missing
    answer.status, answer.origin, answer.confidence = source.status, source.origin, source.confidence
    answer.parts, answer.open_parts, answer.unsupported = source.parts, source.open_parts, source.unsupported
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
