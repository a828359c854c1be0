"""Approved answers as judgements of search: what each cites is what a search for its question should find."""

from rag.judgements import Judgement
from rfp_manager.models import Answer, Question


def approved_judgements(limit: int) -> list[Judgement]:
    """The newest approved answers that cite something of the library, whichever RFP they are of."""
    answers = (
        Answer.objects.filter(
            question__status=Question.Status.APPROVED,
            question__removed_at=None,
            citations__isnull=False,
        )
        .distinct()
        .select_related("question")
        .prefetch_related("citations", "question__rfp__solutions")
        .order_by("-approved_at", "-pk")
    )
    return [_judgement(answer) for answer in answers[:limit]]


def _judgement(answer: Answer) -> Judgement:
    citations = list(answer.citations.all())
    return Judgement(
        answer=answer.pk,
        question=answer.question.text,
        solutions=tuple(sorted(solution.pk for solution in answer.question.rfp.solutions.all())),
        documents=frozenset(row.document_id for row in citations if row.document_id),
        library_answers=frozenset(row.library_answer_id for row in citations if row.library_answer_id),
        said=answer.text,
    )
