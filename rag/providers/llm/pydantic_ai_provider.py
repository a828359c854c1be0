"""Language models by way of pydantic-ai: any OpenAI-compatible endpoint, or Anthropic's.

All calls of a process run on one event loop in one thread, so that they share connections whoever asks.
"""

import asyncio
import threading
from collections.abc import Coroutine, Sequence
from typing import Any, TypeVar

import httpx2
from pydantic_ai import exceptions
from pydantic_ai.direct import model_request
from pydantic_ai.messages import ModelMessage, ModelRequest, ModelResponse, TextPart
from pydantic_ai.models import Model
from pydantic_ai.models.anthropic import AnthropicModel
from pydantic_ai.models.openai import OpenAIChatModel
from pydantic_ai.providers.anthropic import AnthropicProvider
from pydantic_ai.providers.openai import OpenAIProvider
from pydantic_ai.settings import ModelSettings

from rag.providers.llm.base import (
    Completion,
    LLMError,
    PromptRefusedError,
    TokenUsage,
    TransientLLMError,
    Turn,
    UnreadableReplyError,
)
from rag.providers.llm.bounded_http import make_http_client

T = TypeVar("T")

# Tried again by the vendor's client, with growing pauses or as long as the server asks, within the timeout.
_RETRIES = 2
_ANTHROPIC_URL = "https://api.anthropic.com"
# Local servers want no key, and the client wants one.
_NO_KEY = "none"

_TRANSIENT = (
    exceptions.ModelRateLimitError,
    exceptions.ModelUnavailableError,
    exceptions.ModelServerError,
    exceptions.ModelConnectionError,
    exceptions.ModelRequestTimeout,
)
_TRANSIENT_STATUSES = {408, 409, 425, 429}


class PydanticAIProvider:
    def __init__(
        self, vendor: str, *, url: str, api_key: str, model: str, timeout: float, max_tokens: int
    ) -> None:
        """`vendor` is openai (then `url` is the base, such as `https://host/v1`) or anthropic.

        `timeout` in seconds is for one reply, with everything that is tried again for it.
        """
        self.name = f"{vendor}:{model}"
        self._settings = ModelSettings(
            max_tokens=max_tokens, timeout=timeout, request_timeout=timeout, max_retries=_RETRIES
        )
        self._http = make_http_client(timeout)
        self._model = _make_model(vendor, url=url, api_key=api_key, model=model, http=self._http)
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="language-model", daemon=True)
        self._thread.start()

    def complete(self, instructions: str, turns: Sequence[Turn]) -> Completion:
        """The model's next turn. May be called from several threads at once. Raises LLMError."""
        try:
            reply = self._run(
                model_request(self._model, _messages(instructions, turns), model_settings=self._settings)
            )
        except (exceptions.ModelAPIError, exceptions.UnexpectedModelBehavior) as error:
            raise _in_words(error) from error
        except (httpx2.HTTPError, ValueError) as error:  # what the vendor's client lets through
            raise UnreadableReplyError(
                "The language model's endpoint answered with something other than a reply."
            ) from error
        text = "".join(part.content for part in reply.parts if isinstance(part, TextPart))
        return Completion(text, TokenUsage(reply.usage.input_tokens, reply.usage.output_tokens))

    def close(self) -> None:
        self._run(self._http.aclose())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    def _run(self, work: Coroutine[Any, Any, T]) -> T:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result()


def _make_model(vendor: str, *, url: str, api_key: str, model: str, http: httpx2.AsyncClient) -> Model:
    if vendor == "anthropic":
        anthropic = AnthropicProvider(api_key=api_key, base_url=url or _ANTHROPIC_URL, http_client=http)
        return AnthropicModel(model, provider=anthropic)
    openai = OpenAIProvider(base_url=url, api_key=api_key or _NO_KEY, http_client=http)
    return OpenAIChatModel(model, provider=openai)


def _messages(instructions: str, turns: Sequence[Turn]) -> list[ModelMessage]:
    return [
        ModelRequest.user_text_prompt(turn.text, instructions=instructions)
        if turn.by == "us"
        else ModelResponse(parts=[TextPart(turn.text)])
        for turn in turns
    ]


def _in_words(error: Exception) -> LLMError:
    """The vendor's error as ours. Its own text is left out: it may repeat the key or the prompt."""
    if isinstance(error, exceptions.ContentFilterError | exceptions.ModelContextWindowExceededError):
        return PromptRefusedError("The language model refused this question or the passages that go with it.")
    if isinstance(error, exceptions.ModelAuthenticationError):
        return LLMError("The language model's endpoint refused the key. Check LLM_API_KEY.")
    if isinstance(error, exceptions.ModelNotFoundError):
        return LLMError(
            "The language model's endpoint knows no such address or model. Check LLM_API_URL and LLM_MODEL."
        )
    if isinstance(error, exceptions.ModelQuotaExceededError):
        return LLMError("The language model's account has no credit left. Top it up, then retry.")
    status = getattr(error, "status_code", 0)
    if isinstance(error, _TRANSIENT) or status in _TRANSIENT_STATUSES or status >= 500:
        return TransientLLMError(
            "The language model does not answer, or too slowly, or it is overloaded. Try again later."
        )
    if isinstance(error, exceptions.ModelHTTPError):
        return LLMError(
            f"The language model's endpoint refused the request (status {status}). Check LLM_MODEL."
        )
    return UnreadableReplyError("The language model's endpoint answered with something other than a reply.")
