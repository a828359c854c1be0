"""The files that the customer sent, as the overview lists them: question workbooks, and documents to read."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, F, IntegerField, OuterRef, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce

from rfp_manager.models import RFP, Question, RFPInformationDocument, RFPQuestionDocument

_WAITING = {
    RFPQuestionDocument.LayoutStatus.PENDING,
    RFPInformationDocument.SummaryStatus.PENDING,
    RFPInformationDocument.SummaryStatus.PROCESSING,
}


@dataclass(frozen=True)
class SentFile:
    """`status` is a workbook's layout status or a document's summary status; `count` questions or pages."""

    kind: str
    pk: int
    title: str
    file_size: int | None
    created_at: dt.datetime
    status: str
    error: str
    count: int | None

    @property
    def is_waiting(self) -> bool:
        """Whether the status will change by itself."""
        return self.status in _WAITING


def sent_files(rfp: RFP) -> tuple[list[SentFile], list[SentFile]]:
    """Workbooks and information documents, in the order in which they came. One query."""
    rows = _workbooks(rfp).union(_information(rfp), all=True).order_by("created_at", "pk")
    files = [SentFile(**row) for row in rows]
    return [row for row in files if row.kind == "workbook"], [
        row for row in files if row.kind == "information"
    ]


def _workbooks(rfp: RFP) -> "QuerySet[Any, dict[str, Any]]":
    asked = Question.objects.filter(document=OuterRef("pk")).order_by().values("document")
    counted = asked.annotate(count=Count("pk")).values("count")
    return _files(
        rfp.question_documents.order_by(),
        kind=Value("workbook"),
        status=F("layout_status"),
        error=F("layout_error"),
        count=Coalesce(Subquery(counted, output_field=IntegerField()), 0),
    )


def _information(rfp: RFP) -> "QuerySet[Any, dict[str, Any]]":
    return _files(
        rfp.information_documents.order_by(),
        kind=Value("information"),
        status=F("summary_status"),
        error=F("summary_error"),
        count=F("page_count"),
    )


def _files(rows: "QuerySet[Any]", **columns: Any) -> "QuerySet[Any, dict[str, Any]]":
    return rows.values("pk", "title", "file_size", "created_at", **columns)
