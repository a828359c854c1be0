"""Which of the sentences that were found a quoted draft consists of."""

from collections.abc import Sequence
from dataclasses import dataclass

from rag.services.coverage import is_sure_enough
from rag.services.evidence import Evidence, PartEvidence, QuestionEvidence
from rag.services.features import lexemes_of
from rag.services.leaning import leans
from rag.services.left_out import left_out

_MOST_SENTENCES = 4
# A further sentence for the same part has to be nearly as good as the first, and say something else.
NEARLY = 0.92
# How good one has to be that has more of the words of the question.
_HAS_MORE = 0.85
_REPEATS = 0.75
_RUNNERS_UP = 8


@dataclass(frozen=True)
class Selection:
    """The answering sentence of each answered part, by its number, and all sentences to quote.

    `said_by` is the quoted sentence that answers the part: the best itself, or one that says the same.
    """

    best: dict[int, Evidence]
    said_by: dict[int, Evidence]
    sentences: list[Evidence]


def select_sentences(evidence: QuestionEvidence, threshold: float, max_characters: int) -> Selection:
    """The best sentence for each part that has one, then others that are nearly as good and say more."""
    selection = Selection({}, {}, [])
    for number, part in enumerate(evidence.parts):
        best = _best(part, threshold)
        if best is None or not is_sure_enough(best, part.part, threshold):
            continue
        same = _repeated(best, selection.sentences)
        if same is None:
            if not _fits(best, selection.sentences, max_characters):
                continue
            selection.sentences.append(best)
        selection.best[number], selection.said_by[number] = best, same or best
    for number, best in selection.best.items():
        for candidate in evidence.parts[number].found[:_RUNNERS_UP]:
            if candidate is best:
                continue
            if len(selection.sentences) >= _MOST_SENTENCES or candidate.rank < NEARLY * best.rank:
                break
            if candidate.confidence < threshold or leans(candidate.sentence.text):
                continue
            if _repeated(candidate, selection.sentences):
                continue
            if _fits(candidate, selection.sentences, max_characters):
                selection.sentences.append(candidate)
    selection.sentences.sort(key=lambda chosen: _reading_order(chosen, evidence))
    return selection


def _best(part: PartEvidence, threshold: float) -> Evidence | None:
    """The first that was found; for a yes or no one nearly as good that has what the first leaves out, and all else."""
    if not part.found:
        return None
    first = part.found[0]
    if not part.part.closed:
        return first
    missing = left_out(part.part.folded_subject, _told(first))
    for other in part.found[1:_RUNNERS_UP] if missing else ():
        if other.rank < _HAS_MORE * first.rank or not other.fits:
            break
        if left_out(part.part.folded_subject, _told(other)) < missing and is_sure_enough(
            other, part.part, threshold
        ):
            return other
    return first


def _told(found: Evidence) -> str:
    return f"{found.sentence.heading} {found.sentence.text}"


def _fits(candidate: Evidence, chosen: Sequence[Evidence], max_characters: int) -> bool:
    used = sum(len(other.sentence.text) + 2 for other in chosen)
    return used + len(candidate.sentence.text) + 1 <= max_characters


def _repeated(candidate: Evidence, chosen: Sequence[Evidence]) -> Evidence | None:
    """The chosen sentence that is the same place, or says the same in nearly the same words."""
    words = lexemes_of([candidate.sentence.text, *(other.sentence.text for other in chosen)])
    for other, known in zip(chosen, words[1:], strict=True):
        if candidate.passage.ref == other.passage.ref and candidate.sentence.overlaps(other.sentence):
            return other
        if len(words[0] & known) >= _REPEATS * min(len(words[0]), len(known)):
            return other
    return None


def _reading_order(chosen: Evidence, evidence: QuestionEvidence) -> tuple[int, int, int]:
    """By the part of the question, then as the passages rank, then as they stand in their passage."""
    parts = [number for number, part in enumerate(evidence.parts) if chosen in part.found[:_RUNNERS_UP]]
    return (parts[0] if parts else 0, evidence.passages.index(chosen.passage), chosen.sentence.start)
