"""Which embedding model search uses while one model gives way to another.

Vectors of two models are never compared. After the settings have changed, the library's vectors are still of the
model before, and making new ones takes minutes or hours. Meanwhile:

- Search goes on with the *serving model*: the one that most passages of the library were embedded with. The query is
  embedded with that model, as long as it can still be made here: the bundled one always, another model of the
  configured endpoint or file by its name. What has only vectors of the other model is found by its words.
- A document that is embedded again keeps its old chunks; the new ones wait beside them, unseen
  (`waiting_search_vector`). When all documents are through, `reembedding.switch_model` changes them over in one
  transaction, together with the approved answers.
- Where the model before cannot be made any more, nothing waits: each document's chunks are replaced at once, and
  those that still have old vectors are found by their words.
"""

import logging
import os
import threading
import time
from pathlib import Path

import numpy as np
from django.conf import settings
from django.db.models import Count, QuerySet, Sum

from rag.providers.embedding import EmbeddingError, EmbeddingProvider, TransientEmbeddingError
from solution_library.models import Document, LibraryAnswer

logger = logging.getLogger(__name__)

# A model that did not answer is not asked again for so long: each search would wait for it.
_SET_ASIDE_SECONDS = 300.0

_lock = threading.Lock()
_providers: dict[str, EmbeddingProvider | None] = {}
_set_aside: dict[str, float] = {}


def find_serving_model() -> str:
    """The model of most passages; of most approved answers where there is no passage; else empty. A query or two."""
    documents = Document.objects.in_use().filter(chunk_count__gt=0).exclude(embedded_model="")
    answers = LibraryAnswer.objects.filter(embedding__isnull=False)
    return _most(documents.values_list("embedded_model").annotate(n=Sum("chunk_count"))) or _most(
        answers.values_list("embedding_model").annotate(n=Count("pk"))
    )


def vector_for_search(
    query: str, vector: np.ndarray, *, provider: EmbeddingProvider
) -> tuple[np.ndarray, str]:
    """The vector to search with, and its model: `vector` (by `provider`), or the query's under the serving model."""
    model = find_serving_model()
    serving = None if model in ("", provider.name) else provider_named(model)
    if serving is None:
        return vector, provider.name
    try:
        return serving.embed_query(query), model
    except EmbeddingError:
        logger.warning(
            "the embedding model before (%s) does not answer; it is left out", model, exc_info=True
        )
        with _lock:
            _set_aside[model] = time.monotonic()
        return vector, provider.name


def model_kept_beside(document: Document, *, model: str) -> str:
    """The model whose chunks of this document stay while those of `model` wait beside them; empty for none.

    None when they were made from other content, or when nobody could search with them.
    """
    before = document.embedded_model
    if before in ("", model) or document.embedded_hash != document.content_hash:
        return ""
    return before if provider_named(before) is not None else ""


def provider_named(model: str) -> EmbeddingProvider | None:
    """The provider whose vectors carry this name, or None where it cannot be made with these settings."""
    with _lock:
        if time.monotonic() - _set_aside.get(model, -_SET_ASIDE_SECONDS) < _SET_ASIDE_SECONDS:
            return None
        if model in _providers:
            return _providers[model]
    try:
        made = _make(model)  # not under the lock: it may ask a server
    except TransientEmbeddingError:
        logger.warning("the embedding model before (%s) does not answer", model, exc_info=True)
        with _lock:
            _set_aside[model] = time.monotonic()
        return None
    except EmbeddingError:
        logger.warning("the embedding model before (%s) cannot be made", model, exc_info=True)
        made = None
    with _lock:
        return _providers.setdefault(model, made)


def forget_providers() -> None:
    """Make them anew when they are next asked for."""
    with _lock:
        _providers.clear()
        _set_aside.clear()


def _make(model: str) -> EmbeddingProvider | None:
    # Imported here: the runtime of one provider is no burden to a process that uses the other.
    if model.startswith("openai:"):
        if not settings.EMBEDDING_API_URL:
            return None
        from rag.providers.embedding.openai_compatible import OpenAICompatibleProvider

        provider = OpenAICompatibleProvider(
            url=settings.EMBEDDING_API_URL,
            api_key=settings.EMBEDDING_API_KEY,
            model=model.removeprefix("openai:"),
        )
        provider.embed_query("ready?")  # another address may not know the model of the one before
        return provider
    from rag.providers.embedding.bundled import BUNDLED_NAME, BundledProvider

    if model == BUNDLED_NAME:
        return BundledProvider(threads=settings.EMBEDDING_THREADS)
    path, tokenizer = settings.EMBEDDING_MODEL_PATH, settings.EMBEDDING_TOKENIZER_PATH
    if not (path and tokenizer and model.startswith(f"{Path(path).stem}@")):
        return None
    made = BundledProvider(
        model_path=Path(path), tokenizer_path=Path(tokenizer), threads=settings.EMBEDDING_THREADS
    )
    return made if made.name == model else None


def _most(counts: "QuerySet") -> str:
    """The name with the largest number; of equals the first one by name, so that searches agree."""
    found = sorted(counts.order_by(), key=lambda row: (-row[1], row[0]))
    return found[0][0] if found else ""


def _reset_after_fork() -> None:
    # A session made before the fork has no threads after it, and the lock may have been held.
    global _lock
    _lock = threading.Lock()
    _providers.clear()


os.register_at_fork(after_in_child=_reset_after_fork)
