import os
from collections.abc import Callable, Iterator

import pytest
from django.test import Client
from playwright.sync_api import Browser
from pytest_django.live_server_helper import LiveServer

from core.models import User
from core.permissions import ADMINISTRATOR
from core.tests.factories import UserFactory, alice, bob, charlie
from core.tests.stored_files import folder_storage, s3_storage
from themis.tests.browser import Surfer

# Playwright's loop runs in this thread, and Django would refuse the ORM beside it.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "1")

__all__ = ["alice", "bob", "charlie", "folder_storage", "s3_storage"]


@pytest.fixture
def client_of() -> Callable[[User], Client]:
    """A client signed in as somebody."""

    def sign_in(user: User) -> Client:
        client = Client()
        client.force_login(user)
        return client

    return sign_in


@pytest.fixture
def administrator(db: None) -> User:
    return UserFactory(email="ada@example.com", first_name="Ada", groups=[ADMINISTRATOR])


@pytest.fixture
def surfer(browser: Browser, live_server: LiveServer, transactional_db: None) -> Iterator[Surfer]:
    """Opens pages in a real browser; fails the test when the browser had something to complain about."""
    surfer = Surfer(browser, live_server.url, [])
    yield surfer
    for context in browser.contexts:
        context.close()
    assert not surfer.problems, surfer.problems
