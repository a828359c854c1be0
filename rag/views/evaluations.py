"""How well the library is searched: measurements over time, any two of them compared, and a new one."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from core import jobs
from core.models import Job
from rag.answer_quality import answer_figures
from rag.evaluation_report import MOST_LISTED, Comparison, QuestionChange, compare, draw
from rag.own_library import EVALUATION_JOB, find_old_passages
from rag.services.language_model import find_language_model
from solution_library.models import LibraryAnswer, RetrievalEvaluation
from solution_library.views.access import require_editor
from themis.http import SignedInRequest

LISTED = 50


@require_GET
def evaluations(request: SignedInRequest) -> HttpResponse:
    """The newest measurements; `?before=3&after=5` says which two are compared, else the last two."""
    user = require_editor(request)
    rows = list(RetrievalEvaluation.objects.visible_to(user).select_related("started_by")[:LISTED])
    after = _chosen(rows, request.GET.get("after"), default=0)
    before = _chosen(rows, request.GET.get("before"), default=1)
    comparison = compare(before, after) if before and after and before != after else None
    last = Job.objects.filter(kind=EVALUATION_JOB).order_by("-created_at").first()
    context: dict[str, Any] = {
        "evaluations": [(row, answer_figures(row.results.values())) for row in rows],
        "language_model": find_language_model(),
        "drawing": draw(rows),
        "before": before,
        "after": after,
        "comparison": comparison,
        "lists": _lists(comparison) if comparison else [],
        "most_listed": MOST_LISTED,
        "old": find_old_passages(rows),
        # One that failed says why, until another one succeeds.
        "job": last if last and last.state != Job.State.DONE else None,
    }
    return render(request, "rag/evaluations.html", context)


@require_POST
def evaluation_start(request: SignedInRequest) -> HttpResponse:
    user = require_editor(request)
    jobs.enqueue(
        EVALUATION_JOB,
        title=_("Measure search and drafts"),
        key=EVALUATION_JOB,
        owner=user,
        params={"ask_model": "ask_model" in request.POST},
    )
    return redirect("rag:evaluations")


def _chosen(
    rows: list[RetrievalEvaluation], wanted: str | None, *, default: int
) -> RetrievalEvaluation | None:
    """The one that the address names, else the default-th newest; None when there are too few."""
    named = next((row for row in rows if str(row.pk) == wanted), None)
    return named or (rows[default] if len(rows) > default else None)


def _lists(comparison: Comparison) -> list[dict[str, Any]]:
    """Worse and better questions; library questions by their words, those of RFPs only counted."""
    changed = [*comparison.worse, *comparison.better]
    ids = [int(change.key.partition(":")[2]) for change in changed if change.key.startswith("library:")]
    texts = dict(LibraryAnswer.objects.filter(pk__in=ids).order_by().values_list("pk", "question"))

    def shown(changes: list[QuestionChange]) -> dict[str, Any]:
        named = []
        for change in changes:
            kind, _sep, pk = change.key.partition(":")
            if kind == "library" and int(pk) in texts:
                named.append({"pk": int(pk), "question": texts[int(pk)], "change": change})
        return {
            "rows": named[:MOST_LISTED],
            "more": max(0, len(named) - MOST_LISTED),
            "other": len(changes) - len(named),
        }

    return [
        {"title": _("Found worse"), "icon": "thumbs-down"} | shown(comparison.worse),
        {"title": _("Found better"), "icon": "thumbs-up"} | shown(comparison.better),
    ]
