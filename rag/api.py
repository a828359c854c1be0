"""Search, passages and answers to single questions over the REST API: reading, and nothing is kept."""

from datetime import date
from typing import Annotated, Literal

from django.http import Http404
from django.shortcuts import get_object_or_404
from ninja import Query, Router, Schema
from pydantic import Field

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


class PassageOut(Schema):
    """A chunk of a document, or an approved answer (then `title` is its question)."""

    chunk_id: int | None
    library_answer_id: int | None
    document_id: int | None
    solution_id: int
    title: str
    heading_path: list[str]
    page: int | None
    page_end: int | None
    text: str
    score: float


class SearchOut(Schema):
    items: list[PassageOut]


class Filters(StrictQuery):
    """Where to look."""

    solution: Scope = []
    type: Types = []
    since: Annotated[date | None, Field(description="Only what came or changed on that day or later.")] = None
    current: Annotated[bool, Field(description="Leave out what is overdue for review.")] = False


class SearchQuery(Filters):
    q: Words
    limit: Annotated[int, Field(ge=1, le=50)] = 10


class AskQuery(Filters):
    q: Words


class QuotationOut(Schema):
    quote: str
    title: str
    page: int | None
    chunk_id: int | None
    library_answer_id: int | None


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
    filters = _filters(query, solutions=_scope(request, query.solution))
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
    solutions = _scope(request, query.solution)
    if solutions is None:
        solutions = list(Solution.objects.visible_to(request.user).values_list("pk", flat=True))
    return draft_out(draft_answer_within(query.q, filters=_filters(query, solutions=solutions)))


def _filters(query: Filters, *, solutions: list[int] | None) -> SearchFilters:
    return SearchFilters(
        solutions=solutions, types=query.type or None, since=query.since, current=query.current
    )


def _scope(request: SignedInRequest, wanted: list[int]) -> list[int] | None:
    """The solutions asked for, None for all. Raises Http404 for one that is not there for this person."""
    if not wanted:
        return None
    visible = Solution.objects.visible_to(request.user).filter(pk__in=wanted)
    found = list(visible.values_list("pk", flat=True))
    if set(found) != set(wanted):
        raise Http404
    return found


def _passage(passage: Passage) -> PassageOut:
    return PassageOut(
        **{name: getattr(passage, name) for name in PassageOut.model_fields if name != "heading_path"},
        heading_path=list(passage.heading_path),
    )


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
