"""The background jobs of RFPs: thin shells that load, call a service and report progress."""

from functools import partial

from celery import shared_task
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from core.jobs import JobError, JobRetryError, JobRun, register_job
from core.models import Job
from rag.providers.llm import TransientLLMError
from rfp_manager.job_access import May, on_the_team
from rfp_manager.models import RFP, RFPExport, RFPInformationDocument, RFPQuestionDocument
from rfp_manager.permissions import Action
from rfp_manager.services import (
    answer_documents,
    excel_processor,
    exports,
    layout_memories,
    layouts,
    library_offers,
    summaries,
)
from rfp_manager.services.customer_context import customer_context
from rfp_manager.services.draft_runs import DraftRun
from rfp_manager.services.draft_work import DraftWork
from rfp_manager.services.due_dates import remind_assignees
from rfp_manager.services.llm_costs import Purse
from rfp_manager.services.tidings import remind_of_due_dates
from rfp_manager.workbooks.package import WorkbookError
from solution_library.models import Solution


def record_failed_detection(job: Job) -> None:
    RFPQuestionDocument.objects.filter(
        pk=job.target_id, layout_status=RFPQuestionDocument.LayoutStatus.PENDING
    ).update(
        layout_status=RFPQuestionDocument.LayoutStatus.FAILED,
        layout_error=job.error or _("The detection was cancelled. Delete the workbook and upload it again."),
    )


def record_failed_summary(job: Job) -> None:
    RFPInformationDocument.objects.filter(pk=job.target_id).exclude(
        summary_status=RFPInformationDocument.SummaryStatus.READY
    ).update(
        summary_status=RFPInformationDocument.SummaryStatus.FAILED,
        summary_error=job.error or _("The summary was cancelled."),
    )


@register_job(
    "detect_layout", visible_to=on_the_team, steered_by=May(Action.EDIT), on_failure=record_failed_detection
)
def detect_layout(run: JobRun) -> None:
    document = RFPQuestionDocument.objects.filter(pk=run.job.target_id).first()
    if document is None:
        return
    if excel_processor.detect_document_layout(document, fence=run.fence) is None:
        document.refresh_from_db()
        if document.layout_status == RFPQuestionDocument.LayoutStatus.FAILED:
            raise JobError(document.layout_error)


@register_job("remember_layout", visible_to=on_the_team, steered_by=May(Action.EDIT))
def remember_layout(run: JobRun) -> None:
    document = RFPQuestionDocument.objects.filter(pk=run.job.target_id).first()
    if document is not None:
        layout_memories.remember_layout(document)


@register_job("prepare_preview", visible_to=on_the_team, steered_by=May(Action.VIEW))
def prepare_preview(run: JobRun) -> None:
    document = RFPQuestionDocument.objects.filter(pk=run.job.target_id, preview_key="").first()
    if document is None:
        return
    try:
        layouts.renew_preview(document)
    except WorkbookError as error:
        raise JobError(str(error)) from error


@register_job(
    "summarise_information",
    visible_to=on_the_team,
    steered_by=May(Action.EDIT),
    on_failure=record_failed_summary,
)
def summarise_information(run: JobRun) -> None:
    document = RFPInformationDocument.objects.filter(pk=run.job.target_id).first()
    if document is None:
        return

    def report(done: int, total: int) -> None:
        run.progress(done, total, _("%(done)s of %(total)s parts read") % {"done": done, "total": total})

    summaries.summarise_document(document, fence=run.fence, report=report)


@register_job("draft_answers", queue="llm", visible_to=on_the_team, steered_by=May(Action.EDIT))
def draft_answers(run: JobRun) -> None:
    """Draft the questions named in the job's params, and save each as soon as its draft is there.

    Run again after a crash it goes on with those that this job has not drafted yet. `instruction` in the params
    says how it is to be written; `instead_of` is the version of a person's answer that may be replaced, or
    `replacing` the versions by question.
    """
    rfp = RFP.objects.filter(pk=run.job.target_id).first()
    if rfp is None:
        return
    work = DraftWork.of(run, rfp)
    drafts = DraftRun(
        work.left,
        solutions=list(rfp.solutions.values_list("pk", flat=True)),
        model=work.model,
        save=work.save,
        report=work.report,
        wish=work.wish,
        context=customer_context(rfp, model=work.model).about,
        purse=Purse(rfp, work.model),
    )
    try:
        drafts.run()
    except TransientLLMError as error:
        raise JobRetryError(str(error)) from error
    run.finish_message(work.outcome())


def record_export(run: JobRun, export: RFPExport) -> None:
    """The job's end is written together with the export's row."""
    run.finish_message(
        _("Version %(version)s: %(answered)s of %(asked)s answered.")
        % {"version": export.version, "answered": export.answered_count, "asked": export.question_count},
        result={"export": export.pk},
        result_url=reverse("rfp_manager:export", args=[export.rfp_id, export.pk]),
    )


@register_job("export_workbook", queue="exports", visible_to=on_the_team, steered_by=May(Action.EXPORT))
def export_workbook(run: JobRun) -> None:
    document = RFPQuestionDocument.objects.select_related("rfp").filter(pk=run.job.target_id).first()
    if document is None or run.job.result.get("export"):
        return
    try:
        exports.create_export(
            document,
            drafts=run.job.params["drafts"],
            user=run.job.owner,
            fence=run.fence,
            record=partial(record_export, run),
        )
    except WorkbookError as error:
        raise JobError(str(error)) from error


@register_job("export_answers", queue="exports", visible_to=on_the_team, steered_by=May(Action.EXPORT))
def export_answers(run: JobRun) -> None:
    rfp = RFP.objects.select_related("customer").filter(pk=run.job.target_id).first()
    if rfp is None or run.job.result.get("export"):
        return
    answer_documents.create_answer_document(
        rfp,
        kind=run.job.params["kind"],
        drafts=run.job.params["drafts"],
        user=run.job.owner,
        fence=run.fence,
        record=partial(record_export, run),
    )


@register_job(library_offers.OFFER_JOB, visible_to=on_the_team, steered_by=May(Action.OFFER))
def offer_answers(run: JobRun) -> None:
    """Add the approved answers named in the params to the library, one transaction each.

    What the library has something on already is left out and named in the result. Run again it finds those
    that are kept, and leaves them as they are.
    """
    rfp = RFP.objects.filter(pk=run.job.target_id).first()
    solution = Solution.objects.filter(pk=run.job.params["solution"]).first()
    if rfp is None or solution is None:
        return
    offers = library_offers.list_offers(rfp, only=run.job.params["questions"])
    left_out = []
    for done, offer in enumerate(offers):
        run.progress(
            done,
            len(offers),
            _("Answer %(number)s of %(total)s") % {"number": done + 1, "total": len(offers)},
        )
        if offer.state == "kept":
            continue
        with transaction.atomic():
            run.fence()
            warning = library_offers.offer_as_it_is(offer, solution=solution, owner=run.job.owner)
        if warning is not None:
            left_out.append(
                {"question": offer.question.pk, "entry": warning.other.pk, "reason": warning.reason}
            )
    run.progress(len(offers), len(offers))
    run.finish_message(
        _("%(kept)s kept in the library; %(left_out)s left out, because it has something on them already.")
        % {"kept": len(offers) - len(left_out), "left_out": len(left_out)},
        result={"left_out": left_out},
        result_url=reverse("rfp_manager:library_offers", args=[rfp.pk]),
    )


@shared_task(name="rfp_manager.tasks.remind_assignees_daily")
def remind_assignees_daily() -> None:
    remind_assignees()


@shared_task(name="rfp_manager.tasks.remind_of_due_dates", expires=600)
def remind_of_due_rfps() -> None:
    remind_of_due_dates()
