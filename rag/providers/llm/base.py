"""What every language model provider offers, and the sentence-level errors it raises."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal, Protocol

from core.exceptions import SpelunkerError
from core.net.policy import AddressPolicy

# The address is an administrator's choice, and model servers stand in one's own network, on any port.
ADDRESS_POLICY = AddressPolicy(any_private=True)
# Where Anthropic is asked unless an address says otherwise.
ANTHROPIC_URL = "https://api.anthropic.com"


class LLMError(SpelunkerError):
    """The language model could not be asked. The message says why and what to do, and never the key."""


class TransientLLMError(LLMError):
    """The language model does not answer now; the same call may work later."""


class PromptRefusedError(LLMError):
    """The language model refuses this one text (too long for it, or filtered); another may go through."""


class UnreadableReplyError(LLMError):
    """The endpoint answered with something other than a reply: a web page, half of one, nothing."""


@dataclass(frozen=True)
class LLMChoice:
    """Whom to ask and how. `vendor` is openai (then `url` is the base, such as `https://host/v1`) or anthropic.

    `timeout` in seconds is for one reply, with everything that is tried again for it.
    """

    vendor: str
    url: str
    api_key: str = field(repr=False)
    model: str
    timeout: float
    max_tokens: int


@dataclass(frozen=True)
class TokenUsage:
    """Tokens read and written, as the endpoint counts them; zeros where it does not say."""

    input_tokens: int = 0
    output_tokens: int = 0

    def __add__(self, other: "TokenUsage") -> "TokenUsage":
        return TokenUsage(self.input_tokens + other.input_tokens, self.output_tokens + other.output_tokens)


@dataclass(frozen=True)
class Turn:
    """One message of a conversation that begins with ours."""

    by: Literal["us", "model"]
    text: str


@dataclass(frozen=True)
class Completion:
    text: str
    usage: TokenUsage


class LLMProvider(Protocol):
    """A language model behind an endpoint. It holds no tools and sees nothing but what is passed."""

    @property
    def name(self) -> str: ...

    def complete(self, instructions: str, turns: Sequence[Turn]) -> Completion:
        """The model's next turn. May be called from several threads at once. Raises LLMError."""
        ...

    def close(self) -> None:
        """Let go of connections and threads. The provider is of no use afterwards."""
        ...
