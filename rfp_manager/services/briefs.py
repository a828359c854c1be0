"""An RFP's brief: what all its information documents say, under one set of headings, each thing once."""

from collections.abc import Iterable
from dataclasses import dataclass

from rfp_manager.models import RFP, RFPInformationDocument
from rfp_manager.tenders.merging import merge_points
from rfp_manager.tenders.points import points_from_json

# Of an information document, what a brief needs: the rest of it is long.
_NEEDED = ("rfp", "title", "summary_points", "summary_dates", "summary_status", "text_key")


@dataclass(frozen=True)
class Source:
    """Where a document says it; `url` opens the document there."""

    document: str
    page: int | None
    url: str


@dataclass(frozen=True)
class BriefItem:
    """`quote` is empty where the text is the document's own words."""

    text: str
    quote: str
    sources: tuple[Source, ...]


@dataclass(frozen=True)
class BriefSection:
    title: str
    items: tuple[BriefItem, ...]


@dataclass(frozen=True)
class Brief:
    """`read` are the documents that it is made of; `waiting` and `failed` it does not have yet, or cannot have."""

    sections: tuple[BriefSection, ...]
    read: tuple[RFPInformationDocument, ...]
    waiting: tuple[RFPInformationDocument, ...]
    failed: tuple[RFPInformationDocument, ...]

    def section(self, title: str) -> tuple[BriefItem, ...]:
        return next((section.items for section in self.sections if section.title == title), ())


def build_brief(rfp: RFP) -> Brief:
    """One query, however many documents there are, and no visit to the store."""
    documents = list(rfp.information_documents.only(*_NEEDED))
    ready = tuple(row for row in documents if row.summary_status == row.SummaryStatus.READY)
    return Brief(
        summary_sections(ready),
        ready,
        tuple(row for row in documents if row.is_waiting),
        tuple(row for row in documents if row.summary_status == row.SummaryStatus.FAILED),
    )


def summary_sections(documents: Iterable[RFPInformationDocument]) -> tuple[BriefSection, ...]:
    """The summaries of one document or several, what repeats folded, with every place that says it."""
    by_id = {document.pk: document for document in documents}
    merged = merge_points((pk, points_from_json(document.summary_points)) for pk, document in by_id.items())
    return tuple(
        BriefSection(
            title,
            tuple(
                BriefItem(
                    row.point.text,
                    "" if row.point.is_quotation else row.point.shown_quote,
                    tuple(
                        Source(by_id[pk].title, point.page, by_id[pk].place_url(point.block))
                        for pk, point in row.sources
                    ),
                )
                for row in rows
            ),
        )
        for title, rows in merged.items()
    )
