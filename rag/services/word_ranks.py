"""How often each of a query's words stands in a passage, out of one statement.

`ts_rank` of a single word under equal weights is the sum of 1/i^2 for i = 1..tf divided by pi^2/6: a one-to-one picture
of tf, computed in C, from which the sum's closed form takes tf back. Unrolling the tsvectors in SQL instead is many
times slower.
"""

from collections.abc import Sequence

import numpy as np

from rag.services.word_shares import quote

_RANK_OF_ONE = 0.6079271


def rank_columns(alias: str, lexemes: Sequence[str]) -> str:
    """The columns for a table's `search_vector`: how many words it has, and a rank for each of the query's."""
    vector = f"{alias}.search_vector"
    ranks = [f"ts_rank('{{1,1,1,1}}', {vector}, %(t{n})s::tsquery)" for n in range(len(lexemes))]
    return ", ".join([f"length({vector})", *ranks])


def rank_params(lexemes: Sequence[str]) -> dict[str, str]:
    """What the columns name."""
    return {f"t{n}": quote(lexeme) for n, lexeme in enumerate(lexemes)}


def frequencies(ranks: np.ndarray) -> np.ndarray:
    """How often each word stands there, of ranks of any shape."""
    return _RANK_OF_ONE / np.maximum(1 - ranks, 0.0001) - 0.5
