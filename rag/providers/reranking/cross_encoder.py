"""Scores from an ONNX cross-encoder on this machine: question and passage are read as one text."""

import hashlib
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import onnxruntime
from django.utils.translation import gettext as _
from tokenizers import Encoding

from rag.providers.embedding.bundled import usable_cores
from rag.providers.onnx_session import open_session
from rag.providers.reranking.base import RerankingError
from rag.providers.reranking.pair_tokenizer import PairTokenizer

MAX_TOKENS = 512
_MOST = 1000


class CrossEncoder:
    """Any ONNX model that classifies a pair of texts, by one number or by two (no, yes).

    One pair per run and as many runs at once as there are cores, each with a single thread: nothing is padded, and
    threads of their own scale better than threads that share each product.
    """

    def __init__(self, *, model_path: Path, tokenizer_path: Path, threads: int = 0) -> None:
        """`threads` 0 is one per core. Raises RerankingError when a file is missing or is no such model."""
        model = _read(model_path)
        self._name = f"{model_path.stem}@{hashlib.sha256(model).hexdigest()[:12]}"
        self._tokenizer = _tokenizer(_read(tokenizer_path))
        self._session = _session(model)
        self._inputs = {item.name for item in self._session.get_inputs()}
        if "input_ids" not in self._inputs or self._inputs - {
            "input_ids",
            "attention_mask",
            "token_type_ids",
        }:
            raise RerankingError(_no_cross_encoder())
        threads = threads or usable_cores()
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix="reranking") if threads > 1 else None
        self.scores("question", ["passage"])  # whatever is wrong with the model is said now

    @property
    def name(self) -> str:
        return self._name

    @property
    def max_passages(self) -> int:
        return _MOST

    def scores(self, query: str, passages: Sequence[str]) -> list[float]:
        """From 0 to 1: the chance, in the model's eyes, that the passage is relevant."""
        if not passages:
            return []
        pairs = self._tokenizer.encode(query, passages)
        found = [0.0] * len(pairs)

        def run(index: int) -> None:
            found[index] = self._score(pairs[index])

        # The longest first, so that the cores finish together.
        order = sorted(range(len(pairs)), key=lambda index: -len(pairs[index]))
        if self._pool is None or len(pairs) == 1:
            for index in order:
                run(index)
        else:
            list(self._pool.map(run, order))
        return found

    def _score(self, pair: Encoding) -> float:
        ids = np.asarray([pair.ids], dtype=np.int64)
        feed = {
            "input_ids": ids,
            "attention_mask": np.ones_like(ids),
            "token_type_ids": np.asarray([pair.type_ids], dtype=np.int64),
        }
        try:
            logits = np.asarray(self._session.run(None, {name: feed[name] for name in self._inputs})[0])
        except Exception as error:  # the runtime's own errors have no common base
            raise RerankingError(_no_cross_encoder()) from error
        logits = logits.astype(np.float64).reshape(-1)
        if logits.size not in (1, 2) or not np.isfinite(logits).all():
            raise RerankingError(_no_cross_encoder())
        return _chance(float(logits[0] if logits.size == 1 else logits[1] - logits[0]))


def _chance(logit: float) -> float:
    """The logistic curve, which of two logits' difference is their softmax."""
    return float(0.5 * (1 + np.tanh(0.5 * logit)))


def _session(model: bytes) -> onnxruntime.InferenceSession:
    try:
        return open_session(model, 1)
    except Exception as error:
        raise RerankingError(_("The reranker's model cannot be run. Check RERANKER_MODEL_PATH.")) from error


def _tokenizer(content: bytes) -> PairTokenizer:
    try:
        return PairTokenizer(content, MAX_TOKENS)
    except Exception as error:
        raise RerankingError(
            _("The reranker's tokenizer cannot be read. Check RERANKER_TOKENIZER_PATH.")
        ) from error


def _no_cross_encoder() -> str:
    return _("The reranker's model does not score pairs of texts. Check RERANKER_MODEL_PATH.")


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise RerankingError(
            _("The reranker's file %(name)s cannot be read. Check the settings.") % {"name": path.name}
        ) from error
