"""What the library should learn: the questions that it does not answer, by topic."""

from dataclasses import dataclass

from rfp_manager.models import RFP, Question
from rfp_manager.services.question_states import NEEDS


@dataclass(frozen=True)
class Gap:
    """A question that the library does not answer; `parts` are those that are missing where others are covered.

    `why` is what the draft said of it beside the question, which stands above; "" where that was all.
    """

    question: Question
    parts: list[str]
    why: str


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
    answer = question.answer
    missing = [part["text"] for part in answer.parts if part["covered"] is False]
    asked = " / ".join(missing) or " ".join(question.text.split())
    return Gap(question, missing if answer.is_partly_answered else [], _beside(answer.missing, asked[:600]))


def _beside(said: str, asked: str) -> str:
    """What a draft says is missing, without the question that it repeats, in whatever language it was written."""
    before, repeated, rest = said.partition(asked)
    return rest.strip() if repeated else before
