"""Fixtures of every app's tests. Real Postgres, broker, S3, workers: `spelunker.embedded.pytest_plugin`."""

import os
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection
from django.utils import translation
from hypothesis import settings as hypothesis_settings
from pytest_django import DjangoDbBlocker

from core.tests.quick_flush import empty_quickly

# How long an example takes says how busy the machine is.
hypothesis_settings.register_profile("patient", deadline=None)
hypothesis_settings.load_profile("patient")


@pytest.fixture(autouse=True)
def english_again() -> Iterator[None]:
    """A request leaves its person's language active in the thread; the next test begins without one."""
    yield
    translation.deactivate()


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any], chromium_path: str) -> dict[str, Any]:
    """Playwright drives the system's browser and downloads none."""
    arguments = ["--disable-dev-shm-usage"]
    if os.geteuid() == 0:
        arguments.append("--no-sandbox")  # Chromium's own sandbox refuses root
    return {**browser_type_launch_args, "executable_path": chromium_path, "args": arguments}


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """A quick way to empty the test database; and before it is dropped, nobody may be connected to it.

    The server notices only after a moment that a worker which a test killed is gone.
    """
    with django_db_blocker.unblock():
        undo = empty_quickly()
    yield
    undo()
    with django_db_blocker.unblock(), connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
