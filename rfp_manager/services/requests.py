"""Asking for the long work of an RFP: what the pages and the REST API both put into the queue."""

from collections.abc import Collection
from typing import Any

from django.utils.translation import gettext as _

from core import jobs
from core.models import Job, User
from rfp_manager.exceptions import RFPError, TransitionRefused
from rfp_manager.models import RFP, RFPExport, RFPQuestionDocument
from rfp_manager.services.question_drafts import questions_to_draft


def request_drafts(rfp: RFP, *, user: User, only: Collection[int] | None = None) -> Job:
    """Queue the drafting of all questions that nobody has taken up, or of `only` those among them.

    Asked for the same again while it is under way, it is the same job. Raises TransitionRefused when there is
    nothing to draft, RFPError while a run of other questions is under way.
    """
    questions = questions_to_draft(rfp, only=only)
    if not questions:
        raise TransitionRefused(
            _("There is nothing to draft: these answers are approved or were written by a person.")
        )
    title = _("Drafting answers for %(title)s") % {"title": rfp.title}
    return enqueue_drafts(
        rfp, title=title, key=f"draft_answers:{rfp.pk}", params={"questions": questions}, user=user
    )


def enqueue_drafts(rfp: RFP, *, title: str, key: str, params: dict[str, Any], user: User) -> Job:
    """Queue a draft run. Raises RFPError when another one of this `key` is under way: it would not do what is asked."""
    job = jobs.enqueue(
        "draft_answers",
        title=title,
        key=key,
        target=rfp,
        owner=user,
        params=params,
        total=len(params["questions"]),
    )
    if job.params != params:
        raise RFPError(_("A draft run is under way. Ask again when it has ended."))
    return job


def request_export(document: RFPQuestionDocument, *, user: User, drafts: bool) -> Job:
    """Queue the next version of a workbook's export; `drafts` takes answers that nobody approved yet too."""
    return jobs.enqueue(
        "export_workbook",
        title=_("Exporting %(title)s") % {"title": document.title},
        key=f"export_workbook:{document.pk}:{'drafts' if drafts else 'approved'}",
        target=document,
        owner=user,
        params={"drafts": drafts, "rfp": document.rfp_id},
    )


def request_answer_document(rfp: RFP, *, user: User, kind: str, drafts: bool) -> Job:
    """Queue a Word document or a .csv (`kind` is an RFPExport.Format) of all the RFP's questions."""
    return jobs.enqueue(
        "export_answers",
        title=_("Exporting %(title)s as %(label)s")
        % {"title": rfp.title, "label": RFPExport.Format(kind).label},
        key=f"export_answers:{rfp.pk}:{kind}:{'drafts' if drafts else 'approved'}",
        target=rfp,
        owner=user,
        params={"drafts": drafts, "kind": kind, "rfp": rfp.pk},
    )
