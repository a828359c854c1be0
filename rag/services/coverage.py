"""Which parts of a question the sentences of a draft answer, as code finds it; no drafter is asked.

A sentence answers a part by what it tells of the passages that it cites: a sentence there has to answer the part as
surely as a quoted draft demands, and the draft's own sentence has to keep the words and the kind of thing asked for.
"""

from collections.abc import Sequence

from django.utils.translation import gettext as _

from rag.services.drafts import DraftPart, DraftSentence
from rag.services.evidence import Evidence, PartEvidence, QuestionEvidence
from rag.services.polarity import is_negated
from rag.services.questions import QuestionPart
from rag.services.verification import stems_of

# The share of a passage's sentence that a draft's sentence has to say to tell it.
_TOLD = 0.6
# The share of the part's own words in it that the draft's sentence has to keep.
_KEPT = 0.6
# How near to the best of all sentences found for the part it has to come: another part's sentence of the same passage
# often shares much with it.
_NEARLY = 0.92
# To a yes-or-no question, a sentence that denies nothing is near sooner than it is an answer.
_AFFIRMING = 0.08


def cover_parts(
    evidence: QuestionEvidence, sentences: Sequence[DraftSentence], *, threshold: float
) -> tuple[DraftPart, ...]:
    """Every part of the question, in its order, with the numbers (from 0) of the sentences that answer it."""
    parts = []
    for part in evidence.parts:
        answering = tuple(
            number for number, sentence in enumerate(sentences) if _answers(sentence, part, threshold)
        )
        parts.append(DraftPart(part.part.text, bool(answering), answering))
    return tuple(parts)


def is_sure_enough(found: Evidence, part: QuestionPart, threshold: float) -> bool:
    """Whether a passage's sentence answers the part surely enough to be quoted for it."""
    surer = _AFFIRMING if part.closed and not is_negated(found.sentence.text) else 0.0
    return found.confidence >= threshold + surer


def missing_parts(evidence: QuestionEvidence, parts: Sequence[DraftPart]) -> str:
    """What the library would have to say for the parts that are not covered; empty when all are."""
    pairs = zip(evidence.parts, parts, strict=True)
    missing = [part for part, covered in pairs if not covered.covered]
    if not missing:
        return ""
    asked = " / ".join(part.part.text for part in missing)
    unknown = list(dict.fromkeys(word for part in missing for word in part.unknown_words))
    said = _("The library does not answer: %(asked)s") % {"asked": asked[:600]}
    if not unknown:
        return said
    return said + " " + _("Nothing that was found mentions: %(words)s.") % {"words": ", ".join(unknown[:8])}


def _answers(sentence: DraftSentence, part: PartEvidence, threshold: float) -> bool:
    if part.part.kind_share(sentence.text) == 0:
        return False
    quotes = {(citation.passage.ref, citation.quote) for citation in sentence.citations}
    cited = {ref for ref, _ in quotes}
    said = stems_of(sentence.text)
    asked = stems_of(part.part.subject)
    near = _NEARLY * part.found[0].rank if part.found else 0.0
    for found in part.found:
        if found.passage.ref not in cited or found.rank < near:
            continue
        if not is_sure_enough(found, part.part, threshold):
            continue
        there = stems_of(found.sentence.text)
        told = (found.passage.ref, found.sentence.quote) in quotes or len(said & there) >= _TOLD * len(there)
        if told and len(asked & said) >= _KEPT * len(asked & there):
            return True
    return False
