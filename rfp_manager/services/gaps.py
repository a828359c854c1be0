"""What the library should learn: the questions that it does not answer, by topic."""

from dataclasses import dataclass

from rfp_manager.models import RFP, Answer, Question


@dataclass(frozen=True)
class GapTopic:
    """A section of the customer's (or a sheet without sections) with its open questions, each asked once."""

    title: str
    questions: list[Question]
    asked: int


def gaps_by_topic(rfp: RFP) -> list[GapTopic]:
    """The open gaps, the topic that asks most first. A repeated question is listed once and counted each time."""
    rows = rfp.questions.filter(answer__status=Answer.Status.NO_ANSWER)
    rows = rows.exclude(status=Question.Status.DECLINED).select_related("answer", "assignee")
    topics: dict[str, list[Question]] = {}
    for row in rows.defer("answer_cells").order_by("document_id", "position"):
        topics.setdefault(row.section or row.sheet, []).append(row)
    found = [GapTopic(title, _once(questions), len(questions)) for title, questions in topics.items()]
    return sorted(found, key=lambda topic: -topic.asked)


def _once(questions: list[Question]) -> list[Question]:
    first_of: dict[int, Question] = {}
    for question in questions:
        first_of.setdefault(question.group_id or -question.pk, question)
    return list(first_of.values())
