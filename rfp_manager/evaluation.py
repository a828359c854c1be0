"""Drafts against labels: what was answered rightly, what was given up, and what should have been given up."""

import re
from collections.abc import Sequence
from dataclasses import asdict, dataclass

from rag.services.drafts import Draft
from rag.services.verification import verify_sentence
from rfp_manager.demo.labelled import LabelledQuestion


@dataclass(frozen=True)
class Judgement:
    """One draft beside its label.

    `proven`: a cited passage contains the labelled evidence. `quoted`: the quoted words themselves do.
    `faithful` counts the citations whose quotation stands in the passage and bears out its sentence.
    `choice_right` is None where no choice was made or none is labelled.
    """

    question: LabelledQuestion
    draft: Draft
    proven: bool
    quoted: bool
    citations: int
    faithful: int
    choice_right: bool | None

    @property
    def answered(self) -> bool:
        return self.draft.status != "no_answer"

    @property
    def called_whole(self) -> bool:
        """Whether the reader is told that nothing is left open."""
        return self.answered and self.draft.status == "supported" and not self.draft.open_parts


@dataclass(frozen=True)
class Figures:
    """Shares run from 0 to 1, None where there is nothing to count.

    "Answerable" are the questions that the library answers, "unanswerable" those of which it says
    nothing; those that it answers in part count in `partly_...` alone. Whatever is offered to the
    reader as a draft counts as answered, marked for a look or not. `partly_called_whole`: of the questions that the
    library answers in part, those whose draft says nothing of it. `parts_called_missing`: of the drafts for answerable
    questions of several parts, those that call one of them missing.
    """

    questions: int
    answerable: int
    unanswerable: int
    answer_rate: float | None
    proven: float | None
    quoted: float | None
    citation_precision: float | None
    evidence_precision: float | None
    unanswerable_answered: float | None
    abstention_precision: float | None
    abstention_recall: float | None
    choices_made: float | None
    choice_accuracy: float | None
    partly: int
    partly_answered: float | None
    partly_called_whole: float | None
    several_parts: int
    parts_called_missing: float | None

    def as_dict(self) -> dict[str, float | int | None]:
        return {
            name: round(value, 4) if isinstance(value, float) else value
            for name, value in asdict(self).items()
        }


def judge_draft(question: LabelledQuestion, draft: Draft) -> Judgement:
    citations = [(sentence, citation) for sentence in draft.sentences for citation in sentence.citations]
    faithful = sum(
        citation.quote in citation.passage.text
        and verify_sentence(sentence.text, citation.passage.text).supported
        for sentence, citation in citations
    )
    made = bool(draft.choice) and question.choice is not None
    return Judgement(
        question=question,
        draft=draft,
        proven=bears_evidence(question, [citation.passage.text for _, citation in citations]),
        quoted=bears_evidence(question, [citation.quote for _, citation in citations]),
        citations=len(citations),
        faithful=faithful,
        choice_right=draft.choice == question.choice if made else None,
    )


def summarise(judgements: Sequence[Judgement]) -> Figures:
    answerable = [judged for judged in judgements if judged.question.answerable == "yes"]
    unanswerable = [judged for judged in judgements if judged.question.answerable == "no"]
    partly = [judged for judged in judgements if judged.question.answerable == "partly"]
    answered = [judged for judged in answerable if judged.answered]
    several = [judged for judged in answered if judged.draft.parts]
    given_up = [judged for judged in [*answerable, *unanswerable] if not judged.answered]
    silent = sum(not judged.answered for judged in unanswerable)
    citations = sum(judged.citations for judged in judgements)
    choosing = [judged for judged in answerable if judged.question.choice and judged.question.allowed]
    chosen = [judged for judged in choosing if judged.choice_right is not None]
    return Figures(
        questions=len(judgements),
        answerable=len(answerable),
        unanswerable=len(unanswerable),
        answer_rate=_share(len(answered), len(answerable)),
        proven=_share(sum(judged.proven for judged in answerable), len(answerable)),
        quoted=_share(sum(judged.quoted for judged in answerable), len(answerable)),
        citation_precision=_share(sum(judged.faithful for judged in judgements), citations),
        evidence_precision=_share(sum(judged.proven for judged in answered), len(answered)),
        unanswerable_answered=_share(len(unanswerable) - silent, len(unanswerable)),
        abstention_precision=_share(silent, len(given_up)),
        abstention_recall=_share(silent, len(unanswerable)),
        choices_made=_share(len(chosen), len(choosing)),
        choice_accuracy=_share(sum(bool(judged.choice_right) for judged in chosen), len(chosen)),
        partly=len(partly),
        partly_answered=_share(sum(judged.answered for judged in partly), len(partly)),
        partly_called_whole=_share(sum(judged.called_whole for judged in partly), len(partly)),
        several_parts=len(several),
        parts_called_missing=_share(sum(bool(judged.draft.open_parts) for judged in several), len(several)),
    )


def bears_evidence(question: LabelledQuestion, texts: Sequence[str]) -> bool:
    """Whether any of the texts contains any of the question's labelled wordings."""
    plain = [_plain(text) for text in texts]
    return any(_plain(evidence) in text for evidence in question.evidence for text in plain)


def _plain(text: str) -> str:
    """Text without the markup of its format, as labels quote it."""
    return " ".join(re.sub(r"[*_`|]", " ", text).split()).casefold()


def _share(part: int, whole: int) -> float | None:
    return part / whole if whole else None
