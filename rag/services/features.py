"""What a text is made of, for comparing texts: its words as the index knows them, and its vector.

Both are asked for again and again for the same sentences while a workbook is drafted, so both are cached.
"""

import threading
from collections import OrderedDict
from collections.abc import Callable, Sequence
from typing import Generic, TypeVar

import numpy as np
from django.conf import settings
from django.db import connection

from rag.providers.embedding import get_embedding_provider

Value = TypeVar("Value")

# A sentence's vector takes 1.5 KB, its words less.
_CACHED = 20_000


class TextCache(Generic[Value]):
    """Texts' values, the longest unused dropped first. Safe for threads."""

    def __init__(self) -> None:
        self._values: OrderedDict[tuple[str, str], Value] = OrderedDict()
        self._lock = threading.Lock()

    def get_all(
        self, space: str, texts: Sequence[str], compute: Callable[[list[str]], Sequence[Value]]
    ) -> list[Value]:
        """A value for each text; `compute` is called once, with the texts that are not known in `space`."""
        with self._lock:
            known = {text: self._values[space, text] for text in set(texts) if (space, text) in self._values}
        missing = [text for text in dict.fromkeys(texts) if text not in known]
        if missing:
            known.update(zip(missing, compute(missing), strict=True))
        with self._lock:
            for text, value in known.items():
                self._values[space, text] = value
                self._values.move_to_end((space, text))
            while len(self._values) > _CACHED:
                self._values.popitem(last=False)
        return [known[text] for text in texts]


_lexemes: TextCache[frozenset[str]] = TextCache()
_vectors: TextCache[np.ndarray] = TextCache()


def lexemes_of(texts: Sequence[str]) -> list[frozenset[str]]:
    """Each text's words as the index stores them: stemmed, without stop words. At most one query."""
    return _lexemes.get_all(settings.SEARCH_LANGUAGE, texts, _compute_lexemes)


def vectors_of(texts: Sequence[str]) -> np.ndarray:
    """Each text's unit vector (rows), embedded in one batch as passages are."""
    provider = get_embedding_provider()
    if not texts:
        return np.zeros((0, provider.dimensions), dtype=np.float32)
    return np.stack(_vectors.get_all(provider.name, texts, lambda new: list(provider.embed_passages(new))))


def _compute_lexemes(texts: list[str]) -> list[frozenset[str]]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT tsvector_to_array(to_tsvector(%s::regconfig, text))"
            " FROM unnest(%s::text[]) WITH ORDINALITY AS given(text, place) ORDER BY place",
            [settings.SEARCH_LANGUAGE, [text.replace("\0", "") for text in texts]],
        )
        return [frozenset(lexemes) for (lexemes,) in cursor.fetchall()]
