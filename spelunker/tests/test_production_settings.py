"""What production refuses to start with, and what it is strict about."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client

from spelunker.tests.reading_settings import read_settings

ROOT = Path(__file__).resolve().parent.parent.parent
GOOD_KEY = "g00d-" + "x7Kq" * 15
PRODUCTION = {
    "HTTPS": "1",
    "SECRET_KEY": GOOD_KEY,
    "ALLOWED_HOSTS": "bids.example.com",
    "TRUSTED_PROXY_COUNT": "1",
}


@pytest.mark.parametrize("key", ["", "changeme", "short-but-random-7f3a9c"])
def test_a_secret_key_that_is_none_is_refused(key: str) -> None:
    said = read_settings({"HTTPS": "1", "SECRET_KEY": key}, prefix="SECRET_KEY", shown=["DEBUG"])
    assert said.returncode != 0
    assert "SECRET_KEY must be a random value" in said.stderr


def test_files_that_everybody_could_read_are_refused() -> None:
    said = read_settings({"S3_DEFAULT_ACL": "public-read"}, prefix="S3_DEFAULT_ACL", shown=["DEBUG"])
    assert said.returncode != 0
    assert "S3_DEFAULT_ACL must be 'private'" in said.stderr


def test_django_finds_nothing_to_warn_of_in_production() -> None:
    # Browser tests in the same process set it, and it is one of the things that are warned of.
    ours = {name: value for name, value in os.environ.items() if name != "DJANGO_ALLOW_ASYNC_UNSAFE"}
    said = subprocess.run(
        [sys.executable, "manage.py", "check", "--deploy", "--fail-level", "WARNING"],
        cwd=ROOT,
        env={**ours, **PRODUCTION, "DJANGO_SETTINGS_MODULE": "spelunker.settings", "DEBUG": ""},
        capture_output=True,
        text=True,
        check=False,
    )
    assert said.returncode == 0, said.stderr
    assert "no issues" in said.stdout


def test_cookies_belong_to_this_host_alone_and_https_is_kept() -> None:
    names = ["SESSION_COOKIE_NAME", "CSRF_COOKIE_NAME", "SECURE_HSTS_SECONDS", "SECURE_SSL_REDIRECT"]
    said = read_settings(PRODUCTION, prefix="SECURE_", shown=names)
    assert said.stdout.split() == ["__Host-sessionid", "__Host-csrftoken", "31536000", "True"], said.stderr


def test_every_page_says_what_may_run_in_it(client: Client, db: None) -> None:
    response = client.get("/accounts/login/")
    policy = {part.split()[0]: part.split()[1:] for part in response["Content-Security-Policy"].split("; ")}
    for name in ("object-src", "base-uri", "frame-ancestors"):
        assert policy[name] == ["'none'"]
    assert [source for source in policy["script-src"] if not source.startswith("'nonce-")] == ["'self'"]
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["X-Frame-Options"] == "DENY"


def test_a_task_ends_before_its_message_goes_to_somebody_else() -> None:
    limits = settings.CELERY_TASK_SOFT_TIME_LIMIT, settings.CELERY_TASK_TIME_LIMIT
    assert limits[0] < limits[1] < settings.CELERY_BROKER_TRANSPORT_OPTIONS["visibility_timeout"]
    assert settings.CELERY_TASK_ACKS_LATE
    assert settings.CELERY_TASK_IGNORE_RESULT
    assert settings.CELERY_ACCEPT_CONTENT == ["json"]
    assert settings.CELERY_WORKER_PREFETCH_MULTIPLIER == 1
    # On its own it would hand a task that kills its worker to one worker after another.
    assert not settings.CELERY_TASK_REJECT_ON_WORKER_LOST
    assert settings.CELERY_TASK_RETRY_ON_WORKER_LOST
