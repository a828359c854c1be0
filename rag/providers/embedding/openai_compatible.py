"""Vectors from any server that speaks OpenAI's embeddings protocol."""

import json
import random
import threading
import time
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import urllib3
from django.utils.translation import gettext as _

from rag.providers.embedding.base import EmbeddingError, TransientEmbeddingError, Vectors, unit_rows

_BATCH_SIZE = 64
_ATTEMPTS = 4
_RETRIED = {408, 409, 425, 429, 500, 502, 503, 504}
_MAX_WAIT_SECONDS = 20.0
_MAX_ANSWER_BYTES = 64_000_000
# Without the server's tokenizer: about three characters a token, on the safe side for most languages.
_CHARS_PER_TOKEN = 3
_MAX_TOKENS = 512


class OpenAICompatibleProvider:
    """`POST {url}/embeddings` in batches; answers are checked before they are believed."""

    def __init__(self, *, url: str, api_key: str, model: str, timeout: float = 60.0) -> None:
        """`url` is the base, such as `https://host/v1`; `api_key` may be empty for a local server."""
        if not url.startswith(("http://", "https://")) or not model:
            raise EmbeddingError(
                _("The embedding endpoint is not configured: set EMBEDDING_API_URL and EMBEDDING_MODEL_NAME.")
            )
        self._url = url.rstrip("/") + "/embeddings"
        self._model = model
        self._headers = {"Content-Type": "application/json"}
        if api_key:
            self._headers["Authorization"] = f"Bearer {api_key}"
        self._pool = urllib3.PoolManager(
            timeout=urllib3.Timeout(connect=5.0, read=timeout), retries=False, maxsize=4
        )
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
        """An estimate on the safe side: words and characters, whichever says more."""
        return [max(-(-len(text) // _CHARS_PER_TOKEN), len(text.split())) + 2 for text in texts]

    def embed_query(self, text: str) -> Vectors:
        """(dimensions,) float32 of length 1."""
        vector: Vectors = self._embed([text])[0]
        return vector

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        """(n, dimensions) float32, rows of length 1, in the order given."""
        if not texts:
            return np.zeros((0, self.dimensions), dtype=np.float32)
        return np.concatenate(
            [self._embed(texts[start : start + _BATCH_SIZE]) for start in range(0, len(texts), _BATCH_SIZE)]
        )

    def _embed(self, texts: Sequence[str]) -> Vectors:
        # Servers refuse an empty text, and a blank one stands for the same vector everywhere.
        answer = self._post(
            {"model": self._model, "input": [text or " " for text in texts], "encoding_format": "float"}
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

    def _post(self, body: dict[str, Any]) -> Any:
        data = json.dumps(body).encode()
        for attempt in range(1, _ATTEMPTS + 1):
            try:
                status, headers, content = self._ask(data)
            except urllib3.exceptions.HTTPError as error:
                if attempt == _ATTEMPTS:
                    raise TransientEmbeddingError(
                        _(
                            "The embedding endpoint does not answer. Check that it runs and that its address is right."
                        )
                    ) from error
                time.sleep(_backoff(attempt, None))
                continue
            if status == 200:
                return _parse(content)
            if status not in _RETRIED:
                raise EmbeddingError(_refusal(status))
            if attempt == _ATTEMPTS:
                raise TransientEmbeddingError(
                    _(
                        "The embedding endpoint is overloaded or out of order (status %(status)s). Try again later."
                    )
                    % {"status": status}
                )
            time.sleep(_backoff(attempt, headers.get("Retry-After")))
        raise AssertionError("every attempt returns, raises or goes on to the next")

    def _ask(self, data: bytes) -> tuple[int, Mapping[str, str], bytes]:
        """Status, headers and content of one answer; of a flood no more than shows that it is one."""
        response = self._pool.request(
            "POST", self._url, body=data, headers=self._headers, redirect=False, preload_content=False
        )
        try:
            content = response.read(_MAX_ANSWER_BYTES + 1)
            if len(content) > _MAX_ANSWER_BYTES:
                response.close()
        finally:
            response.release_conn()
        return response.status, response.headers, content


def _parse(data: bytes) -> Any:
    if len(data) > _MAX_ANSWER_BYTES:
        raise EmbeddingError(_bad_answer(_("far too much")))
    try:
        return json.loads(data)
    except (ValueError, RecursionError) as error:
        raise EmbeddingError(_bad_answer(_("something other than JSON"))) from error


def _backoff(attempt: int, retry_after: str | None) -> float:
    """Seconds to wait: what the server asks for, else doubling with jitter so that workers do not march in step."""
    if retry_after is not None and retry_after.isdigit():
        return min(float(retry_after), _MAX_WAIT_SECONDS)
    return min(0.5 * 2.0 ** (attempt - 1) * (0.75 + random.random() / 2), _MAX_WAIT_SECONDS)  # noqa: S311


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
