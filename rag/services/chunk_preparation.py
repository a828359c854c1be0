"""A parsed document as the chunks that are stored and embedded."""

import hashlib
from dataclasses import replace

from rag.parsing import ParsedDocument
from rag.parsing.cleaning import strip_invisible
from rag.providers.embedding import EmbeddingProvider
from rag.services.chunk_rows import PreparedChunk
from rag.services.chunking import Chunk, chunk_context, chunk_document, context_title

_HEADING_LIMIT = 500


def prepare_chunks(parsed: ParsedDocument, *, title: str, provider: EmbeddingProvider) -> list[PreparedChunk]:
    """A parsed document as the chunks that are stored and embedded: cleaned, each with context and hash."""
    title = context_title(title, parsed.title)
    titled = replace(parsed, title=title)
    chunks = chunk_document(titled, count_tokens=provider.count_tokens, budget=provider.max_tokens)
    return [_prepare(chunk, title) for chunk in chunks]


def _prepare(chunk: Chunk, title: str) -> PreparedChunk:
    headings = [strip_invisible(heading)[:_HEADING_LIMIT] for heading in chunk.heading_path]
    context = strip_invisible(chunk_context(title, headings))
    text = strip_invisible(chunk.text)
    digest = hashlib.sha256(f"{context}\0{text}".encode()).hexdigest()
    return PreparedChunk(chunk.index, text, context, headings, chunk.page, chunk.page_end, digest)
