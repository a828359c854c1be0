"""Who has an RFP's questions open at this moment. Kept in the cache alone: it is forgotten when nobody renews it."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass

from django.core.cache import cache
from redis.exceptions import RedisError

from core.models import User
from rfp_manager.models import RFP

logger = logging.getLogger(__name__)

# Three beats of the page; who closes the window without a word is gone after that.
STAYS = 45  # seconds
_NO_QUESTION = 0


@dataclass(frozen=True)
class Present:
    """A person, and the question that they have open: None for the list alone."""

    person: User
    question: int | None


def note_presence(rfp: RFP, *, user: User, question: int | None) -> None:
    """The user is here, with this question open. One key of their own, so two people cannot undo one another."""
    try:
        cache.set(_key(rfp, user), question or _NO_QUESTION, timeout=STAYS)
    except (RedisError, OSError):
        _say_it_is_lost()


def who_is_here(rfp: RFP, *, people: Sequence[User]) -> list[Present]:
    """Those of `people` who are here, in their order; nobody while the cache does not answer."""
    keys = {_key(rfp, person): person for person in people}
    try:
        found = cache.get_many(keys)
    except (RedisError, OSError):
        _say_it_is_lost()
        return []
    return [Present(person, found[key] or None) for key, person in keys.items() if key in found]


def _key(rfp: RFP, user: User) -> str:
    return f"here:{rfp.pk}:{user.pk}"


def _say_it_is_lost() -> None:
    logger.warning("the cache does not answer; who is here is not known", exc_info=True)
