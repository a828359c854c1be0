from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.cache import cache
from django.core.signals import request_finished, request_started
from django.db import close_old_connections

from core.models import User
from core.tests.factories import alice, bob, charlie
from core.tests.stored_files import folder_storage
from rfp_manager.models import RFP
from rfp_manager.tests.conftest import rfp
from spelunker.tests.api.caller import Caller
from themis.services.api_keys import create_api_key

__all__ = ["alice", "bob", "charlie", "folder_storage", "rfp"]


@pytest.fixture(autouse=True)
def no_spent_requests() -> None:
    """Each test begins with unused rate limits."""
    cache.clear()


@pytest.fixture(autouse=True)
def media(folder_storage: Path) -> Path:
    return folder_storage


@pytest.fixture
def caller_of() -> Callable[..., Caller]:
    """`caller_of(alice)` calls the API with a new key of hers; `scopes` says which."""

    def make(user: User, *, scopes: tuple[str, ...] = ("read", "write")) -> Caller:
        _key, text = create_api_key(user, name="test", scopes=scopes)
        return Caller(text)

    return make


@pytest.fixture
def as_alice(caller_of: Callable[..., Caller], alice: User) -> Caller:
    return caller_of(alice)


@pytest.fixture
def as_bob(caller_of: Callable[..., Caller], bob: User, rfp: RFP) -> Caller:
    return caller_of(bob)


@pytest.fixture
def as_charlie(caller_of: Callable[..., Caller], charlie: User) -> Caller:
    return caller_of(charlie)


@pytest.fixture
def endless_requests(settings: Any) -> Iterator[None]:
    """No rate limits, and a connection that stays: without Django's test client each request closes it."""
    settings.API_RATE_PER_KEY = settings.API_RATE_PER_USER = settings.API_RATE_PER_ADDRESS = 1_000_000
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)
