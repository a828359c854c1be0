"""Search, passages and answers to single questions over the REST API: reading, and nothing is kept."""

from datetime import date
from typing import Annotated, Literal

from django.http import Http404
from django.shortcuts import get_object_or_404
from ninja import Query, Router, Schema
from pydantic import Field

from core.models import Organization
from rag.services.drafting import draft_answer_within
from rag.services.drafts import Draft
from rag.services.filters import SEARCHED_TYPES, SearchFilters
from rag.services.passages import Passage, load_passages
from rag.services.search import search_library
from solution_library.models import Document, Solution
from themis.api.pages import Id, StrictQuery
from themis.http import SignedInRequest

router = Router(tags=["Search"])

Words = Annotated[str, Field(min_length=1, max_length=2000, pattern=r"\S")]
Scope = Annotated[
    list[Id], Field(max_length=200, description="Solutions to look in; none: the whole library.")
]


Types = Annotated[
    list[Literal[SEARCHED_TYPES]],  # type: ignore[valid-type]
    Field(
        max_length=len(SEARCHED_TYPES),
        description='Types of files, "page" for scraped pages, "answer" for approved answers; none: all.',
    ),
]


Vendors = Annotated[
    list[Id],
    Field(
        max_length=200,
        description="Vendors whose solutions to look in; with `solution`, only in those of them.",
    ),
]


class ScoreOut(Schema):
    """What a score is made of. Each part is from 0 to 1, but for `bm25`; places count from 1.

    `fused` = (`dense` + `trust` × (0.6 × `lexical` + 0.2 × `coverage` + 0.2 × `document`)) / 2, which is the passage's
    `score`, unless a reranker moved it: then `score` is that of its place.
    """

    dense: Annotated[float, Field(description="Alike in meaning: the cosine with the query.")]
    lexical: Annotated[float, Field(description="BM25 as a share of the most that this query could give.")]
    coverage: Annotated[
        float, Field(description="Share of the query's words in the passage, rare ones weighing more.")
    ]
    document: Annotated[float, Field(description="The same of all that was found of its document.")]
    trust: Annotated[
        float, Field(description="How far words count: less where the query has only common ones.")
    ]
    bm25: Annotated[float, Field(description="BM25 itself, from 0 without an upper end.")]
    fused: Annotated[float, Field(description="The parts together.")]
    reranker: Annotated[
        float | None, Field(description="The reranker's own number; null where none read it.")
    ] = None
    place_before: Annotated[int | None, Field(description="Its place before the reranker.")] = None
    place_after: Annotated[int | None, Field(description="Its place after the reranker.")] = None


class CopyOut(Schema):
    """Another place that says the same, or nearly: no number and no denial differs."""

    chunk_id: int | None
    library_answer_id: int | None
    document_id: int | None
    solution_id: int
    title: str
    page: int | None


class PassageOut(Schema):
    """A chunk of a document, or an approved answer (then `title` is its question, and `choice` what it chose).

    `explanation` is null for a passage that was not searched for.
    """

    chunk_id: int | None
    library_answer_id: int | None
    document_id: int | None
    solution_id: int
    title: str
    heading_path: list[str]
    page: int | None
    page_end: int | None
    text: str
    choice: str
    score: float
    explanation: ScoreOut | None
    copies: list[CopyOut]


class SearchOut(Schema):
    items: list[PassageOut]


class Filters(StrictQuery):
    """Where to look."""

    solution: Scope = []
    vendor: Vendors = []
    type: Types = []
    since: Annotated[date | None, Field(description="Only what came or changed on that day or later.")] = None
    current: Annotated[bool, Field(description="Leave out what is overdue for review.")] = False


class SearchQuery(Filters):
    q: Words
    limit: Annotated[int, Field(ge=1, le=50)] = 10


class AskQuery(Filters):
    q: Words


class QuotationOut(Schema):
    """What a sentence rests on, and how well the passage that it stands in fits the question."""

    quote: str
    title: str
    page: int | None
    chunk_id: int | None
    library_answer_id: int | None
    score: float
    explanation: ScoreOut | None


class SentenceOut(Schema):
    text: str
    citations: list[QuotationOut]


class DraftPartOut(Schema):
    """One thing that the question asks: `covered` is null where it was not checked, `sentences` count from 0."""

    text: str
    covered: bool | None
    sentences: list[int]


class DraftOut(Schema):
    """An answer with its proof, sentence by sentence; or "no_answer", and what is `missing`."""

    status: Literal["supported", "needs_review", "no_answer"]
    text: str
    confidence: float
    origin: str
    missing: str
    sentences: list[SentenceOut]
    parts: list[DraftPartOut]


@router.get("/search", response=SearchOut, summary="Search the library")
def search(request: SignedInRequest, query: Query[SearchQuery]) -> SearchOut:
    filters = _filters(query, solutions=_scope(request, query))
    found = search_library(query.q, filters=filters, top=query.limit)
    return SearchOut(items=[_passage(passage) for passage in found])


@router.get("/passages/{chunk_id}", response=PassageOut, summary="One passage, by the chunk's id")
def get_passage(request: SignedInRequest, chunk_id: Id) -> PassageOut:
    passage = load_passages([("chunk", chunk_id)]).get(("chunk", chunk_id))
    if passage is None or passage.document_id is None:
        raise Http404
    get_object_or_404(Document.objects.visible_to(request.user), pk=passage.document_id)
    return _passage(passage)


@router.get("/ask", response=DraftOut, summary="Ask the library one question")
def ask(request: SignedInRequest, query: Query[AskQuery]) -> DraftOut:
    solutions = _scope(request, query)
    if solutions is None:
        solutions = list(Solution.objects.visible_to(request.user).values_list("pk", flat=True))
    return draft_out(draft_answer_within(query.q, filters=_filters(query, solutions=solutions)))


def _filters(query: Filters, *, solutions: list[int] | None) -> SearchFilters:
    return SearchFilters(
        solutions=solutions, types=query.type or None, since=query.since, current=query.current
    )


def _scope(request: SignedInRequest, query: Filters) -> list[int] | None:
    """The solutions asked for, None for all. Raises Http404 for one, or a vendor, that is not there for this person."""
    if not query.solution and not query.vendor:
        return None
    visible = Solution.objects.visible_to(request.user)
    if query.solution:
        visible = visible.filter(pk__in=query.solution)
        if set(visible.values_list("pk", flat=True)) != set(query.solution):
            raise Http404
    if query.vendor:
        vendors = Organization.objects.visible_to(request.user).vendors().filter(pk__in=query.vendor)
        if set(vendors.values_list("pk", flat=True)) != set(query.vendor):
            raise Http404
        visible = visible.filter(vendor__in=query.vendor)
    return list(visible.values_list("pk", flat=True))


def _passage(passage: Passage) -> PassageOut:
    plain = PassageOut.model_fields.keys() - {"heading_path", "explanation", "copies"}
    return PassageOut(
        **{name: getattr(passage, name) for name in plain},
        heading_path=list(passage.heading_path),
        explanation=_explanation(passage),
        copies=[
            CopyOut(**{name: getattr(copy, name) for name in CopyOut.model_fields}) for copy in passage.copies
        ],
    )


def _explanation(passage: Passage) -> ScoreOut | None:
    return ScoreOut(**passage.explanation) if passage.explanation else None


def draft_out(draft: Draft) -> DraftOut:
    return DraftOut(
        status=draft.status,
        text=draft.text,
        confidence=draft.confidence,
        origin=draft.origin,
        missing=draft.missing,
        sentences=[
            SentenceOut(
                text=sentence.text,
                citations=[
                    QuotationOut(
                        quote=citation.quote,
                        title=citation.passage.title,
                        page=citation.passage.page,
                        chunk_id=citation.passage.chunk_id,
                        library_answer_id=citation.passage.library_answer_id,
                        score=citation.passage.score,
                        explanation=_explanation(citation.passage),
                    )
                    for citation in sentence.citations
                ],
            )
            for sentence in draft.sentences
        ],
        parts=[
            DraftPartOut(text=part.text, covered=part.covered, sentences=list(part.sentences))
            for part in draft.parts
        ],
    )
