"""How often somebody may ask: fixed windows of a minute, counted in the cache that all processes share."""

import logging
import time

from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest
from ninja.errors import Throttled
from redis.exceptions import RedisError

from core.client_address import client_address
from core.models import User

logger = logging.getLogger(__name__)

WINDOW = 60  # seconds


def spend_request(user: User, *, key: str = "") -> None:
    """Count one request of a person, and of the key they used. Raises Throttled."""
    if key:
        _spend(f"key:{key}", settings.API_RATE_PER_KEY)
    _spend(f"user:{user.pk}", settings.API_RATE_PER_USER)


def spend_refusal(request: HttpRequest) -> None:
    """Count one refused sign-in of an address. Raises Throttled; who holds a valid key is not hurt by it."""
    _spend(f"address:{client_address(request)}", settings.API_RATE_PER_ADDRESS)


def _spend(who: str, limit: int) -> None:
    now = time.time()
    window = int(now // WINDOW)
    name = f"api-rate:{who}:{window}"
    try:
        cache.add(name, 0, timeout=2 * WINDOW)
        count = cache.incr(name)
    except (RedisError, OSError, ValueError):
        # Without its counter the API goes on answering: the limit protects us, it is no permission.
        logger.warning("the cache does not answer; requests are not counted", exc_info=True)
        return
    if count > limit:
        raise Throttled(wait=max(1, int((window + 1) * WINDOW - now) + 1))
