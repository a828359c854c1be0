"""The figures across RFPs as reports: named columns and rows, which a page draws and a .csv holds."""

import csv
import datetime as dt
import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import IO, Any, Literal

from django.db.models import QuerySet
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from core.formula_guard import guarded
from rfp_manager.models import RFP
from rfp_manager.services import analytics
from rfp_manager.services.source_usage import UsedSource, most_used_sources, stalest_sources

Kind = Literal["month", "text", "count", "share", "duration", "date", "yes"]
Name = str | Promise


@dataclass(frozen=True)
class Column:
    """`drawn`: the chart shows it."""

    name: Name
    kind: Kind
    drawn: bool = False


@dataclass(frozen=True)
class Cell:
    name: Name
    value: Any
    kind: Kind
    url: str = ""

    @property
    def month(self) -> str:
        return month_name(self.value)


@dataclass(frozen=True)
class Report:
    """`links` are the addresses of the rows' first cells, where they have one. `stacked`: the columns add up."""

    key: str
    title: Name
    text: Name
    columns: tuple[Column, ...]
    rows: list[tuple[Any, ...]]
    links: tuple[str, ...] = ()
    chart: Literal["bar", "line", "lying"] = "bar"
    stacked: bool = False

    @property
    def cells(self) -> list[list[Cell]]:
        """The rows, each cell with what it is."""
        return [
            [
                Cell(column.name, value, column.kind, self.links[number] if self.links and not index else "")
                for index, (value, column) in enumerate(zip(row, self.columns, strict=True))
            ]
            for number, row in enumerate(self.rows)
        ]


@dataclass(frozen=True)
class Figures:
    """The RFPs that are counted, and what several reports show of them, counted once."""

    rfps: "QuerySet[RFP]"

    @cached_property
    def months(self) -> list[analytics.Month]:
        return analytics.count_months(self.rfps)


def answer_rate(figures: Figures) -> Report:
    return Report(
        "answer-rate",
        _("Answer rate"),
        _("Questions with an answer, of all that were asked."),
        (
            Column(_("Month"), "month"),
            Column(_("RFPs"), "count"),
            Column(_("Questions"), "count"),
            Column(_("Answered"), "count"),
            Column(_("Approved"), "count"),
            Column(_("Answer rate"), "share", drawn=True),
        ),
        [
            (row.month, row.rfps, row.asked, row.answered, row.approved, row.answer_rate)
            for row in figures.months
        ],
    )


def unchanged(figures: Figures) -> Report:
    return Report(
        "approved-unchanged",
        _("Approved unchanged"),
        _("Drafts that were approved word for word, of all approved answers that began as a draft."),
        (
            Column(_("Month"), "month"),
            Column(_("Approved"), "count"),
            Column(_("Began as a draft"), "count"),
            Column(_("Unchanged"), "count"),
            Column(_("Share"), "share", drawn=True),
        ),
        [
            (row.month, row.approved_answers, row.drafted, row.unchanged, row.unchanged_rate)
            for row in figures.months
            if row.approved_answers
        ],
    )


def times(figures: Figures) -> Report:
    return Report(
        "times",
        _("Time to answer"),
        _("Medians from a question's import to its first draft and to its approval."),
        (
            Column(_("Month"), "month"),
            Column(_("First draft"), "duration", drawn=True),
            Column(_("Approval"), "duration", drawn=True),
        ),
        [(row.month, row.to_draft, row.to_approval) for row in figures.months],
        chart="line",
    )


def outcomes(figures: Figures) -> Report:
    shown = {
        RFP.Status.SUBMITTED: _("Submitted"),
        RFP.Status.WON: _("Won"),
        RFP.Status.LOST: _("Lost"),
        RFP.Status.DROPPED: _("Dropped"),
    }
    return Report(
        "outcomes",
        _("Outcomes"),
        _("What became of the RFPs. The win rate counts those that were won or lost."),
        (
            Column(_("Month"), "month"),
            Column(pgettext_lazy("RFPs", "Open"), "count", drawn=True),
            *(Column(name, "count", drawn=True) for name in shown.values()),
            Column(_("Win rate"), "share"),
        ),
        [
            (row.month, row.open, *(row.statuses[status] for status in shown), row.rate)
            for row in analytics.outcomes(figures.rfps)
        ],
        stacked=True,
    )


def used_sources(figures: Figures) -> Report:
    rows = most_used_sources(figures.rfps)
    return Report(
        "sources",
        _("Most used sources"),
        _("Documents and library answers that most answers cite."),
        (
            Column(_("Source"), "text"),
            Column(_("Solution"), "text"),
            Column(_("Answers"), "count", drawn=True),
            Column(_("RFPs"), "count"),
        ),
        [(row.title, row.solution, row.answers, row.rfps) for row in rows],
        links=_urls(rows),
        chart="lying",
    )


def stale_sources(figures: Figures) -> Report:
    rows = stalest_sources(figures.rfps)
    return Report(
        "stale-sources",
        _("Stalest sources"),
        _("Cited sources that were not changed for longest, and whether their review is overdue."),
        (
            Column(_("Source"), "text"),
            Column(_("Days old"), "count", drawn=True),
            Column(_("Review by"), "date"),
            Column(_("Overdue"), "yes"),
            Column(_("Answers"), "count"),
        ),
        [(row.title, row.age, row.review_by, row.review_overdue, row.answers) for row in rows],
        links=_urls(rows),
        chart="lying",
    )


REPORTS: dict[str, Callable[[Figures], Report]] = {
    "answer-rate": answer_rate,
    "approved-unchanged": unchanged,
    "times": times,
    "outcomes": outcomes,
    "sources": used_sources,
    "stale-sources": stale_sources,
}


def write_report(report: Report, target: IO[bytes]) -> None:
    """The report as .csv in UTF-8 with the mark that Excel reads: shares from 0 to 1, durations in hours."""
    text = io.TextIOWrapper(target, encoding="utf-8-sig", newline="", write_through=True)
    try:
        writer = csv.writer(text)
        hours = {index for index, column in enumerate(report.columns) if column.kind == "duration"}
        names = [str(column.name) for column in report.columns]
        writer.writerow(
            [_("%(name)s (hours)") % {"name": name} if n in hours else name for n, name in enumerate(names)]
        )
        for row in report.rows:
            writer.writerow(
                [_cell(value, column.kind) for value, column in zip(row, report.columns, strict=True)]
            )
    finally:
        text.detach()


def month_name(month: dt.date) -> str:
    return date_format(month, "M Y")


def plain_value(value: Any, kind: Kind) -> float | None:
    """A number for the chart or a program: shares from 0 to 1, durations in hours."""
    if value is None:
        return None
    return round(value.total_seconds() / 3600, 2) if kind == "duration" else round(float(value), 4)


def _cell(value: Any, kind: Kind) -> str:
    if value is None:
        return ""
    if kind in ("share", "duration"):
        return str(plain_value(value, kind))
    if kind == "month":
        return f"{value:%Y-%m}"
    if kind == "yes":
        return gettext("yes") if value else gettext("no")
    return guarded(str(value))


def _urls(rows: Sequence[UsedSource]) -> tuple[str, ...]:
    return tuple(row.url for row in rows)
