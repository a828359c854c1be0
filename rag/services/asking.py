"""One question to the library: the answer that a draft would give, and the passages it rests on, marked."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _

from rag.providers.llm import LLMError
from rag.services.candidates import Ref
from rag.services.drafting import DraftOrder, begin_draft_from
from rag.services.drafts import Draft
from rag.services.evidence import QuestionEvidence, gather_evidence
from rag.services.filters import SearchFilters
from rag.services.neighbours import Place, group_neighbours, join_texts
from rag.services.passages import Passage
from rag.services.repeats import fold_repeats, only_in
from rag.services.shown_passages import FoundCopy, FoundPassage, Piece
from solution_library.models import Document, DocumentEmbedding, LibraryAnswer, Solution

# In a passage that the answer does not cite, the sentence nearest to the question is marked, if it is near enough.
_NEAR_ENOUGH = 0.25


@dataclass(frozen=True)
class CitedSentence:
    """A sentence of the answer with the numbers, from 1, of the passages that it cites."""

    text: str
    numbers: list[int]


@dataclass(frozen=True)
class ShownPart:
    """A part of a question of several, and the sentences of the answer that cover it; `covered` None: not checked."""

    text: str
    covered: bool | None
    said: list[str]


@dataclass(frozen=True)
class LibraryReply:
    """`answered` is False for an honest gap; `draft.missing` says then what the library would have to say.

    Without a `draft` the answer is still to be written, by a language model; `problem` says why it did not.
    `reranking_failed`: a reranker is configured and did not answer, so the passages are in the first search's order.
    """

    draft: Draft | None
    sentences: list[CitedSentence]
    passages: list[FoundPassage]
    problem: str = ""
    reranking_failed: bool = False

    @property
    def answered(self) -> bool:
        return self.draft is not None and bool(self.draft.sentences)

    @property
    def origin(self) -> str:
        """Where the answer's words are from, in words; "" without a draft."""
        origins = {
            "library": _("An approved answer, as it is"),
            "extractive": _("Quoted from the library"),
            "llm": _("Written by the language model"),
        }
        return origins[self.draft.origin] if self.draft else ""

    @property
    def parts(self) -> list[ShownPart]:
        """None for a question of one part."""
        return [
            ShownPart(part.text, part.covered, [self.sentences[number].text for number in part.sentences])
            for part in (self.draft.parts if self.draft else ())
        ]


def ask_library(question: str, *, filters: SearchFilters, wait: bool = True) -> LibraryReply:
    """What the library says to a question, as a draft would, and the passages, best first.

    A language model takes seconds: without `wait` it is not asked, and only the passages are found. Raises
    core.storage.StorageError, rag.providers.embedding.EmbeddingError.
    """
    evidence = gather_evidence(question, filters=filters)
    draft, problem = _draft(question, evidence, wait=wait)
    quotes = _quotes(draft) if draft else {}
    passages = _with_cited(evidence.passages, draft) if draft else evidence.passages
    passages = fold_repeats(passages, nearly=True, shown=quotes.keys())
    marks = {**_nearest_sentences(evidence), **quotes}
    every = [each for passage in passages for each in (passage, *passage.copies)]
    chunks = _chunks(every)
    places = {ref: (chunk.document_id, chunk.chunk_index) for ref, chunk in chunks.items()}
    kept = [passage for passage in passages if passage.library_answer_id or passage.ref in places]
    named = Solution.objects.select_related("vendor").in_bulk({passage.solution_id for passage in every})
    shown = []
    for group in group_neighbours(kept, places):
        best = min(group, key=kept.index)
        if best.solution_id not in named:
            continue
        refs = [passage.ref for passage in group]
        text = join_texts([passage.text for passage in group])
        pieces = cut(text, [quote for ref in refs for quote in marks.get(ref, [])])
        cited = any(ref in quotes for ref in refs)
        copies = _copies(group, places, named)
        url, solution = _url(best, places), named[best.solution_id]
        file_url = _file_url(best, chunks)
        shown.append(FoundPassage(best, refs, pieces, url, solution, cited, copies, file_url))
    numbers = {ref: number for number, found in enumerate(shown, start=1) for ref in found.refs}
    sentences = [
        CitedSentence(
            sentence.text,
            sorted({numbers[c.passage.ref] for c in sentence.citations if c.passage.ref in numbers}),
        )
        for sentence in (draft.sentences if draft else ())
    ]
    return LibraryReply(draft, sentences, shown, problem, bool(evidence.reranking_problem))


def _draft(question: str, evidence: QuestionEvidence, *, wait: bool) -> tuple[Draft | None, str]:
    """The draft, or why there is none; what was found is worth showing without it."""
    try:
        begun = begin_draft_from(question, evidence)
        if not isinstance(begun, DraftOrder):
            return begun, ""
        if not wait:
            return None, ""
        draft = begun.write()
    except LLMError as error:
        return None, str(error)
    # A model that refused or could not be understood says nothing of what is in the library.
    failed = draft.status == "needs_review" and not draft.sentences
    return (None, draft.missing) if failed else (draft, "")


def cut(text: str, quotes: Sequence[str]) -> list[Piece]:
    """The text in runs that are quoted and runs that are not; joined up they are the text again."""
    spans = sorted((at, at + len(quote)) for quote in quotes if quote and (at := text.find(quote)) >= 0)
    pieces: list[Piece] = []
    end = 0
    for start, stop in spans:
        start = max(start, end)
        if stop <= start:
            continue
        if start > end:
            pieces.append(Piece(text[end:start], marked=False))
        pieces.append(Piece(text[start:stop], marked=True))
        end = stop
    if end < len(text):
        pieces.append(Piece(text[end:], marked=False))
    return pieces


def _with_cited(passages: Sequence[Passage], draft: Draft) -> list[Passage]:
    """The passages, and behind them those that only the answer cites."""
    cited = [citation.passage for sentence in draft.sentences for citation in sentence.citations]
    return list({passage.ref: passage for passage in [*passages, *cited]}.values())


def _quotes(draft: Draft) -> dict[tuple[str, int], list[str]]:
    quotes: dict[tuple[str, int], list[str]] = {}
    for sentence in draft.sentences:
        for citation in sentence.citations:
            quotes.setdefault(citation.passage.ref, []).append(citation.quote)
    return quotes


def _nearest_sentences(evidence: QuestionEvidence) -> dict[tuple[str, int], list[str]]:
    """For each passage the sentence that is nearest to some part of the question."""
    nearest: dict[tuple[str, int], tuple[float, str]] = {}
    for part in evidence.parts:
        for found in part.found:
            best = nearest.get(found.passage.ref, (_NEAR_ENOUGH, ""))
            if found.confidence > best[0]:
                nearest[found.passage.ref] = (found.confidence, found.sentence.quote)
    return {ref: [quote] for ref, (_, quote) in nearest.items()}


def _copies(
    group: Sequence[Passage], places: Mapping[Ref, Place], named: Mapping[int, Solution]
) -> list[FoundCopy]:
    """The copies of joined passages: of each other document the first, and each answer."""
    found: dict[tuple[int | None, int | None], FoundCopy] = {}
    for head in group:
        for copy in head.copies:
            of = (copy.document_id, copy.library_answer_id)
            is_there = copy.library_answer_id or (copy.ref in places and copy.document_id != head.document_id)
            if is_there and copy.solution_id in named and of not in found:
                words = only_in(copy.text, head.text)
                found[of] = FoundCopy(copy, _url(copy, places), named[copy.solution_id], words)
    return list(found.values())


def _chunks(passages: Sequence[Passage]) -> dict[Ref, DocumentEmbedding]:
    """The chunks with what is asked of their documents; one that is gone by now is left out."""
    rows = DocumentEmbedding.objects.select_related("document").only(
        "chunk_index", "document__file_type", "document__source_id"
    )
    found = rows.in_bulk([passage.chunk_id for passage in passages if passage.chunk_id])
    return {("chunk", pk): chunk for pk, chunk in found.items()}


def _url(passage: Passage, places: Mapping[Ref, Place]) -> str:
    """Where the passage is read in its place."""
    if passage.library_answer_id:
        return LibraryAnswer(pk=passage.library_answer_id).get_absolute_url()
    document, index = places[passage.ref]
    return f"{Document(pk=document).get_absolute_url()}?passage={index}#passage-{index}"


def _file_url(passage: Passage, chunks: Mapping[Ref, DocumentEmbedding]) -> str:
    """The passage's page in the file itself, where a browser can show that."""
    chunk = chunks.get(passage.ref)
    if chunk is None or not chunk.document.is_pdf or not passage.page:
        return ""
    return f"{reverse('solution_library:document_pdf', args=[chunk.document_id])}#page={passage.page}"
