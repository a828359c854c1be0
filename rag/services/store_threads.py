"""The threads that talk to the object store for us, several objects at a time.

They live as long as the process: the storage keeps a connection for each thread, and making one
costs more than reading a hundred passages.
"""

import os
import threading
from concurrent.futures import ThreadPoolExecutor

_THREADS = 8

_lock = threading.Lock()
_pool: ThreadPoolExecutor | None = None


def store_threads() -> ThreadPoolExecutor:
    """This process's pool, made on first use. Never shut it down, and do not wait in it for its own work."""
    global _pool
    with _lock:
        if _pool is None:
            _pool = ThreadPoolExecutor(_THREADS, thread_name_prefix="object-store")
        return _pool


def _reset_after_fork() -> None:
    # The child has the pool but none of its threads, and the lock as some thread left it.
    global _lock, _pool
    _lock = threading.Lock()
    _pool = None


os.register_at_fork(after_in_child=_reset_after_fork)
