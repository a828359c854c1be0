"""Documents prepared before their turn, while the one before them is embedded and written.

One thread reads, parses and cuts, another embeds the first passages of what was cut: so the model does not wait for
the file store or the database, nor they for it. What is prepared stays in memory until its turn; there are never
more than a few, and a guess that was wrong is forgotten.
"""

import os
import threading
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field, replace

import numpy as np

from core.storage import StorageError, read_bytes
from rag.parsing import parse_document_isolated
from rag.parsing.document import Remark
from rag.providers.embedding import embedding_model_name, get_embedding_provider
from rag.services.chunk_preparation import prepare_chunks
from rag.services.chunk_rows import PreparedChunk
from solution_library.models import Document

AT_MOST = 2
# Passages that are embedded before a document's turn: about as many as the model reads while one is written.
_HEAD_START = 128
# As many as are asked for at once: who wants to go on by himself waits for no more than these.
_BATCH = 32


@dataclass(frozen=True)
class PreparedDocument:
    """A document's content, cut; `vectors`, by the chunks' hashes, are those that were made before its turn."""

    chunks: list[PreparedChunk]
    page_count: int | None
    warnings: tuple[Remark, ...]
    vectors: Mapping[str, np.ndarray] = field(default_factory=dict)


@dataclass(frozen=True)
class _Version:
    """What is prepared: another content has another key or hash, and other settings cut otherwise."""

    pk: int
    key: str
    content_hash: str
    file_type: str
    title: str
    model: str


class _Preparation:
    """One document on its way through the two stages."""

    def __init__(self, version: _Version, stages: "_Stages") -> None:
        self._version, self._stages = version, stages
        self._wanted = threading.Event()
        self._vectors: dict[str, np.ndarray] = {}
        self._cut = stages.cutting.submit(_prepare, version)
        self._embedded: Future[None] | None = None

    def embed(self) -> None:
        """Begin to embed the first passages, unless that has begun."""
        if self._embedded is None:
            self._embedded = self._stages.embedding.submit(self._embed_first)

    def forget(self) -> None:
        self._wanted.set()
        self._cut.cancel()

    def take(self) -> PreparedDocument:
        """What there is by now. Raises what reading, parsing and cutting raised."""
        self._wanted.set()
        try:
            prepared = self._cut.result()
        except StorageError:
            return _prepare(self._version)  # that was earlier, and in nobody's language
        if self._embedded is not None and not self._embedded.cancel():
            # What failed there fails again in the document's turn if it has to, and is told then.
            wait([self._embedded])
        return replace(prepared, vectors=self._vectors)

    def _embed_first(self) -> None:
        chunks = {chunk.hash: chunk.passage for chunk in self._cut.result().chunks[:_HEAD_START]}
        hashes, provider = list(chunks), get_embedding_provider()
        for start in range(0, len(hashes), _BATCH):
            if self._wanted.is_set():
                return
            batch = hashes[start : start + _BATCH]
            vectors = provider.embed_passages([chunks[key] for key in batch])
            self._vectors.update(zip(batch, vectors, strict=True))


class _Stages:
    """A thread for each stage, and what they work on, in the order in which it is wanted."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.cutting = ThreadPoolExecutor(1, thread_name_prefix="cutting-ahead")
        self.embedding = ThreadPoolExecutor(1, thread_name_prefix="embedding-ahead")
        self.waiting: OrderedDict[_Version, _Preparation] = OrderedDict()
        # Whether the last one that was taken was the first in line. Several processes share the documents where it
        # was not, and would each embed the others'.
        self.guessed_right = False


_stages = _Stages()


def prepare_ahead(documents: Sequence[Document]) -> None:
    """Begin to prepare the documents' present content, the first first; what fails is told in its turn.

    No more than `AT_MOST` are kept: the oldest make room.
    """
    with _stages.lock:
        for document in documents:
            version = _version(document)
            if version not in _stages.waiting:
                _stages.waiting[version] = _Preparation(version, _stages)
            # One with chunks in the index may need few new vectors, or none.
            if _stages.guessed_right and not document.chunk_count:
                _stages.waiting[version].embed()
        while len(_stages.waiting) > AT_MOST:
            _stages.waiting.popitem(last=False)[1].forget()


def take_prepared(document: Document) -> PreparedDocument:
    """The document's content, cut: what was prepared ahead, once, or else prepared now.

    Raises ParsingError, StorageError, EmbeddingError.
    """
    version = _version(document)
    with _stages.lock:
        _stages.guessed_right = next(iter(_stages.waiting), None) == version
        begun = _stages.waiting.pop(version, None)
    return _prepare(version) if begun is None else begun.take()


def _version(document: Document) -> _Version:
    """A scraped page is read by its key, an upload through its file field."""
    key = document.s3_key if document.s3_key and not document.file else document.file.name or ""
    return _Version(
        document.pk, key, document.content_hash, document.file_type, document.title, embedding_model_name()
    )


def _prepare(version: _Version) -> PreparedDocument:
    parsed = parse_document_isolated(read_bytes(version.key), extension=version.file_type)
    chunks = prepare_chunks(parsed, title=version.title, provider=get_embedding_provider())
    return PreparedDocument(chunks, parsed.page_count, parsed.warnings)


def _reset_after_fork() -> None:
    # The child has the pools but not their threads, and nothing will ever be prepared by them.
    global _stages
    _stages = _Stages()


os.register_at_fork(after_in_child=_reset_after_fork)
