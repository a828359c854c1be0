"""Documents read and parsed before their turn, while the one before them is embedded.

Parsing happens in a process of its own and reading is waiting, so both cost whoever embeds next to nothing. What is
read ahead stays in memory until its turn; there are never more than a few.
"""

import os
import threading
from collections import OrderedDict
from concurrent.futures import Future, ThreadPoolExecutor

from core.storage import read_bytes
from rag.parsing import ParsedDocument, parse_document_isolated
from solution_library.models import Document

_AT_MOST = 2

# What was read: another content has another key or another hash.
_Version = tuple[int, str, str, str]

_lock = threading.Lock()
_pool: ThreadPoolExecutor | None = None
_ahead: "OrderedDict[_Version, Future[ParsedDocument]]" = OrderedDict()


def read_ahead(document: Document) -> None:
    """Begin to read and parse the document's present content; what fails is told when its turn has come."""
    global _pool
    version = _version(document)
    with _lock:
        if version in _ahead:
            return
        while len(_ahead) >= _AT_MOST:
            _, forgotten = _ahead.popitem(last=False)
            forgotten.cancel()
        if _pool is None:
            _pool = ThreadPoolExecutor(1, thread_name_prefix="reading-ahead")
        _ahead[version] = _pool.submit(_read, version)


def take_parsed(document: Document) -> ParsedDocument:
    """The document's content, parsed: what was read ahead, once, or else read now.

    Raises ParsingError, StorageError.
    """
    version = _version(document)
    with _lock:
        begun = _ahead.pop(version, None)
    return _read(version) if begun is None else begun.result()


def _version(document: Document) -> _Version:
    """A scraped page is read by its key, an upload through its file field."""
    key = document.s3_key if document.s3_key and not document.file else document.file.name or ""
    return document.pk, key, document.content_hash, document.file_type


def _read(version: _Version) -> ParsedDocument:
    _, key, _, extension = version
    return parse_document_isolated(read_bytes(key), extension=extension)


def _reset_after_fork() -> None:
    # The child has the pool but not its thread, and nothing will ever be read by it.
    global _lock, _pool
    _lock = threading.Lock()
    _pool = None
    _ahead.clear()


os.register_at_fork(after_in_child=_reset_after_fork)
