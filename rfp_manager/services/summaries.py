"""Summaries of information documents: the sentences a bid team looks for first, quoted with their page."""

import re
from collections.abc import Iterator
from dataclasses import asdict, dataclass

from core.storage import load_binary
from rag.parsing import ParsedDocument, ParsingError, parse_document_isolated
from rfp_manager.models import RFPInformationDocument

SummaryStatus = RFPInformationDocument.SummaryStatus

# What a team asks of a tender first, and the words that such sentences carry.
TOPICS: dict[str, re.Pattern[str]] = {
    "Deadlines": re.compile(
        r"\b(deadline|no later than|due (?:date|by)|closing date|submi(?:t|ssion)\w* by|by \d{1,2}[:.]\d\d)\b"
        r"|\b\d{1,2} (?:January|February|March|April|May|June|July|August|September|October|November|December) \d{4}\b"
        r"|\b\d{4}-\d\d-\d\d\b",
        re.IGNORECASE,
    ),
    "Mandatory requirements": re.compile(
        r"\b(must|shall|mandatory|is required to|are required to)\b", re.IGNORECASE
    ),
    "Evaluation criteria": re.compile(
        r"\b(evaluat\w+|award criteri\w+|weight(?:ing|ed)?|scor(?:e|ed|ing)|points|per cent|\d+ ?%)",
        re.IGNORECASE,
    ),
    "Scope": re.compile(
        r"\b(scope|seeks?|intends? to|procure|purpose|objectives?|services? (?:to be|required))\b",
        re.IGNORECASE,
    ),
    "Red flags": re.compile(
        r"\b(liquidated damages|penalt\w+|unlimited liability|indemnif\w+|exclusion|disqualif\w+|terminat\w+"
        r"|reject\w*)\b",
        re.IGNORECASE,
    ),
}
POINTS_PER_TOPIC = 4
_SENTENCE_END = re.compile(r"(?<=[.!?])\s+(?=[A-Z0-9“\"(])")


@dataclass(frozen=True)
class SummaryPoint:
    topic: str
    text: str
    page: int | None


def summarise_document(document: RFPInformationDocument) -> list[SummaryPoint]:
    """Read a stored information document and keep its summary.

    A document that cannot be parsed is marked FAILED with the reason, and gives no points.
    Raises StorageError when the file cannot be fetched.
    """
    RFPInformationDocument.objects.filter(pk=document.pk).update(summary_status=SummaryStatus.PROCESSING)
    content = load_binary(document.s3_key).getvalue()
    try:
        parsed = parse_document_isolated(content, extension=document.file_type)
    except ParsingError as error:
        RFPInformationDocument.objects.filter(pk=document.pk).update(
            summary_status=SummaryStatus.FAILED, summary_error=str(error)
        )
        return []
    points = extract_points(parsed)
    RFPInformationDocument.objects.filter(pk=document.pk).update(
        summary="\n".join(point.text for point in points),
        summary_points=[asdict(point) for point in points],
        page_count=parsed.page_count,
        summary_status=SummaryStatus.READY,
        summary_error="",
    )
    return points


def extract_points(parsed: ParsedDocument) -> list[SummaryPoint]:
    """The sentences that say most on each topic, in the document's order.

    A sentence scores by how many of a topic's words it carries, and more when its heading names
    the topic too. It is quoted under one topic only.
    """
    sentences = list(_sentences(parsed))
    taken: set[int] = set()
    points: list[SummaryPoint] = []
    for topic, pattern in TOPICS.items():
        scored = []
        for index, (text, heading, _) in enumerate(sentences):
            matches = len(pattern.findall(text))
            if matches and index not in taken:
                scored.append((matches + 2 * bool(pattern.search(heading)), -index))
        best = sorted(-negative for _, negative in sorted(scored, reverse=True)[:POINTS_PER_TOPIC])
        taken.update(best)
        points += [SummaryPoint(topic, sentences[index][0], sentences[index][2]) for index in best]
    return points


def _sentences(parsed: ParsedDocument) -> Iterator[tuple[str, str, int | None]]:
    for block in parsed.blocks:
        if block.kind == "code":
            continue
        heading = " > ".join(block.heading_path)
        texts = (
            block.text.splitlines()
            if block.kind == "table"
            else _SENTENCE_END.split(" ".join(block.text.split()))
        )
        for text in texts:
            plain = " ".join(text.replace("|", " ").split())
            if 30 <= len(plain) <= 400:
                yield plain, heading, block.page
