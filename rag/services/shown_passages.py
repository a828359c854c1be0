"""A passage as the ask page shows it: in pieces, with where it stands, and what its score is made of."""

from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from rag.services.candidates import Ref
from rag.services.fusion import BM25_WEIGHT, COVERAGE_WEIGHT, DOCUMENT_WEIGHT
from rag.services.passages import Passage
from solution_library.models import Solution
from themis.formatting import format_number


@dataclass(frozen=True)
class Piece:
    """A run of a passage's text; `marked` runs speak to the question."""

    text: str
    marked: bool


@dataclass(frozen=True)
class FoundCopy:
    """Another place that says the same, or nearly: `only_there` are its words that the shown passage does not have."""

    passage: Passage
    url: str
    solution: Solution
    only_there: list[str]


@dataclass(frozen=True)
class FoundPassage:
    """A passage as it is shown: its text in pieces, and where a click leads.

    `refs` names all that are joined in it, since they follow each other; `passage` is the best of them. `copies` are
    of other documents, one for each. `file_url` opens the file itself at the passage's page; "" where none can.
    """

    passage: Passage
    refs: list[Ref]
    pieces: list[Piece]
    url: str
    solution: Solution
    cited: bool
    copies: list[FoundCopy] = field(default_factory=list)
    file_url: str = ""

    @property
    def reasons(self) -> list[tuple[str, float]]:
        """What its score is made of, in words and numbers; empty where only the answer names the passage."""
        parts = self.passage.explanation
        names = {
            "dense": _("alike in meaning"),
            "lexical": _("words in common"),
            "coverage": _("share of the question's words"),
            "document": _("its document as a whole"),
            "trust": _("trust in the question's words"),
        }
        reasons = [(name, parts[part]) for part, name in names.items() if part in parts]
        if "reranker" in parts:
            reasons.append((_reranked(parts["place_before"], parts["place_after"]), parts["reranker"]))
        return reasons

    @property
    def formula(self) -> str:
        """How the parts make up the score, before a reranker moves the passage."""
        weights = (
            BM25_WEIGHT,
            COVERAGE_WEIGHT,
            DOCUMENT_WEIGHT,
            1 + BM25_WEIGHT + COVERAGE_WEIGHT + DOCUMENT_WEIGHT,
        )
        words, share, document, total = (format_number(weight) for weight in weights)
        return _(
            "score = (meaning + trust × (%(words)s × words in common + %(share)s × share + %(document)s × document)) "
            "/ %(total)s"
        ) % {"words": words, "share": share, "document": document, "total": total}


def _reranked(before: int, after: int) -> str:
    if before == after:
        return _("read again, stays in place %(place)s") % {"place": after}
    return _("reranked from place %(before)s to %(after)s") % {"before": before, "after": after}
