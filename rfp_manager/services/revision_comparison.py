"""What a new version of a workbook changes in the imported one, and which one it is a version of."""

import hashlib
import json
import logging
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from rag.providers.embedding import EmbeddingError
from rag.services.features import vectors_of
from rag.services.similarity import normalised
from rfp_manager.models import Question, RFPQuestionDocument
from rfp_manager.services.excel_processor import questions_of
from rfp_manager.services.revision_matching import Asked, match_questions

logger = logging.getLogger(__name__)

LayoutStatus = RFPQuestionDocument.LayoutStatus
# The share of the smaller workbook's questions that stand in both before we ask whether one replaces the other.
_LIKELY_VERSION = 0.5


@dataclass(frozen=True)
class Change:
    """One question in both versions, or in one of them only."""

    old: Asked | None
    new: Asked | None
    reworded: bool = False
    moved: bool = False
    choices_changed: bool = False

    @property
    def is_unchanged(self) -> bool:
        return bool(self.old and self.new) and not (self.reworded or self.moved or self.choices_changed)


@dataclass(frozen=True)
class Revision:
    """Every question of both versions: the new one's in its order, then those that it dropped."""

    changes: list[Change]

    @property
    def added(self) -> list[Change]:
        return [change for change in self.changes if change.old is None]

    @property
    def removed(self) -> list[Change]:
        return [change for change in self.changes if change.new is None]

    @property
    def reworded(self) -> list[Change]:
        return [change for change in self.changes if change.reworded]

    @property
    def moved(self) -> list[Change]:
        return [change for change in self.changes if change.moved and not change.reworded]

    @property
    def choices_changed(self) -> list[Change]:
        return [change for change in self.changes if change.choices_changed and not change.reworded]

    @property
    def unchanged(self) -> int:
        return sum(change.is_unchanged for change in self.changes)

    @property
    def digest(self) -> str:
        """Changes when anything in it does: what a person confirms is what they saw."""
        return hashlib.sha256(json.dumps(asdict(self), sort_keys=True).encode()).hexdigest()

    def to_dict(self) -> dict[str, Any]:
        """What is kept on the new workbook once it was confirmed."""

        def brief(asked: Asked | None) -> dict[str, Any] | None:
            if asked is None:
                return None
            return {
                "sheet": asked.sheet,
                "row": asked.row,
                "identifier": asked.identifier,
                "text": asked.text,
            }

        changes = [
            {
                "question": change.old.pk if change.old else None,
                "old": brief(change.old),
                "new": brief(change.new),
                "reworded": change.reworded,
                "moved": change.moved,
                "choices_changed": change.choices_changed,
            }
            for change in self.changes
            if not change.is_unchanged
        ]
        return {"unchanged": self.unchanged, "changes": changes}


def replaceable_workbooks(document: RFPQuestionDocument) -> list[RFPQuestionDocument]:
    """The workbooks of the RFP that this one may be a new version of, the likeliest first."""
    others = RFPQuestionDocument.objects.filter(rfp=document.rfp_id, layout_status=LayoutStatus.CONFIRMED)
    rows = list(others.exclude(pk=document.pk).defer("layout", "revision").order_by("-confirmed_at"))
    likely = likely_predecessor(document)
    return sorted(rows, key=lambda row: row.pk != (likely.pk if likely else None))


def likely_predecessor(document: RFPQuestionDocument) -> RFPQuestionDocument | None:
    """The imported workbook of this RFP that shares most questions with this one, if they share enough."""
    if not document.layout:
        return None
    new = {normalised(row.text) for row in questions_of(document, sheets=question_sheets(document))}
    texts: dict[int, set[str]] = {}
    asked = Question.objects.filter(rfp=document.rfp_id, document__layout_status=LayoutStatus.CONFIRMED)
    for pk, text in asked.exclude(document=document).values_list("document_id", "text"):
        texts.setdefault(pk, set()).add(normalised(text))
    shares = {pk: len(new & old) / min(len(new), len(old)) for pk, old in texts.items() if new and old}
    best = max(shares, key=lambda pk: (shares[pk], pk), default=None)
    if best is None or shares[best] < _LIKELY_VERSION:
        return None
    return RFPQuestionDocument.objects.defer("layout", "revision").get(pk=best)


def compare_versions(document: RFPQuestionDocument, *, replaced: RFPQuestionDocument) -> Revision:
    """What the detected workbook changes in the imported one. Writes nothing."""
    old = [_asked(row) for row in replaced.questions.order_by("position")]
    new = [_asked(row) for row in questions_of(document, sheets=question_sheets(document))]
    pairs = match_questions(old, new, vectors=_vectors)
    by_new = {pair.new: pair for pair in pairs}
    changes = []
    for index, asked in enumerate(new):
        pair = by_new.get(index)
        if pair is None:
            changes.append(Change(None, asked))
            continue
        before = old[pair.old]
        changes.append(
            Change(
                before, asked, pair.reworded, pair.moved, _choices(before.answers) != _choices(asked.answers)
            )
        )
    kept = {pair.old for pair in pairs}
    changes += [Change(asked, None) for index, asked in enumerate(old) if index not in kept]
    return Revision(changes)


def question_sheets(document: RFPQuestionDocument) -> list[str]:
    """The names of the sheets that hold questions, as the layout has them."""
    return [sheet["sheet"] for sheet in document.layout.get("sheets", []) if sheet["is_question_sheet"]]


def _asked(row: Question) -> Asked:
    return Asked(
        row.sheet, row.row, row.identifier, row.section, row.text, list(row.answer_cells), pk=row.pk or 0
    )


def _choices(answers: Sequence[dict[str, Any]]) -> list[list[str]]:
    """What may be chosen, without where: a row that went lower offers the same."""
    lists = [[str(value) for value in cell["allowed"]] for cell in answers if cell.get("allowed")]
    ticks = [str(cell["option"]) for cell in answers if cell.get("option")]
    return [*lists, ticks]


def _vectors(texts: Sequence[str]) -> np.ndarray:
    try:
        return vectors_of(texts)
    except EmbeddingError:
        logger.warning("The embedding model does not answer; reworded questions are found by their words.")
        return _word_vectors(texts)


def _word_vectors(texts: Sequence[str]) -> np.ndarray:
    """Unit rows over hashed words: what is left to compare by without a model."""
    rows = np.zeros((len(texts), 4096), dtype=np.float32)
    for index, text in enumerate(texts):
        for word in normalised(text).split():
            rows[index, int.from_bytes(hashlib.blake2b(word.encode(), digest_size=2).digest()) % 4096] += 1
    norms = np.linalg.norm(rows, axis=1, keepdims=True)
    return rows / np.where(norms == 0, 1, norms)
