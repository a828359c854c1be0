"""What every reranker offers, and the sentence-level error it raises."""

from collections.abc import Sequence
from typing import Protocol

from core.exceptions import SpelunkerError


class RerankingError(SpelunkerError):
    """Passages could not be scored. The message says why and what to do, and never the key."""


class Reranker(Protocol):
    """Reads a question and a passage together and says how well the one answers the other. Safe among threads.

    `name` identifies the model, so that two measurements can be told apart. `max_passages` is the most that one
    call takes.
    """

    @property
    def name(self) -> str: ...

    @property
    def max_passages(self) -> int: ...

    def scores(self, query: str, passages: Sequence[str]) -> list[float]:
        """One finite number for each passage, in the order given, higher for the better. Raises RerankingError.

        The numbers compare the passages of this call; what they are beyond that is the model's own.
        """
        ...
