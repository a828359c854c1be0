"""One request to write under a new key, which never overwrites and notices a server that cannot tell; one to read."""

from collections.abc import Iterator
from typing import Any

import pytest
from botocore.exceptions import ClientError
from django.core.files.storage import default_storage

from core import single_requests
from core.storage import StorageError, read_text, write_new_text, write_text
from core.tests.stored_files import fetch, s3_storage

__all__ = ["s3_storage"]


@pytest.fixture(autouse=True)
def unknown_server(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(single_requests, "_refuses", {})


@pytest.fixture
def requests(s3_storage: Any) -> Iterator[list[str]]:
    """The names of the operations that the store was asked for."""
    asked: list[str] = []
    events = default_storage.bucket.meta.client.meta.events  # type: ignore[attr-defined]

    def note(model: Any, **_: Any) -> None:
        asked.append(model.name)

    events.register("before-call.s3", note)
    yield asked
    events.unregister("before-call.s3", note)


def test_a_new_object_is_one_request_once_the_server_is_known(requests: list[str]) -> None:
    assert write_new_text("chunks/1/chunk_0.txt", "first") == "chunks/1/chunk_0.txt"
    assert requests == ["PutObject", "PutObject"]
    requests.clear()
    assert write_new_text("chunks/1/chunk_1.txt", "second") == "chunks/1/chunk_1.txt"
    assert requests == ["PutObject"]
    assert [read_text(f"chunks/1/chunk_{n}.txt") for n in (0, 1)] == ["first", "second"]


@pytest.mark.parametrize("known", [False, True])
def test_a_taken_key_is_not_overwritten_and_the_returned_one_holds_the_text(
    s3_storage: Any, known: bool
) -> None:
    write_text("chunks/1/chunk_0.txt", "somebody else's")
    if known:
        write_new_text("chunks/2/chunk_0.txt", "of another document")
    key = write_new_text("chunks/1/chunk_0.txt", "mine")
    assert key != "chunks/1/chunk_0.txt"
    assert (read_text("chunks/1/chunk_0.txt"), read_text(key)) == ("somebody else's", "mine")


def test_a_text_is_read_with_one_request(requests: list[str]) -> None:
    write_text("chunks/1/chunk_0.txt", "Zürich – first")
    requests.clear()
    assert read_text("chunks/1/chunk_0.txt") == "Zürich – first"
    assert requests == ["GetObject"]


def test_a_text_that_is_not_there_is_an_error_in_words(s3_storage: Any) -> None:
    with pytest.raises(StorageError, match=r"chunks/1/chunk_7\.txt is missing"):
        read_text("chunks/1/chunk_7.txt")


def test_it_is_private_and_says_that_it_is_text(s3_storage: Any) -> None:
    key = write_new_text("chunks/1/chunk_0.txt", "confidential")
    assert fetch(f"{s3_storage.endpoint_url}/{s3_storage.bucket}/{key}")[0] == 403
    assert default_storage.bucket.Object(key).content_type == "text/plain"  # type: ignore[attr-defined]


def test_a_server_that_overwrites_is_noticed_and_from_then_on_asked_first(
    s3_storage: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    _ignore_the_condition(monkeypatch)
    assert write_new_text("chunks/1/chunk_0.txt", "first") == "chunks/1/chunk_0.txt"
    key = write_new_text("chunks/1/chunk_0.txt", "second")
    assert key != "chunks/1/chunk_0.txt"
    assert (read_text("chunks/1/chunk_0.txt"), read_text(key)) == ("first", "second")


def test_a_server_that_refuses_the_header_is_asked_the_usual_way(
    s3_storage: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = default_storage.bucket.meta.client  # type: ignore[attr-defined]
    put = client.put_object

    def refuse(**options: Any) -> Any:
        if "IfNoneMatch" not in options:
            return put(**options)
        answer = {"Error": {"Code": "NotImplemented"}, "ResponseMetadata": {"HTTPStatusCode": 501}}
        raise ClientError(answer, "PutObject")  # type: ignore[arg-type]

    monkeypatch.setattr(client, "put_object", refuse)
    keys = [write_new_text("chunks/1/chunk_0.txt", text) for text in ("first", "second")]
    assert keys[0] == "chunks/1/chunk_0.txt" != keys[1]
    assert [read_text(key) for key in keys] == ["first", "second"]


def _ignore_the_condition(monkeypatch: pytest.MonkeyPatch) -> None:
    client = default_storage.bucket.meta.client  # type: ignore[attr-defined]
    put = client.put_object

    def overwrite(**options: Any) -> Any:
        options.pop("IfNoneMatch", None)
        return put(**options)

    monkeypatch.setattr(client, "put_object", overwrite)
