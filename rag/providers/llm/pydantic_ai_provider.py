"""Language models by way of pydantic-ai: any OpenAI-compatible endpoint, or Anthropic's.

All calls of a process run on one event loop in one thread, so that they share connections whoever asks.
"""

import asyncio
import os
import threading
import weakref
from collections.abc import Coroutine, Sequence
from typing import Any, TypeVar

import httpx2
from django.utils.translation import gettext as _
from pydantic_ai import exceptions
from pydantic_ai.direct import model_request
from pydantic_ai.messages import ModelMessage, ModelRequest, ModelResponse, TextPart
from pydantic_ai.models import Model
from pydantic_ai.models.anthropic import AnthropicModel
from pydantic_ai.models.openai import OpenAIChatModel
from pydantic_ai.providers.anthropic import AnthropicProvider
from pydantic_ai.providers.openai import OpenAIProvider
from pydantic_ai.settings import ModelSettings

from core.net.errors import AddressRefused
from rag.providers.llm.base import (
    ANTHROPIC_URL,
    Completion,
    LLMChoice,
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
    def __init__(self, choice: LLMChoice) -> None:
        self.name = f"{choice.vendor}:{choice.model}"
        self._settings = ModelSettings(
            max_tokens=choice.max_tokens,
            timeout=choice.timeout,
            request_timeout=choice.timeout,
            max_retries=_RETRIES,
        )
        http = make_http_client(choice.timeout)
        self._model = _make_model(choice, http)
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=_serve, args=(self._loop,), name="language-model", daemon=True)
        self._thread.start()
        # Called by `close`, or when nobody has the provider any more, in whatever thread that is found out.
        self._end = weakref.finalize(self, _end, self._loop, http, os.getpid())
        self._end.atexit = False

    def complete(self, instructions: str, turns: Sequence[Turn]) -> Completion:
        """The model's next turn. May be called from several threads at once. Raises LLMError."""
        try:
            reply = self._run(
                model_request(self._model, _messages(instructions, turns), model_settings=self._settings)
            )
        except (AddressRefused, exceptions.ModelAPIError, exceptions.UnexpectedModelBehavior) as error:
            raise _in_words(error) from error
        except (httpx2.HTTPError, ValueError) as error:  # what the vendor's client lets through
            raise UnreadableReplyError(
                _("The language model's endpoint answered with something other than a reply.")
            ) from error
        text = "".join(part.content for part in reply.parts if isinstance(part, TextPart))
        return Completion(text, TokenUsage(reply.usage.input_tokens, reply.usage.output_tokens))

    def close(self) -> None:
        self._end()
        self._thread.join()

    def _run(self, work: Coroutine[Any, Any, T]) -> T:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result()


def _serve(loop: asyncio.AbstractEventLoop) -> None:
    loop.run_forever()
    loop.close()


def _end(loop: asyncio.AbstractEventLoop, http: httpx2.AsyncClient, process: int) -> None:
    """Close the connections and stop the thread, without waiting for either."""

    async def end() -> None:
        await http.aclose()
        loop.stop()

    # A forked child has neither of them, and would wake its parent's.
    if os.getpid() == process:
        asyncio.run_coroutine_threadsafe(end(), loop)


def _make_model(choice: LLMChoice, http: httpx2.AsyncClient) -> Model:
    if choice.vendor == "anthropic":
        anthropic = AnthropicProvider(
            api_key=choice.api_key, base_url=choice.url or ANTHROPIC_URL, http_client=http
        )
        return AnthropicModel(choice.model, provider=anthropic)
    openai = OpenAIProvider(base_url=choice.url, api_key=choice.api_key or _NO_KEY, http_client=http)
    return OpenAIChatModel(choice.model, provider=openai)


def _messages(instructions: str, turns: Sequence[Turn]) -> list[ModelMessage]:
    return [
        ModelRequest.user_text_prompt(turn.text, instructions=instructions)
        if turn.by == "us"
        else ModelResponse(parts=[TextPart(turn.text)])
        for turn in turns
    ]


def _in_words(error: Exception) -> LLMError:
    """The vendor's error as ours. Its own text is left out: it may repeat the key or the prompt."""
    if (refused := _refusal_behind(error)) is not None:
        way_out = _("An administrator can choose another address for the language model.")
        return LLMError(f"{refused} {way_out}")
    if isinstance(error, exceptions.ContentFilterError | exceptions.ModelContextWindowExceededError):
        return PromptRefusedError(
            _("The language model refused this question or the passages that go with it.")
        )
    if isinstance(error, exceptions.ModelAuthenticationError):
        return LLMError(_("The language model's endpoint refused the key. An administrator can replace it."))
    if isinstance(error, exceptions.ModelNotFoundError):
        return LLMError(
            _(
                "The language model's endpoint knows no such address or model. An administrator can correct both."
            )
        )
    if isinstance(error, exceptions.ModelQuotaExceededError):
        return LLMError(_("The language model's account has no credit left. Top it up, then retry."))
    status = getattr(error, "status_code", 0)
    if isinstance(error, _TRANSIENT) or status in _TRANSIENT_STATUSES or status >= 500:
        return TransientLLMError(
            _("The language model does not answer, or too slowly, or it is overloaded. Try again later.")
        )
    if isinstance(error, exceptions.ModelHTTPError):
        return LLMError(
            _(
                "The language model's endpoint refused the request (status %(status)s). An administrator can look "
                "at the model's name and the longest reply."
            )
            % {"status": status}
        )
    return UnreadableReplyError(
        _("The language model's endpoint answered with something other than a reply.")
    )


def _refusal_behind(error: BaseException | None) -> AddressRefused | None:
    """What our own transport refused; some vendors' clients wrap it as if the network had failed."""
    while error is not None and not isinstance(error, AddressRefused):
        error = error.__cause__ or error.__context__
    return error
