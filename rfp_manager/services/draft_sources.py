"""What a draft cites, as it is when the draft is saved.

Minutes may lie between the search and the saving. Whoever changes a source marks the answers that cite it, but a draft
that is still being written cites nothing yet: it is looked at here instead.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.translation import gettext as _

from rag.services.drafts import Draft
from rag.services.passages import Passage
from solution_library.models import Document, DocumentEmbedding, LibraryAnswer
from solution_library.services.deletions import deletion_reason


@dataclass(frozen=True)
class SourcesNow:
    """The rows behind a draft's passages that are still there, by their numbers."""

    chunks: frozenset[int]
    documents: dict[int, Document]
    answers: dict[int, LibraryAnswer]

    def keys_of(self, passage: Passage) -> dict[str, int | None]:
        """What a citation of the passage may point at: no row that is gone."""
        return {
            "chunk_id": passage.chunk_id if passage.chunk_id in self.chunks else None,
            "document_id": passage.document_id if passage.document_id in self.documents else None,
            "library_answer_id": passage.library_answer_id
            if passage.library_answer_id in self.answers
            else None,
        }

    def why_outdated(self, passage: Passage) -> str:
        """Why the passage does not say any more what its source says, in a sentence; empty when it does."""
        if passage.library_answer_id is not None:
            return _of_answer(passage, self.answers.get(passage.library_answer_id))
        if passage.document_id is None:
            return ""
        found = self.documents.get(passage.document_id)
        return _of_document(passage, found, has_chunk=passage.chunk_id in self.chunks)


def sources_now(draft: Draft) -> SourcesNow:
    """Three queries at most, and none for a draft that cites nothing."""
    passages = list(passages_of(draft))
    chunks = {passage.chunk_id for passage in passages if passage.chunk_id is not None}
    documents = {passage.document_id for passage in passages if passage.document_id is not None}
    answers = {passage.library_answer_id for passage in passages if passage.library_answer_id is not None}
    return SourcesNow(
        frozenset(DocumentEmbedding.objects.filter(pk__in=chunks).values_list("pk", flat=True))
        if chunks
        else frozenset(),
        Document.objects.select_related("source").in_bulk(documents) if documents else {},
        LibraryAnswer.with_deleted.without_index().in_bulk(answers) if answers else {},
    )


def passages_of(draft: Draft) -> Iterator[Passage]:
    return (citation.passage for sentence in draft.sentences for citation in sentence.citations)


def _of_answer(passage: Passage, entry: LibraryAnswer | None) -> str:
    if entry is None or entry.deleted_at:
        return _("The library answer that it was taken from was deleted.")
    if (entry.answer, entry.choice) != (passage.text, passage.choice):
        return _("The library answer that it was taken from was changed.")
    return ""


def _of_document(passage: Passage, document: Document | None, *, has_chunk: bool) -> str:
    if document is None:
        return _("“%(title)s” was deleted from the library.") % {"title": passage.title}
    if document.deleted_at:
        return deletion_reason(document)
    names = {"title": document.title, "name": document.source.name if document.source else ""}
    if document.retired_at:
        return _("“%(title)s” is no longer on %(name)s.") % names
    behind = document.embedded_hash not in ("", document.content_hash)
    # A passage may also be gone because the same words were cut or embedded otherwise; that dates no document anew.
    anew = document.embedded_at and passage.changed_at and document.embedded_at > passage.changed_at
    if not (behind or (anew and not has_chunk)):
        return ""
    if document.source is None:
        return _("“%(title)s” was replaced by a new file.") % names
    return _("“%(title)s” has changed on %(name)s.") % names
