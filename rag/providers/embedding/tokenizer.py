"""The model's tokenizer, configured by us and not by what its file happens to say."""

from collections.abc import Sequence

from tokenizers import Encoding, Tokenizer


class TextTokenizer:
    """Token ids of texts, cut at `max_tokens`; counts of texts, not cut."""

    def __init__(self, content: bytes, max_tokens: int) -> None:
        self.max_tokens = max_tokens
        # Two instances, since truncation is a state of the tokenizer and threads share this object.
        self._cutting = _load(content)
        self._cutting.enable_truncation(max_length=max_tokens)
        self._whole = _load(content)

    def encode(self, texts: Sequence[str]) -> list[Encoding]:
        """One encoding per text, special tokens included, without padding."""
        encodings: list[Encoding] = self._cutting.encode_batch_fast(list(texts))
        return encodings

    def count(self, texts: Sequence[str]) -> list[int]:
        """Tokens per text, special tokens included."""
        return [len(encoding) for encoding in self._whole.encode_batch_fast(list(texts))]


def _load(content: bytes) -> Tokenizer:
    tokenizer = Tokenizer.from_buffer(content)
    # The published file pads everything to 128 tokens, which would cost most of the speed.
    tokenizer.no_padding()
    tokenizer.no_truncation()
    return tokenizer
