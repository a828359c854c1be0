"""What the library should learn: the questions that it does not answer, by topic."""

from dataclasses import dataclass

from rfp_manager.models import RFP, Question
from rfp_manager.services.question_states import NEEDS


@dataclass(frozen=True)
class Gap:
    """A question that the library does not answer; `parts` are those that are missing where others are covered."""

    question: Question
    parts: list[str]


@dataclass(frozen=True)
class GapTopic:
    """A section of the customer's (or a sheet without sections) with its open questions, each asked once."""

    title: str
    gaps: list[Gap]
    asked: int


def gaps_by_topic(rfp: RFP) -> list[GapTopic]:
    """The open gaps, the topic that asks most first. A repeated question is listed once and counted each time."""
    rows = rfp.questions.filter(NEEDS["gap"])
    rows = rows.exclude(status=Question.Status.DECLINED).select_related("answer", "assignee")
    topics: dict[str, list[Question]] = {}
    for row in rows.defer("answer_cells").order_by("document_id", "position"):
        topics.setdefault(row.section or row.sheet, []).append(row)
    found = [GapTopic(title, _once(questions), len(questions)) for title, questions in topics.items()]
    return sorted(found, key=lambda topic: -topic.asked)


def _once(questions: list[Question]) -> list[Gap]:
    first_of: dict[int, Question] = {}
    for question in questions:
        first_of.setdefault(question.group_id or -question.pk, question)
    return [_gap(question) for question in first_of.values()]


def _gap(question: Question) -> Gap:
    missing = [part["text"] for part in question.answer.parts if part["covered"] is False]
    return Gap(question, missing if question.answer.is_partly_answered else [])
