"""The language model that the settings choose, if they choose one."""

import os
import threading

from django.conf import settings

from rag.providers.llm.base import (
    Completion,
    LLMError,
    LLMProvider,
    PromptRefusedError,
    TokenUsage,
    TransientLLMError,
    Turn,
    UnreadableReplyError,
)

__all__ = [
    "Completion",
    "LLMError",
    "LLMProvider",
    "PromptRefusedError",
    "TokenUsage",
    "TransientLLMError",
    "Turn",
    "UnreadableReplyError",
    "get_llm_provider",
    "llm_is_configured",
    "make_llm_provider",
]

_lock = threading.Lock()
_provider: LLMProvider | None = None


def llm_is_configured() -> bool:
    return bool(settings.LLM_PROVIDER != "none")


def get_llm_provider() -> LLMProvider | None:
    """This process's provider, made on first use; None without a language model. Raises LLMError."""
    global _provider
    if not llm_is_configured():
        return None
    with _lock:
        if _provider is None:
            _provider = make_llm_provider(
                timeout=settings.LLM_TIMEOUT_SECONDS, max_tokens=settings.LLM_MAX_TOKENS
            )
        return _provider


def forget_llm_provider() -> None:
    """Close this process's provider, so that the next call reads the settings again."""
    global _provider
    with _lock:
        if _provider is not None:
            _provider.close()
        _provider = None


def _reset_after_fork() -> None:
    # The child has neither the provider's thread nor a right to its connections.
    global _lock, _provider
    _lock = threading.Lock()
    _provider = None


os.register_at_fork(after_in_child=_reset_after_fork)


def make_llm_provider(*, timeout: float, max_tokens: int) -> LLMProvider:
    """A provider of the caller's own, which closes it; `timeout` in seconds is for one reply. Raises LLMError."""
    # Imported here: it takes seconds, and most installs and most processes ask no language model.
    from rag.providers.llm.pydantic_ai_provider import PydanticAIProvider

    return PydanticAIProvider(
        settings.LLM_PROVIDER,
        url=settings.LLM_API_URL,
        api_key=settings.LLM_API_KEY,
        model=settings.LLM_MODEL,
        timeout=timeout,
        max_tokens=max_tokens,
    )
