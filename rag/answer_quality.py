"""How good drafts are, measured on the library's own approved answers: what people approved is what a draft should say.

Each question is drafted anew without the library's own answer to it. A draft that says something else may be right as
well, so the figures compare two ways of drafting, and are no marks.
"""

import hashlib
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from statistics import fmean
from typing import Any

from django.conf import settings

from rag.built_in_prompts import built_in_prompts
from rag.services import evidence as weighing
from rag.services.drafting import DraftOrder, begin_draft_from
from rag.services.drafts import Draft
from rag.services.evidence import gather_evidence
from rag.services.features import lexemes_of
from rag.services.filters import SearchFilters
from rag.services.language_model import LanguageModel

# Drafting takes longer than searching, and a language model's drafts cost something.
MOST_QUOTED = 300
MOST_WRITTEN = 100
QUOTATION = "quotation"


@dataclass(frozen=True)
class AnswerFigures:
    """Means over the questions that were drafted, each from 0 to 1.

    `answered`: something is said. `sourced`: it cites a source that the approved answer cites. `agreement`: how many of
    the words of content draft and approved answer share (F1); 0 where nothing is said.
    """

    drafts: int
    answered: float
    sourced: float
    agreement: float


def measure_draft(
    question: str,
    approved: str,
    *,
    solutions: Collection[int],
    sources: Collection[str],
    left_out: Collection[int],
    model: LanguageModel,
) -> dict[str, float]:
    """One question's figures; `sources` are named "document:3" or "answer:7", `left_out` are library answers.

    Raises core.storage.StorageError, EmbeddingError, and LLMError where a language model drafts.
    """
    filters = SearchFilters(solutions=solutions, without_answers=left_out)
    begun = begin_draft_from(question, gather_evidence(question, filters=filters), model=model)
    draft = begun.write() if isinstance(begun, DraftOrder) else begun
    if draft.status == "no_answer" or not draft.text:
        return {"answered": 0, "sourced": 0, "agreement": 0}
    mine, theirs = lexemes_of([draft.text, approved])
    shared = len(mine & theirs)
    agreement = 2 * shared / (len(mine) + len(theirs)) if shared else 0
    return {
        "answered": 1,
        "sourced": int(not _cited(draft).isdisjoint(sources)),
        "agreement": round(agreement, 6),
    }


def _cited(draft: Draft) -> set[str]:
    passages = [citation.passage for sentence in draft.sentences for citation in sentence.citations]
    return {
        f"answer:{passage.library_answer_id}"
        if passage.library_answer_id
        else f"document:{passage.document_id}"
        for passage in passages
    }


def answer_figures(results: Iterable[Mapping[str, Any]]) -> AnswerFigures | None:
    """The means over the questions that were drafted; None where none was, as in measurements of before."""
    rows = [row for row in results if "agreement" in row]
    if not rows:
        return None
    means = (round(fmean(row[name] for row in rows), 6) for name in ("answered", "sourced", "agreement"))
    return AnswerFigures(len(rows), *means)


def drafting_settings(model: LanguageModel) -> dict[str, int | float | str]:
    """What a draft depends on beside the search: who drafts, with what prompt, and the numbers of weighing evidence."""
    found: dict[str, int | float | str] = {
        "drafting.by": f"{model.provider}:{model.model}" if model.is_configured else QUOTATION,
        "drafting.min_confidence": settings.DRAFT_MIN_CONFIDENCE,
        "evidence.BIAS": weighing.BIAS,
    }
    found |= {f"evidence.{name}": weight for name, weight in weighing.WEIGHTS.items()}
    if model.is_configured:
        rules = [prompt.text for prompt in built_in_prompts() if prompt.style == "drafting_style"]
        told = "\n".join([*rules, model.drafting_style])
        found["drafting.prompt"] = hashlib.sha256(told.encode()).hexdigest()[:12]
    return found
