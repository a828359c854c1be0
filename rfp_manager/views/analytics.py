"""Figures across the RFPs that a person may see: charts, the tables behind them, the same as .csv."""

from typing import Any

from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from rfp_manager.analytics_forms import AnalyticsFilter
from rfp_manager.models import RFP
from rfp_manager.services.analytics import median_times, share
from rfp_manager.services.analytics_reports import (
    REPORTS,
    Figures,
    Report,
    month_name,
    plain_value,
    write_report,
)
from themis.http import SignedInRequest


@require_GET
def analytics(request: SignedInRequest) -> HttpResponse:
    """Seven queries, however many RFPs there are."""
    form = AnalyticsFilter(request.GET.dict(), rfps=RFP.objects.visible_to(request.user))
    figures = Figures(form.apply())
    reports = {key: build(figures) for key, build in REPORTS.items()}
    context = {
        "form": form,
        "reports": list(reports.values()),
        "charts": {key: _chart(report) for key, report in reports.items()},
        "totals": _totals(reports, figures.rfps),
        "empty": not reports["outcomes"].rows,
        "query": request.GET.urlencode(),
    }
    return render(request, "rfp_manager/analytics.html", context)


@require_GET
def analytics_csv(request: SignedInRequest, report: str) -> HttpResponse:
    if report not in REPORTS:
        raise Http404(_("There is no such report."))
    form = AnalyticsFilter(request.GET.dict(), rfps=RFP.objects.visible_to(request.user))
    response = HttpResponse(content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{report}.csv"'
    write_report(REPORTS[report](Figures(form.apply())), response)  # type: ignore[arg-type]
    return response


def _totals(reports: dict[str, Report], rfps: "QuerySet[RFP]") -> dict[str, Any]:
    """The figures over the whole period; parts and wholes are added up, medians asked for."""
    answers, drafts, results = (
        reports[key].rows for key in ("answer-rate", "approved-unchanged", "outcomes")
    )
    to_draft, to_approval = median_times(rfps)
    won, lost = sum(row[3] for row in results), sum(row[4] for row in results)
    return {
        "answer_rate": share(sum(row[3] for row in answers), sum(row[2] for row in answers)),
        "unchanged": share(sum(row[3] for row in drafts), sum(row[2] for row in drafts)),
        "to_draft": to_draft,
        "to_approval": to_approval,
        "win_rate": share(won, won + lost),
    }


def _chart(report: Report) -> dict[str, Any]:
    """What static/js/analytics.js draws."""
    drawn = [(index, column) for index, column in enumerate(report.columns) if column.drawn]
    return {
        "chart": report.chart,
        "stacked": report.stacked,
        "kind": drawn[0][1].kind,
        "labels": [_label(row[0], report) for row in report.rows],
        "series": [
            {
                "name": str(column.name),
                "values": [plain_value(row[index], column.kind) for row in report.rows],
            }
            for index, column in drawn
        ],
    }


def _label(value: Any, report: Report) -> str:
    if report.columns[0].kind == "month":
        return month_name(value)
    return str(value) if len(str(value)) <= 120 else f"{str(value)[:119]}…"
