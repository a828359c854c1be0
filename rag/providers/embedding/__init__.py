"""The embedding provider that the settings choose."""

import os
import threading
from pathlib import Path

from django.conf import settings

from rag.providers.embedding.base import EmbeddingError, EmbeddingProvider, TransientEmbeddingError

__all__ = [
    "EmbeddingError",
    "EmbeddingProvider",
    "TransientEmbeddingError",
    "embedding_model_name",
    "get_embedding_provider",
]

_lock = threading.Lock()
_provider: EmbeddingProvider | None = None
_owner_pid = 0


def get_embedding_provider() -> EmbeddingProvider:
    """This process's provider, made on first use.

    A worker forks its children: a session made before the fork has no threads after it and would hang,
    so each process makes its own.
    """
    global _provider, _owner_pid
    if _provider is not None and _owner_pid == os.getpid():
        return _provider
    with _lock:
        if _provider is None or _owner_pid != os.getpid():
            _provider = _make_provider()
            _owner_pid = os.getpid()
        return _provider


def embedding_model_name() -> str:
    """The name of the model that the settings choose, without loading it where its name is known before."""
    if _provider is not None and _owner_pid == os.getpid():
        return _provider.name
    if settings.EMBEDDING_PROVIDER == "openai":
        return f"openai:{settings.EMBEDDING_MODEL_NAME}"
    if not settings.EMBEDDING_MODEL_PATH:
        from rag.providers.embedding.bundled import BUNDLED_NAME

        return BUNDLED_NAME
    return get_embedding_provider().name


def forget_embedding_provider() -> None:
    """Drop this process's provider, so that the next call reads the settings again."""
    global _provider
    with _lock:
        _provider = None


def _reset_after_fork() -> None:
    # The lock may have been held by a thread that does not exist in the child.
    global _lock, _provider
    _lock = threading.Lock()
    _provider = None


os.register_at_fork(after_in_child=_reset_after_fork)


def _make_provider() -> EmbeddingProvider:
    # Imported here: the runtime of one provider is no burden to a process that uses the other.
    if settings.EMBEDDING_PROVIDER == "openai":
        from rag.providers.embedding.openai_compatible import OpenAICompatibleProvider

        return OpenAICompatibleProvider(
            url=settings.EMBEDDING_API_URL,
            api_key=settings.EMBEDDING_API_KEY,
            model=settings.EMBEDDING_MODEL_NAME,
        )
    from rag.providers.embedding.bundled import BundledProvider

    return BundledProvider(
        model_path=Path(settings.EMBEDDING_MODEL_PATH) if settings.EMBEDDING_MODEL_PATH else None,
        tokenizer_path=Path(settings.EMBEDDING_TOKENIZER_PATH) if settings.EMBEDDING_TOKENIZER_PATH else None,
        threads=settings.EMBEDDING_THREADS,
    )
