"""A question and a passage as one run of tokens, of which only the passage is cut."""

from collections.abc import Sequence

from tokenizers import Encoding, Tokenizer


class PairTokenizer:
    """Token ids and types of pairs of at most `max_tokens`, special tokens included; safe among threads."""

    def __init__(self, content: bytes, max_tokens: int) -> None:
        # Two instances, since truncation is a state of the tokenizer and threads share this object.
        self._whole = _load(content)
        self._cutting = _load(content)
        self._cutting.enable_truncation(max_length=max_tokens, strategy="only_second")
        # A question that leaves no room for a passage could not be compared with any.
        self._longest_query = max_tokens // 2

    def encode(self, query: str, passages: Sequence[str]) -> list[Encoding]:
        """One encoding for each passage, without padding."""
        query = self._cut(query)
        pairs: list[Encoding] = self._cutting.encode_batch_fast([(query, passage) for passage in passages])
        return pairs

    def _cut(self, query: str) -> str:
        offsets = self._whole.encode(query, add_special_tokens=False).offsets
        if len(offsets) <= self._longest_query:
            return query
        return query[: offsets[self._longest_query - 1][1]]


def _load(content: bytes) -> Tokenizer:
    tokenizer = Tokenizer.from_buffer(content)
    tokenizer.no_padding()
    tokenizer.no_truncation()
    return tokenizer
