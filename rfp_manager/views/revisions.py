"""A workbook's new version beside the old one: looked at first, then confirmed."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from core.differences import compare_words
from core.storage import StorageError
from rfp_manager.exceptions import GoneMeanwhile, RFPError
from rfp_manager.models import RFP, Question, RFPQuestionDocument
from rfp_manager.permissions import Action
from rfp_manager.services.revision_comparison import compare_versions, replaceable_workbooks
from rfp_manager.services.revisions import apply_revision
from rfp_manager.views.access import find_rfp
from themis.http import SignedInRequest

LayoutStatus = RFPQuestionDocument.LayoutStatus


@require_GET
def revision(request: SignedInRequest, rfp_id: int, document_id: int) -> HttpResponse:
    """What the new version changes; of a confirmed one, what it changed."""
    rfp = find_rfp(request, rfp_id)
    document = get_object_or_404(rfp.question_documents.select_related("replaces"), pk=document_id)
    context: dict[str, Any] = {
        "rfp": rfp,
        "document": document,
        "workbooks": [],
        "replaced": document.replaces,
    }
    if document.layout_status == LayoutStatus.DETECTED:
        context["workbooks"] = replaceable_workbooks(document)
        context["replaced"] = _replaced(request, context["workbooks"])
        if context["replaced"]:
            found = compare_versions(document, replaced=context["replaced"])
            context |= {"seen": found.digest} | _report(rfp, found.to_dict())
    elif document.revision:
        context |= _report(rfp, document.revision)
    return render(request, "rfp_manager/revision.html", context)


@require_POST
def revision_apply(request: SignedInRequest, rfp_id: int, document_id: int) -> HttpResponse:
    rfp = find_rfp(request, rfp_id, Action.EDIT)
    document = get_object_or_404(rfp.question_documents, pk=document_id)
    replaced = _replaced(request, replaceable_workbooks(document))
    if replaced is None:
        messages.error(request, _("Choose the workbook that this one replaces."))
        return redirect("rfp_manager:revision", rfp.pk, document.pk)
    try:
        done = apply_revision(
            document, replaced=replaced, seen=request.POST.get("seen", ""), user=request.user
        )
    except GoneMeanwhile as error:
        messages.error(request, str(error))
        return redirect("rfp_manager:detail", rfp.pk)
    except (RFPError, StorageError) as error:
        messages.error(request, str(error))
        return redirect("rfp_manager:revision", rfp.pk, document.pk)
    messages.success(
        request,
        _(
            "The new version is in place: %(unchanged)s questions unchanged, %(reworded)s reworded, "
            "%(added)s added, %(removed)s removed."
        )
        % {
            "unchanged": done.unchanged,
            "reworded": len(done.reworded),
            "added": len(done.added),
            "removed": len(done.removed),
        },
    )
    return redirect("rfp_manager:questions", rfp.pk)


def _replaced(request: SignedInRequest, workbooks: list[RFPQuestionDocument]) -> RFPQuestionDocument | None:
    """The workbook that the person named, or the likeliest."""
    wanted = request.POST.get("of") or request.GET.get("of")
    if wanted:
        return next((row for row in workbooks if str(row.pk) == wanted), None)
    return workbooks[0] if workbooks and request.method == "GET" else None


def _report(rfp: RFP, report: dict[str, Any]) -> dict[str, Any]:
    """The changes by kind, with the words that differ and where each answer stands."""
    changes = report["changes"]
    asked = [change["question"] for change in changes if change["question"]]
    rows = Question.ever_asked.filter(rfp=rfp, pk__in=asked).only("pk", "status")
    labels = {row.pk: row.get_status_display() for row in rows}
    for change in changes:
        change["status"] = labels.get(change["question"], "")
        if change["reworded"]:
            change["pieces"] = compare_words(change["old"]["text"], change["new"]["text"])
    both = [change for change in changes if change["old"] and change["new"]]
    return {
        "unchanged": report["unchanged"],
        "reworded": [change for change in both if change["reworded"]],
        "choices_changed": [
            change for change in both if change["choices_changed"] and not change["reworded"]
        ],
        "moved": [change for change in both if change["moved"]],
        "added": [change for change in changes if not change["old"]],
        "removed": [change for change in changes if not change["new"]],
    }
