"""Language models behind endpoints. Which of them is asked is not known here: `rag.services.language_model` says it."""

import os
import threading

from rag.providers.llm.base import (
    Completion,
    LLMChoice,
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
    "LLMChoice",
    "LLMError",
    "LLMProvider",
    "PromptRefusedError",
    "TokenUsage",
    "TransientLLMError",
    "Turn",
    "UnreadableReplyError",
    "forget_llm_provider",
    "make_llm_provider",
    "shared_llm_provider",
]

_lock = threading.Lock()
_shared: tuple[LLMChoice, LLMProvider] | None = None


def shared_llm_provider(choice: LLMChoice) -> LLMProvider:
    """This process's provider, made on first use and again when the choice is another one. Raises LLMError.

    The one before goes on for whoever still has it, and lets go of its connections after the last of them.
    """
    global _shared
    with _lock:
        if _shared is None or _shared[0] != choice:
            _shared = (choice, make_llm_provider(choice))
        return _shared[1]


def forget_llm_provider() -> None:
    """Close this process's provider."""
    global _shared
    with _lock:
        if _shared is not None:
            _shared[1].close()
        _shared = None


def _reset_after_fork() -> None:
    # The child has neither the provider's thread nor a right to its connections.
    global _lock, _shared
    _lock = threading.Lock()
    _shared = None


os.register_at_fork(after_in_child=_reset_after_fork)


def make_llm_provider(choice: LLMChoice) -> LLMProvider:
    """A provider of the caller's own, which closes it. Raises LLMError."""
    # Imported here: it takes seconds, and most installs and most processes ask no language model.
    from rag.providers.llm.pydantic_ai_provider import PydanticAIProvider

    return PydanticAIProvider(choice)
