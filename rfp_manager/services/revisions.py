"""A new version of a workbook takes the place of the old one, and its answers are carried over."""

from collections.abc import Sequence
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from core.models import User
from core.storage import MissingObjectError
from rfp_manager.exceptions import GoneMeanwhile, RFPError
from rfp_manager.models import Answer, Question, RFPQuestionDocument
from rfp_manager.services.answer_parts import set_unchecked_parts
from rfp_manager.services.excel_processor import confirm_document, questions_of
from rfp_manager.services.further_cells import carry_over
from rfp_manager.services.grouping import group_questions
from rfp_manager.services.returned_answers import Texts, filled_cells, said_before, without_ours
from rfp_manager.services.revision_comparison import Change, Revision, compare_versions, question_sheets

LayoutStatus = RFPQuestionDocument.LayoutStatus
Status = Question.Status

# What a question takes from the new workbook.
_TAKEN_OVER = ("sheet", "row", "identifier", "section", "text", "answer_cells")
_WRITTEN = (*_TAKEN_OVER, "previous_text", "status")


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
        # The comparison that was seen vouches for the layout that this is read by.
        texts = filled_cells(document)
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
        confirm_document(document, sheets=question_sheets(document), user=user)
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
    fresh = questions_of(document, sheets=question_sheets(document))
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
