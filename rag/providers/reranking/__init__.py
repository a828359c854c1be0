"""The reranker that the settings choose, if they choose one."""

import os
import threading
from pathlib import Path

from django.conf import settings

from rag.providers.reranking.base import Reranker, RerankingError

__all__ = ["Reranker", "RerankingError", "forget_reranker", "get_reranker", "reranker_name"]

_lock = threading.Lock()
_reranker: Reranker | None = None


def get_reranker() -> Reranker | None:
    """This process's reranker, made on first use; None where the settings choose none. Raises RerankingError.

    Each process makes its own: a session has no threads after a fork.
    """
    global _reranker
    if settings.RERANKER_PROVIDER == "none":
        return None
    if _reranker is None:
        with _lock:
            if _reranker is None:
                _reranker = _make_reranker()
    return _reranker


def reranker_name() -> str:
    """The name of the model that the settings choose, empty for none. Raises RerankingError."""
    reranker = get_reranker()
    return reranker.name if reranker else ""


def forget_reranker() -> None:
    """Drop this process's reranker, so that the next call reads the settings again."""
    global _reranker
    with _lock:
        _reranker = None


def _reset_after_fork() -> None:
    # The lock may have been held by a thread that does not exist in the child.
    global _lock, _reranker
    _lock = threading.Lock()
    _reranker = None


os.register_at_fork(after_in_child=_reset_after_fork)


def _make_reranker() -> Reranker:
    # Imported here: the runtime of one kind is no burden to a process that uses the other.
    if settings.RERANKER_PROVIDER == "local":
        from rag.providers.reranking.cross_encoder import CrossEncoder

        return CrossEncoder(
            model_path=Path(settings.RERANKER_MODEL_PATH),
            tokenizer_path=Path(settings.RERANKER_TOKENIZER_PATH),
            threads=settings.EMBEDDING_THREADS,
        )
    from rag.providers.reranking.endpoint import RerankEndpoint

    return RerankEndpoint(
        url=settings.RERANKER_API_URL,
        api_key=settings.RERANKER_API_KEY,
        model=settings.RERANKER_MODEL_NAME,
        dialect="tei" if settings.RERANKER_PROVIDER == "tei" else "endpoint",
    )
