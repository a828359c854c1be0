"""A new version of a workbook: what changed, and the answers carried over once a person has said so."""

import hashlib
import json
import logging
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from core.models import User
from core.storage import MissingObjectError
from rag.providers.embedding import EmbeddingError
from rag.services.features import vectors_of
from rag.services.similarity import normalised
from rfp_manager.exceptions import GoneMeanwhile, RFPError
from rfp_manager.models import Answer, Question, RFPQuestionDocument
from rfp_manager.services.answer_parts import set_unchecked_parts
from rfp_manager.services.excel_processor import confirm_document, questions_of
from rfp_manager.services.further_cells import carry_over
from rfp_manager.services.grouping import group_questions
from rfp_manager.services.returned_answers import Texts, filled_cells, said_before, without_ours
from rfp_manager.services.revision_matching import Asked, match_questions

logger = logging.getLogger(__name__)

LayoutStatus = RFPQuestionDocument.LayoutStatus
Status = Question.Status

# What a question takes from the new workbook.
_TAKEN_OVER = ("sheet", "row", "identifier", "section", "text", "answer_cells")
_WRITTEN = (*_TAKEN_OVER, "previous_text", "status")
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
    new = {normalised(row.text) for row in questions_of(document, sheets=_titles(document))}
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
    new = [_asked(row) for row in questions_of(document, sheets=_titles(document))]
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


def apply_revision(
    document: RFPQuestionDocument, *, replaced: RFPQuestionDocument, seen: str, user: User
) -> Revision:
    """Carry the answers over to the new workbook. `seen` is the digest of the comparison that was confirmed.

    A question that is asked as before keeps its answer, its approval and its people; one that was reworded,
    or whose list lost the choice, keeps its answer and is marked; one that is gone stays as history.
    Raises RFPError when either workbook is not in the state for it or something changed since (GoneMeanwhile
    when it was deleted), StorageError.
    """
    try:
        texts = filled_cells(
            document
        )  # the comparison that was seen vouches for the layout that this is read by
    except MissingObjectError:
        if not RFPQuestionDocument.objects.filter(pk=document.pk).exists():
            raise _gone() from None
        raise
    with transaction.atomic():
        rows = RFPQuestionDocument.objects.select_for_update().filter(rfp=document.rfp_id)
        locked = {row.pk: row for row in rows.filter(pk__in=[document.pk, replaced.pk]).order_by("pk")}
        if len(locked) < 2:
            raise _gone()
        document, replaced = locked[document.pk], locked[replaced.pk]
        if (
            document.layout_status != LayoutStatus.DETECTED
            or replaced.layout_status != LayoutStatus.CONFIRMED
        ):
            raise RFPError(
                _("One of these workbooks was imported or replaced in the meantime. Look at them again.")
            )
        revision = compare_versions(document, replaced=replaced)
        if revision.digest != seen:
            raise RFPError(_("Something changed since this comparison was made. Look at the new one below."))
        list(Question.objects.select_for_update().filter(document=replaced).order_by("pk"))
        _write(document, replaced, revision, texts)
        document.replaces, document.revision = replaced, revision.to_dict()
        confirm_document(document, sheets=_titles(document), user=user)
        replaced.layout_status = LayoutStatus.REPLACED
        replaced.save(update_fields=["layout_status"])
    group_questions(document.rfp)
    return revision


def _gone() -> GoneMeanwhile:
    return GoneMeanwhile(_("One of these workbooks was deleted in the meantime. Nothing was changed."))


def _write(
    document: RFPQuestionDocument, replaced: RFPQuestionDocument, revision: Revision, texts: Texts
) -> None:
    rows = {row.pk: row for row in replaced.questions.select_related("answer")}
    said = said_before(rows) if texts else {}
    fresh = questions_of(document, sheets=_titles(document))
    before: dict[int, dict[str, Any]] = {}
    kept, added, marked = [], [], []
    for change, new in zip(revision.changes, fresh, strict=False):
        if change.old is None:
            added.append(new)
            continue
        row = rows.pop(change.old.pk)
        before[row.pk] = {name: getattr(row, name) for name in _WRITTEN}
        if change.reworded:
            row.previous_text = row.previous_text or row.text
        row.document, row.position = document, new.position
        for name in _TAKEN_OVER:
            setattr(row, name, getattr(new, name))
        if row.pk in said:
            row.answer_cells = without_ours(row, texts, said[row.pk])
        reason = _why_to_look(row, change)
        if reason:
            marked.append((row, reason))
        kept.append(row)
    lost = carry_over(
        {row: was for row in kept if (was := before[row.pk]["answer_cells"]) != row.answer_cells}
    )
    again = _("The customer changed the cells of this row. Fill in those beside the answer again.")
    told = {row.pk for row, _reason in marked}
    _mark([*marked, *((row, again) for row in lost if row.pk not in told and hasattr(row, "answer"))])
    # Together, for a position is taken once in a document; the rest only where it changed.
    Question.objects.bulk_update(kept, ["document", "position"], batch_size=1000)
    for name in _WRITTEN:
        changed = [row for row in kept if getattr(row, name) != before[row.pk][name]]
        Question.objects.bulk_update(changed, [name], batch_size=1000)
    Question.objects.bulk_create(added, batch_size=1000)
    Question.objects.filter(pk__in=rows).update(removed_at=timezone.now(), group=None)


def _why_to_look(row: Question, change: Change) -> str:
    answer: Answer | None = getattr(row, "answer", None)
    if answer is None or not answer.has_content:
        return ""
    if change.reworded:
        return _("The customer reworded this question. Check that the answer still fits.")
    if answer.choice and row.allowed_choices and answer.choice not in row.allowed_choices:
        return _("The customer's list no longer offers “%(choice)s”. Choose again.") % {
            "choice": answer.choice
        }
    return ""


def _mark(marked: Sequence[tuple[Question, str]]) -> None:
    """Open what was approved, and say at each answer why it wants another look."""
    answers = []
    for row, reason in marked:
        if row.status == Status.APPROVED:
            row.status = Status.IN_REVIEW
        answer: Answer = row.answer
        answer.status, answer.missing = Answer.Status.NEEDS_REVIEW, reason
        if row.previous_text:
            set_unchecked_parts(answer, question=row.text)
        answer.approved_by = answer.approved_at = None
        answers.append(answer)
    fields = ["status", "missing", "parts", "open_parts", "approved_by", "approved_at"]
    Answer.objects.bulk_update(answers, fields, batch_size=500)


def _titles(document: RFPQuestionDocument) -> list[str]:
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
