"""Vectors from any server that speaks OpenAI's embeddings protocol."""

import json
import random
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import urllib3
from django.utils.translation import gettext as _

from core.net.pooling import TimedPools, ended_after
from rag.providers.embedding.base import EmbeddingError, TransientEmbeddingError, Vectors, unit_rows

_BATCH_SIZE = 64
_RETRIED = {408, 409, 425, 429, 500, 502, 503, 504}
_MAX_ANSWER_BYTES = 64_000_000
# Without the server's tokenizer: three bytes of UTF-8 a token, which is three letters of English, one and a half of
# Russian and one character of Chinese: on the safe side for most languages.
_BYTES_PER_TOKEN = 3
_MAX_TOKENS = 512


@dataclass(frozen=True)
class _Patience:
    """How often a server is asked, how long it may say nothing and take altogether, and the longest pause between."""

    attempts: int
    read_seconds: float
    total_seconds: float
    longest_pause: float


# A document does not mind. Whoever searches waits, and keeps one of the web server's threads meanwhile.
_FOR_PASSAGES = _Patience(attempts=4, read_seconds=60.0, total_seconds=120.0, longest_pause=20.0)
_FOR_QUERIES = _Patience(attempts=2, read_seconds=5.0, total_seconds=8.0, longest_pause=1.0)


class _TooSlow(Exception):
    """An answer came in drips and was cut off."""


class OpenAICompatibleProvider:
    """`POST {url}/embeddings` in batches; answers are checked before they are believed."""

    def __init__(self, *, url: str, api_key: str, model: str, timeout: float | None = None) -> None:
        """`url` is the base, such as `https://host/v1`; `api_key` may be empty for a local server.

        `timeout`, in seconds, for each answer instead of the usual ones.
        """
        if not url.startswith(("http://", "https://")) or not model:
            raise EmbeddingError(
                _("The embedding endpoint is not configured: set EMBEDDING_API_URL and EMBEDDING_MODEL_NAME.")
            )
        self._url = url.rstrip("/") + "/embeddings"
        self._model = model
        self._headers = {"Content-Type": "application/json"}
        if api_key:
            self._headers["Authorization"] = f"Bearer {api_key}"
        self._pool = TimedPools(retries=False, maxsize=4)
        self._timeout = timeout
        self._dimensions = 0
        self._lock = threading.Lock()

    @property
    def name(self) -> str:
        return f"openai:{self._model}"

    @property
    def dimensions(self) -> int:
        """Asked of the server once, since only it knows."""
        with self._lock:
            if not self._dimensions:
                self._embed(["dimensions"])
            return self._dimensions

    @property
    def max_tokens(self) -> int:
        return _MAX_TOKENS

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """An estimate on the safe side: words and bytes, whichever says more."""
        return [max(-(-len(_bytes(text)) // _BYTES_PER_TOKEN), len(text.split())) + 2 for text in texts]

    def embed_query(self, text: str) -> Vectors:
        """(dimensions,) float32 of length 1; given up after seconds, not minutes."""
        vector: Vectors = self._embed([text], _FOR_QUERIES)[0]
        return vector

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        """(n, dimensions) float32, rows of length 1, in the order given."""
        if not texts:
            return np.zeros((0, self.dimensions), dtype=np.float32)
        return np.concatenate(
            [self._embed(texts[start : start + _BATCH_SIZE]) for start in range(0, len(texts), _BATCH_SIZE)]
        )

    def _embed(self, texts: Sequence[str], patience: _Patience = _FOR_PASSAGES) -> Vectors:
        # Servers refuse an empty text, and a blank one stands for the same vector everywhere.
        inputs = [_cut(text) or " " for text in texts]
        answer = self._post(
            {"model": self._model, "input": inputs, "encoding_format": "float"},
            patience,
        )
        try:
            rows = sorted(answer["data"], key=lambda row: row["index"])
            indexes = [row["index"] for row in rows]
            with np.errstate(over="ignore"):  # what is too large becomes infinite, and is refused below
                vectors = np.asarray([row["embedding"] for row in rows], dtype=np.float32)
        except (KeyError, TypeError, ValueError) as error:
            raise EmbeddingError(_bad_answer(_("something other than vectors"))) from error
        if indexes != list(range(len(texts))) or vectors.ndim != 2 or not np.isfinite(vectors).all():
            raise EmbeddingError(_bad_answer(_("other vectors than were asked for")))
        if not vectors.any(axis=1).all():
            raise EmbeddingError(_bad_answer(_("empty vectors")))
        self._dimensions = self._dimensions or vectors.shape[1]
        if vectors.shape[1] != self._dimensions:
            raise EmbeddingError(_bad_answer(_("vectors of different lengths")))
        return unit_rows(vectors)

    def _post(self, body: dict[str, Any], patience: _Patience) -> Any:
        data = json.dumps(body).encode()
        for attempt in range(1, patience.attempts + 1):
            try:
                status, headers, content = self._ask(data, patience)
            except (urllib3.exceptions.HTTPError, _TooSlow) as error:
                if attempt == patience.attempts:
                    raise TransientEmbeddingError(
                        _(
                            "The embedding endpoint does not answer. Check that it runs and that its address is right."
                        )
                    ) from error
                time.sleep(_backoff(attempt, None, patience.longest_pause))
                continue
            if status == 200:
                return _parse(content)
            if status not in _RETRIED:
                raise EmbeddingError(_refusal(status))
            if attempt == patience.attempts:
                raise TransientEmbeddingError(
                    _(
                        "The embedding endpoint is overloaded or out of order (status %(status)s). Try again later."
                    )
                    % {"status": status}
                )
            time.sleep(_backoff(attempt, headers.get("Retry-After"), patience.longest_pause))
        raise AssertionError("every attempt returns, raises or goes on to the next")

    def _ask(self, data: bytes, patience: _Patience) -> tuple[int, Mapping[str, str], bytes]:
        """Status, headers and content of one answer; of a flood no more than shows that it is one."""
        read, total = patience.read_seconds, patience.total_seconds
        if self._timeout:
            read, total = self._timeout, self._timeout
        with ended_after(total) as watch:
            try:
                answer = self._exchange(data, read)
            except urllib3.exceptions.HTTPError as error:
                if watch.expired:
                    raise _TooSlow from error
                raise
        if watch.expired:  # what was cut off looks as if it had ended
            raise _TooSlow
        return answer

    def _exchange(self, data: bytes, read_seconds: float) -> tuple[int, Mapping[str, str], bytes]:
        response = self._pool.request(
            "POST",
            self._url,
            body=data,
            headers=self._headers,
            timeout=urllib3.Timeout(connect=5.0, read=read_seconds),
            redirect=False,
            preload_content=False,
        )
        try:
            content = response.read(_MAX_ANSWER_BYTES + 1)
            if len(content) > _MAX_ANSWER_BYTES:
                response.close()
        finally:
            response.release_conn()
        return response.status, response.headers, content


def _cut(text: str) -> str:
    """What the model reads of it: some servers refuse more instead of cutting."""
    return _bytes(text)[: _MAX_TOKENS * _BYTES_PER_TOKEN].decode(errors="ignore")


def _bytes(text: str) -> bytes:
    return text.encode(errors="ignore")  # half a surrogate pair is no text


def _parse(data: bytes) -> Any:
    if len(data) > _MAX_ANSWER_BYTES:
        raise EmbeddingError(_bad_answer(_("far too much")))
    try:
        return json.loads(data)
    except (ValueError, RecursionError) as error:
        raise EmbeddingError(_bad_answer(_("something other than JSON"))) from error


def _backoff(attempt: int, retry_after: str | None, longest: float) -> float:
    """Seconds to wait: what the server asks for, else doubling with jitter so that workers do not march in step."""
    if retry_after is not None and retry_after.isdigit():
        return min(float(retry_after), longest)
    return min(0.5 * 2.0 ** (attempt - 1) * (0.75 + random.random() / 2), longest)  # noqa: S311


def _bad_answer(what: str) -> str:
    return _(
        "The embedding endpoint answered with %(what)s. Check EMBEDDING_API_URL and EMBEDDING_MODEL_NAME."
    ) % {"what": what}


def _refusal(status: int) -> str:
    if status in (401, 403):
        return _("The embedding endpoint refused the key. Check EMBEDDING_API_KEY.")
    if status == 404:
        return _(
            "The embedding endpoint knows no such address or model. Check the address and the model name."
        )
    return _(
        "The embedding endpoint refused the request (status %(status)s). Check EMBEDDING_MODEL_NAME."
    ) % {"status": status}
