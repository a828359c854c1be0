"""Summaries of information documents: what a bid team looks for first, each point with the words it rests on."""

from collections.abc import Callable
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from core import jobs
from core.models import Job, User
from rag.parsing import ParsedDocument, ParsingError
from rag.providers.llm import LLMError, TokenUsage
from rag.services.language_model import find_language_model, get_llm_provider, llm_is_configured
from rfp_manager.exceptions import RFPError
from rfp_manager.models import RFPInformationDocument
from rfp_manager.services.date_offers import dates_to_json
from rfp_manager.services.information_texts import read_information
from rfp_manager.services.llm_costs import Purse
from rfp_manager.services.summary_writing import Summary, SummaryOrder
from rfp_manager.tenders.date_roles import find_request_dates
from rfp_manager.tenders.extraction import extract_points
from rfp_manager.tenders.points import points_to_json
from rfp_manager.tenders.units import units_of

SummaryStatus = RFPInformationDocument.SummaryStatus


def _no_fence() -> None: ...


def _no_report(done: int, total: int) -> None: ...


def summarise_document(
    document: RFPInformationDocument,
    *,
    fence: Callable[[], None] = _no_fence,
    report: Callable[[int, int], None] = _no_report,
) -> None:
    """Read a stored information document and keep its summary; one that is ready stays as it is.

    A document that cannot be parsed is marked FAILED with the reason. `fence` is called in each transaction that
    writes, `report` is told how many parts a language model has read. Raises StorageError, and what these two raise.
    """
    if document.summary_status == SummaryStatus.READY:
        return
    rows = RFPInformationDocument.objects.filter(pk=document.pk)
    rows.update(summary_status=SummaryStatus.PROCESSING)
    try:
        parsed = read_information(document)
    except ParsingError as error:
        rows.update(summary_status=SummaryStatus.FAILED, summary_error=str(error))
        return
    summary = _write_summary(document, parsed, fence, report)
    with transaction.atomic():
        fence()
        rows.update(
            summary="\n".join(point.text for point in summary.points),
            summary_points=points_to_json(summary.points),
            summary_dates=dates_to_json(find_request_dates(units_of(parsed))),
            summary_origin=summary.origin,
            summary_note=summary.note,
            summary_dropped=summary.dropped,
            summary_status=SummaryStatus.READY,
            summary_error="",
        )


def request_summary(document: RFPInformationDocument, *, user: User) -> Job:
    """Queue the summary once more: after a failure, or because a language model is there now.

    What the model gave before for the same parts is used again. Raises RFPError while one is under way.
    """
    done = [SummaryStatus.READY, SummaryStatus.FAILED]
    with transaction.atomic():
        rows = RFPInformationDocument.objects.filter(pk=document.pk, summary_status__in=done)
        if not rows.update(summary_status=SummaryStatus.PENDING, summary_error=""):
            raise RFPError(_("This document is being summarised already."))
        return jobs.enqueue(
            "summarise_information",
            title=_("Summarising %(title)s") % {"title": document.title},
            key=f"summarise_information:{document.pk}",
            target=document,
            owner=user,
        )


def may_improve(document: RFPInformationDocument) -> bool:
    """Whether summarising again may give something else than what is there."""
    if document.summary_status == SummaryStatus.FAILED:
        return True
    if document.summary_status != SummaryStatus.READY:
        return False
    by_model = document.summary_origin == RFPInformationDocument.SummaryOrigin.LLM
    before_quotes = not document.text_key
    return before_quotes or bool(document.summary_note) or (llm_is_configured() and not by_model)


def _write_summary(
    document: RFPInformationDocument,
    parsed: ParsedDocument,
    fence: Callable[[], None],
    report: Callable[[int, int], None],
) -> Summary:
    model = find_language_model()

    def keep(digest: str, row: dict[str, Any], usage: TokenUsage) -> None:
        with transaction.atomic():
            fence()
            locked = RFPInformationDocument.objects.select_for_update().filter(pk=document.pk).first()
            if locked is None:
                return
            RFPInformationDocument.objects.filter(pk=document.pk).update(
                summary_parts=locked.summary_parts | ({digest: row} if digest else {}),
                input_tokens=F("input_tokens") + usage.input_tokens,
                output_tokens=F("output_tokens") + usage.output_tokens,
                llm_cost=F("llm_cost") + model.cost_of(usage),
                llm_model=model.model,
            )

    try:
        if (provider := get_llm_provider(model)) is not None:
            Purse(document.rfp, model).require()
    except LLMError as error:
        note = f"{error} {_('The summary quotes the sentences that stand out instead.')}"
        return Summary(extract_points(parsed), "extractive", note)
    if provider is None:
        return Summary(extract_points(parsed), "extractive")
    order = SummaryOrder(
        provider,
        kept=document.summary_parts,
        keep=keep,
        report=report,
        concurrency=model.concurrency,
        style=model.summary_style,
    )
    return order.write(parsed)
