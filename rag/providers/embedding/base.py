"""What every embedding provider offers, and the sentence-level errors it raises."""

from collections.abc import Sequence
from typing import Protocol

import numpy as np
import numpy.typing as npt

from core.exceptions import SpelunkerError

Vectors = npt.NDArray[np.float32]


class EmbeddingError(SpelunkerError):
    """Texts could not be embedded. The message says why and what to do."""


class TransientEmbeddingError(EmbeddingError):
    """Texts could not be embedded now; the same call may work later."""


class EmbeddingProvider(Protocol):
    """Turns texts into vectors whose dot product is their cosine similarity.

    `name` identifies model and version and is recorded with each vector: vectors of different names are
    never compared. `max_tokens` is the most that the model reads of one text, special tokens included.
    """

    @property
    def name(self) -> str: ...

    @property
    def dimensions(self) -> int: ...

    @property
    def max_tokens(self) -> int: ...

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        """(n, dimensions) float32, rows of length 1, in the order given. Raises EmbeddingError."""
        ...

    def embed_query(self, text: str) -> Vectors:
        """(dimensions,) float32 of length 1. Raises EmbeddingError."""
        ...

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """How many tokens the model would read of each text if it had no limit, special tokens included."""
        ...


def unit_rows(vectors: Vectors) -> Vectors:
    """Rows scaled to length 1; a row of zeros stays as it is."""
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    scaled: Vectors = np.asarray(vectors / np.maximum(lengths, 1e-12), dtype=np.float32)
    return scaled
