"""Runs ONNX sentence encoders over token ids: the bundled model's fast graph, and any other model."""

import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Protocol

import numpy as np
import onnxruntime
from django.utils.translation import gettext as _

from rag.providers.embedding.base import EmbeddingError, Vectors, unit_rows
from rag.providers.embedding.minilm_graph import INPUT, build_minilm_graph
from rag.providers.onnx_session import open_session

TokenIds = Sequence[int]
# Tokens of one run of the generic encoder, padding included.
BATCH_TOKENS = 2048


class TokenEncoder(Protocol):
    """Vectors of length 1 for texts that are already token ids, in the order given; safe among threads."""

    dimensions: int

    def encode(self, texts: Sequence[TokenIds]) -> Vectors: ...


class MiniLMEncoder:
    """The bundled model, one text per run, as many runs at once as there are cores.

    Each run has a single thread: threads of their own scale better than threads that share each product,
    and one text's values stay in its core's cache.
    """

    def __init__(self, published: bytes, threads: int) -> None:
        try:
            self._session = _session(build_minilm_graph(published), 1)
        except (KeyError, ValueError) as error:
            raise EmbeddingError(
                _("The bundled embedding model has an unexpected form. Run 'make install'.")
            ) from error
        self.dimensions = int(self._session.get_outputs()[0].shape[-1])
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix="embedding") if threads > 1 else None

    def encode(self, texts: Sequence[TokenIds]) -> Vectors:
        vectors = np.zeros((len(texts), self.dimensions), dtype=np.float32)

        def run(index: int) -> None:
            ids = np.asarray(texts[index], dtype=np.int64)[None, :]
            vectors[index] = self._session.run(None, {INPUT: ids})[0][0]

        # The longest first, so that the cores finish together.
        order = sorted(range(len(texts)), key=lambda index: -len(texts[index]))
        if self._pool is None or len(texts) == 1:
            for index in order:
                run(index)
        else:
            list(self._pool.map(run, order))
        return unit_rows(vectors)


class GenericEncoder:
    """Any ONNX encoder with the usual inputs, in batches of like length; token vectors are mean-pooled."""

    def __init__(self, model: bytes, threads: int) -> None:
        self._session = _session(model, threads)
        self._inputs = {item.name for item in self._session.get_inputs()}
        unknown = self._inputs - {"input_ids", "attention_mask", "token_type_ids"}
        size = self._session.get_outputs()[0].shape[-1]
        if unknown or "input_ids" not in self._inputs or not isinstance(size, int):
            raise EmbeddingError(
                _("The embedding model's file is no sentence encoder. Check EMBEDDING_MODEL_PATH.")
            )
        self.dimensions = size
        # One run at a time: two would only fight for the same cores.
        self._lock = threading.Lock()

    def encode(self, texts: Sequence[TokenIds]) -> Vectors:
        vectors = np.zeros((len(texts), self.dimensions), dtype=np.float32)
        for batch in batches_by_length([len(ids) for ids in texts], BATCH_TOKENS):
            vectors[batch] = self._run([texts[index] for index in batch])
        return unit_rows(vectors)

    def _run(self, batch: list[TokenIds]) -> Vectors:
        lengths = np.array([len(ids) for ids in batch])
        width = int(lengths.max())
        ids = np.zeros((len(batch), width), dtype=np.int64)
        for row, row_ids in enumerate(batch):
            ids[row, : len(row_ids)] = row_ids
        mask = (np.arange(width) < lengths[:, None]).astype(np.int64)
        feed = {"input_ids": ids, "attention_mask": mask, "token_type_ids": np.zeros_like(ids)}
        with self._lock:
            output: Vectors = self._session.run(None, {name: feed[name] for name in self._inputs})[0]
        if output.ndim == 2:
            return output  # the model pools by itself
        summed = np.matmul(mask[:, None, :].astype(np.float32), output)[:, 0]
        pooled: Vectors = summed / lengths[:, None].astype(np.float32)
        return pooled


def batches_by_length(lengths: Sequence[int], batch_tokens: int) -> list[list[int]]:
    """Indexes in batches of texts of like length, each of at most `batch_tokens` tokens, padding included."""
    batches: list[list[int]] = []
    batch: list[int] = []
    for index in sorted(range(len(lengths)), key=lambda item: (lengths[item], item)):
        if batch and lengths[index] * (len(batch) + 1) > batch_tokens:
            batches.append(batch)
            batch = []
        batch.append(index)
    if batch:
        batches.append(batch)
    return batches


def _session(model: bytes, threads: int) -> onnxruntime.InferenceSession:
    try:
        return open_session(model, threads)
    except Exception as error:
        raise EmbeddingError(_("The embedding model's file cannot be run. Check the settings.")) from error
