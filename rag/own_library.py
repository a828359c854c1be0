"""How well the library is searched and drafted from, measured on its own approved answers.

A question whose answer was approved is searched for anew, and what the answer cites is what should be found. The
library answer to that very question is left out, or each would find itself. Answers were drafted from what search
found then, so the figures flatter the search that they were made with: they compare two searches, and are no marks.
"""

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from statistics import fmean
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from core.exceptions import SpelunkerError
from core.models import User
from rag.answer_quality import MOST_QUOTED, MOST_WRITTEN, drafting_settings, measure_draft
from rag.judgements import find_judgements
from rag.providers.embedding import embedding_model_name
from rag.providers.reranking import RerankingError
from rag.ranking_metrics import ndcg, recall, reciprocal_rank
from rag.search_settings import cut_otherwise, fingerprint_of, search_settings
from rag.services.filters import SearchFilters
from rag.services.language_model import LanguageModel, find_language_model
from rag.services.search import find_passages
from rag.services.serving_model import find_serving_model
from solution_library.models import Document, DocumentEmbedding, LibraryAnswer, RetrievalEvaluation

EVALUATION_JOB = "evaluate_own_library"
MOST_QUESTIONS = 1000
_AT = 10

Report = Callable[[int, int, str], None]


class NothingToMeasure(SpelunkerError):
    """The library has no approved answer that cites it."""


@dataclass(frozen=True)
class OwnQuestion:
    """One question of the test set; `relevant` and `left_out` are names as `_names` gives them."""

    key: str
    text: str
    solutions: tuple[int, ...]
    relevant: frozenset[str]
    left_out: frozenset[str]
    said: str = ""


def evaluate_own_library(
    *,
    started_by: User | None = None,
    job_id: UUID | None = None,
    report: Report | None = None,
    fence: Callable[[], None] | None = None,
    ask_model: bool = False,
) -> RetrievalEvaluation:
    """Search for every approved question, draft the newest ones, and keep the figures. A job run again gives its first
    row.

    Drafts are quoted, or, if the configured language model is to be asked (`ask_model`), written by it. Raises
    NothingToMeasure, core.storage.StorageError, EmbeddingError, LLMError, and RerankingError rather than measuring a
    search that is not the configured one.
    """
    if job_id and (known := RetrievalEvaluation.objects.filter(job_id=job_id).first()):
        return known
    questions = own_questions()
    if not questions:
        raise NothingToMeasure(
            _(
                "There is nothing to measure on yet: no approved answer cites a document of the library. "
                "Approve drafted answers in an RFP, then measure again."
            )
        )
    model = find_language_model() if ask_model else LanguageModel()
    drafted = MOST_WRITTEN if model.is_configured else MOST_QUOTED
    results: dict[str, dict[str, float | int | None]] = {}
    for number, question in enumerate(questions):
        if report is not None:
            report(number, len(questions), _("Searching and drafting"))
        results[question.key] = _measure(question)
        if number < drafted and question.said:
            results[question.key] |= measure_draft(
                question.text,
                question.said,
                solutions=question.solutions,
                sources=question.relevant,
                left_out=[int(name.partition(":")[2]) for name in question.left_out],
                model=model,
            )
    tuned = search_settings() | drafting_settings(model)
    evaluation = RetrievalEvaluation(
        started_by=started_by,
        job_id=job_id,
        embedding_model=find_serving_model() or embedding_model_name(),
        fingerprint=fingerprint_of(tuned),
        settings=tuned,
        question_count=len(results),
        results=results,
        **mean_figures(results.values()),
    )
    with transaction.atomic():
        if fence is not None:
            fence()
        evaluation.save()
    return evaluation


@dataclass(frozen=True)
class OldPassages:
    """Documents whose passages were cut by other `settings` (names) than those that hold now."""

    documents: int
    settings: list[str]


def find_old_passages(rows: Iterable[RetrievalEvaluation]) -> OldPassages | None:
    """What the newest measurement with other passages says of the documents; `rows` are newest first.

    What was embedded before it and not since still has those passages, and so had every later measurement.
    """
    now = search_settings()
    for row in rows:
        if names := cut_otherwise(row.settings, now):
            old = Document.objects.in_use().filter(
                chunk_count__gt=0, embedded_at__lt=row.created_at, embedded_model=row.embedding_model
            )
            count = old.count()
            return OldPassages(count, names) if count else None
    return None


def mean_figures(results: Iterable[dict]) -> dict[str, float]:
    """nDCG, recall and reciprocal rank, each the mean over the questions; zeros without one."""
    rows = list(results)
    return {
        name: round(fmean(row[name] for row in rows), 6) if rows else 0.0
        for name in ("ndcg", "recall", "mrr")
    }


def own_questions() -> list[OwnQuestion]:
    """The test set: one question for each approved answer that still cites something, each text once."""
    judgements = find_judgements(MOST_QUESTIONS)
    documents = _in_use({pk for one in judgements for pk in one.documents})
    answers = list(
        LibraryAnswer.objects.values_list("pk", "question", "origin_answer_id", "solution", "answer")
    )
    by_origin = {origin: (pk, text, solution, said) for pk, text, origin, solution, said in answers if origin}
    by_text: dict[str, set[int]] = {}
    for pk, text, *_rest in answers:
        by_text.setdefault(_folded(text), set()).add(pk)
    known = {pk for pk, *_rest in answers}
    found: dict[tuple[str, tuple[int, ...]], OwnQuestion] = {}
    for one in judgements:
        key, text, solutions, said = f"rfp:{one.answer}", one.question, one.solutions, one.said
        itself = set(by_text.get(_folded(one.question), ()))
        if one.answer in by_origin:
            entry, text, solution, said = by_origin[one.answer]
            key, solutions = f"library:{entry}", tuple({*one.solutions, solution})
            itself |= {entry} | by_text[_folded(text)]
        relevant = {f"document:{pk}" for pk in one.documents & documents}
        relevant |= {f"answer:{pk}" for pk in (one.library_answers & known) - itself}
        if relevant and solutions:
            left_out = frozenset(f"answer:{pk}" for pk in itself)
            question = OwnQuestion(key, text, solutions, frozenset(relevant), left_out, said)
            found.setdefault((_folded(text), tuple(sorted(solutions))), question)
    return list(found.values())


def _measure(question: OwnQuestion) -> dict[str, float | int | None]:
    result = find_passages(question.text, filters=SearchFilters(solutions=question.solutions), top=_AT)
    if result.reranking_problem:
        raise RerankingError(result.reranking_problem)
    ranking = [name for name in _names(result.ranking) if name not in question.left_out]
    grades = dict.fromkeys(question.relevant, 1)
    return {
        "rank": next((place for place, name in enumerate(ranking, start=1) if name in grades), None),
        "ndcg": round(ndcg(ranking, grades, at=_AT), 6),
        "recall": round(recall(ranking, grades, at=_AT), 6),
        "mrr": round(reciprocal_rank(ranking, grades, at=_AT), 6),
    }


def _names(ranking: Sequence[tuple[str, int]]) -> list[str]:
    """Passages by what they are of, "document:3" or "answer:7", each once, best first."""
    chunks = [pk for kind, pk in ranking if kind == "chunk"]
    rows = DocumentEmbedding.objects.filter(pk__in=chunks).order_by().values_list("pk", "document_id")
    documents = dict(rows)
    names = [f"document:{documents.get(pk)}" if kind == "chunk" else f"answer:{pk}" for kind, pk in ranking]
    return list(dict.fromkeys(names))


def _in_use(ids: Collection[int]) -> set[int]:
    """Those of the documents that can be found at all."""
    rows = Document.objects.in_use().filter(pk__in=ids, chunk_count__gt=0)
    return set(rows.order_by().values_list("pk", flat=True))


def _folded(text: str) -> str:
    return " ".join(text.split()).casefold()
