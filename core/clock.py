"""When beat last rang: what it starts is then carried out, so a fresh ring says that both it and a worker go on."""

import datetime as dt

from django.core.cache import cache
from django.utils import timezone

_KEY = "core:clock-rang"


def note_ring() -> None:
    """Called by the most frequent periodic task."""
    cache.set(_KEY, timezone.now().timestamp(), timeout=None)


def time_since_ring() -> dt.timedelta | None:
    """None when beat has not rung since the broker was emptied. A cache that does not answer raises RedisError."""
    rang: float | None = cache.get(_KEY)
    return None if rang is None else timezone.now() - dt.datetime.fromtimestamp(rang, dt.UTC)
