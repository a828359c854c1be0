"""No request fills the memory: what is too large in all is refused before it is read."""

import errno
from collections.abc import Callable
from typing import Any

import pytest
from django.conf import LazySettings
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile, TemporaryUploadedFile
from django.core.files.uploadhandler import TemporaryFileUploadHandler
from django.test import Client

from core.models import User
from core.upload_limits import ANONYMOUS_BYTES, MOST_LARGEST
from themis.services.api_keys import create_api_key

ClientOf = Callable[[User], Client]


@pytest.fixture(autouse=True)
def requests_counted_from_here() -> None:
    """Tests share their address, whose requests to the API are counted by the minute."""
    cache.clear()


@pytest.fixture
def kept(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The files that Django began to keep."""
    begun: list[str] = []

    def note(self: TemporaryFileUploadHandler, *args: Any, **kwargs: Any) -> None:
        begun.append(args[1])
        whole(self, *args, **kwargs)

    whole = TemporaryFileUploadHandler.new_file
    monkeypatch.setattr(TemporaryFileUploadHandler, "new_file", note)
    return begun


def file_of(size: int) -> SimpleUploadedFile:
    return SimpleUploadedFile("large.txt", b"x" * size)


def test_strangers_can_leave_no_file_here(db: None, kept: list[str]) -> None:
    client = Client(enforce_csrf_checks=True)
    client.get("/accounts/login/")
    for address in ("/accounts/login/", "/library/", "/accounts/password/reset/"):
        response = client.post(address, {"file": file_of(ANONYMOUS_BYTES)})
        assert response.status_code == 413
        assert "That is too large" in response.content.decode()
        assert "Sign in, then try again." in response.content.decode()
    assert kept == []


def test_a_form_holds_a_few_of_the_largest_files(
    alice: User, client_of: ClientOf, settings: LazySettings, kept: list[str]
) -> None:
    settings.UPLOAD_MAX_BYTES = 1024 * 1024
    client = client_of(alice)
    most = MOST_LARGEST * settings.UPLOAD_MAX_BYTES
    response = client.post("/profile/", {"file": file_of(most)})
    assert response.status_code == 413
    assert kept == []
    response = client.post("/profile/", {"file": file_of(most - 5000)})
    assert response.status_code != 413
    assert kept == ["large.txt"]


def test_the_api_says_so_in_a_problem_document(alice: User, settings: LazySettings, kept: list[str]) -> None:
    settings.UPLOAD_MAX_BYTES = 1024 * 1024
    _key, secret = create_api_key(alice, name="Test", scopes=["read", "write"])
    headers = {"authorization": f"Bearer {secret}"}
    address = "/api/v1/rfps/1/question-documents"
    response = Client(headers=headers).post(address, {"file": file_of(6 * 1024 * 1024)})
    assert response.status_code == 413
    assert response.json()["status"] == 413
    assert "5 MB" in response.json()["detail"]
    response = Client().post(address, {"file": file_of(6 * 1024 * 1024)})
    assert response.status_code == 401
    assert kept == []


def full_disk(*_: object, **__: object) -> None:
    raise OSError(errno.ENOSPC, "No space left on device")


def test_a_full_disk_is_507_in_the_design_and_over_the_api(
    alice: User, client_of: ClientOf, monkeypatch: pytest.MonkeyPatch, settings: LazySettings
) -> None:
    settings.FILE_UPLOAD_MAX_MEMORY_SIZE = 1000
    monkeypatch.setattr(TemporaryUploadedFile, "write", full_disk, raising=False)
    response = client_of(alice).post("/profile/", {"file": file_of(100_000)})
    assert response.status_code == 507
    assert "The server has no room for this file." in response.content.decode()
    _key, secret = create_api_key(alice, name="Test", scopes=["read", "write"])
    client = Client(headers={"authorization": f"Bearer {secret}"})
    response = client.post("/api/v1/rfps/1/question-documents", {"file": file_of(100_000)})
    assert response.status_code == 507
    assert "no room for this file" in response.json()["detail"]


def test_another_trouble_with_the_disk_is_no_full_one(
    alice: User, client_of: ClientOf, monkeypatch: pytest.MonkeyPatch, settings: LazySettings
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise OSError(errno.EIO, "Input/output error")

    settings.FILE_UPLOAD_MAX_MEMORY_SIZE = 1000
    monkeypatch.setattr(TemporaryUploadedFile, "write", broken, raising=False)
    with pytest.raises(OSError, match="Input/output error"):
        client_of(alice).post("/profile/", {"file": file_of(100_000)})
