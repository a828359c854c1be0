"""The storage pattern against a real S3 server on loopback."""

import time
import urllib.parse
from types import SimpleNamespace
from typing import Any

import pytest
import s3transfer.download
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from pytest_django import Settings
from s3transfer.exceptions import RetriesExceededError

from core import storage
from core.models import Organization
from core.storage import (
    MissingObjectError,
    StorageError,
    chunk_key,
    delete_objects,
    download_url,
    read_bytes,
    read_text,
    scraped_key,
    validate_s3_connectivity,
    write_text,
)
from core.tests.stored_files import OnS3, StoredFileContract, close_s3, fetch, use_s3
from core.tests.test_storage_logo import LogoFile


class TestOrganizationLogoOnS3(LogoFile, OnS3, StoredFileContract):
    pass


def test_texts_written_by_code_get_their_keys_and_the_returned_one_counts(s3_storage: Any) -> None:
    first = write_text(chunk_key(42, 7), "Größe: 7 µm")
    second = write_text(chunk_key(42, 7), "Another text.")
    page = write_text(scraped_key(3, "start.md"), "# Start")
    assert first == "chunks/42/chunk_7.txt"
    assert page == "scraped/3/start.md"
    assert second != first
    assert second.startswith("chunks/42/chunk_7")
    assert (read_text(first), read_text(second)) == ("Größe: 7 µm", "Another text.")
    assert delete_objects([first, second, page]) == 0
    with pytest.raises(StorageError, match="is missing from the file store"):
        read_bytes(first)


def test_a_file_above_the_memory_limit_comes_back_whole(s3_storage: Any) -> None:
    content = bytes(range(256)) * 4096 * 9  # 9 MiB: several parts
    key = default_storage.save("documents/large.bin", ContentFile(content))
    assert read_bytes(key) == content


def test_every_object_is_stored_with_the_private_acl(s3_storage: Any) -> None:
    key = write_text("documents/private.txt", "secret")
    assert default_storage.default_acl == "private"
    assert default_storage.file_overwrite is False
    acl = default_storage.bucket.Object(key).Acl()
    assert not [grant for grant in acl.grants if "AllUsers" in grant["Grantee"].get("URI", "")]


def test_a_signed_address_is_refused_when_it_was_altered(s3_storage: Any) -> None:
    key = write_text("documents/mine.txt", "mine")
    write_text("documents/other.txt", "other")
    url = default_storage.url(key)
    assert fetch(url)[0] == 200
    assert fetch(url.replace("mine.txt", "other.txt"))[0] == 403
    assert fetch(url.replace("X-Amz-Expires=300", "X-Amz-Expires=3000"))[0] == 403
    parts = urllib.parse.urlsplit(url)
    signature = urllib.parse.parse_qs(parts.query)["X-Amz-Signature"][0]
    forged = ("0" if signature[0] != "0" else "1") + signature[1:]
    assert fetch(url.replace(signature, forged))[0] == 403
    assert fetch(url.partition("?")[0])[0] == 403


def test_a_signed_address_lives_five_minutes_at_most_and_then_is_refused(s3_storage: Any) -> None:
    key = write_text("documents/short.txt", "short")
    lifetime = urllib.parse.parse_qs(urllib.parse.urlsplit(default_storage.url(key)).query)["X-Amz-Expires"]
    assert int(lifetime[0]) <= 300
    url = default_storage.url(key, expire=1)
    assert fetch(url)[0] == 200
    time.sleep(2.1)
    assert fetch(url)[0] == 403


@pytest.fixture
def public_address(s3_storage: Any, settings: Settings) -> Any:
    """Browsers reach the store by themselves, as behind a proxy of their own."""
    settings.S3_PUBLIC_ENDPOINT_URL = s3_storage.endpoint_url
    storage._public_storage.cache_clear()
    yield s3_storage
    storage._public_storage().connection.meta.client.close()
    storage._public_storage.cache_clear()


@pytest.mark.parametrize("name", ["report.html", 'Größe "neu"; 🚀.html'])
def test_a_download_is_an_attachment_with_its_name(public_address: Any, name: str) -> None:
    key = write_text("documents/page.html", "<script>alert(1)</script>")
    url = download_url(key, filename=name)
    assert url is not None
    status, headers, _ = fetch(url)
    assert status == 200
    disposition = headers["content-disposition"]
    assert disposition.startswith("attachment;")
    assert "report.html" in disposition or urllib.parse.quote("Größe", safe="") in disposition


def test_without_a_public_address_there_is_no_signed_download(s3_storage: Any, settings: Settings) -> None:
    settings.S3_PUBLIC_ENDPOINT_URL = ""
    assert download_url("documents/x.txt", filename="x.txt") is None


def test_a_reachable_bucket_is_silent(s3_storage: Any) -> None:
    validate_s3_connectivity()


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"secret_key": "wrong" * 8}, "credentials are invalid or permissions are insufficient"),
        ({"access_key": "nobody"}, "credentials are invalid or permissions are insufficient"),
        ({"bucket_name": "no-such-bucket"}, "Bucket 'no-such-bucket' does not exist"),
        ({"access_key": "", "secret_key": ""}, "credentials are not configured"),
        ({"endpoint_url": "http://127.0.0.1:9"}, "does not answer. Nothing was stored"),
    ],
    ids=["wrong secret", "unknown key", "missing bucket", "no credentials", "nobody listens"],
)
def test_what_is_wrong_with_the_store_is_said_in_words(
    settings: Settings, s3_server: Any, monkeypatch: pytest.MonkeyPatch, changes: dict[str, str], says: str
) -> None:
    # Whatever credentials this machine has lying about are not Spelunker's.
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", "/dev/null")
    monkeypatch.setenv("AWS_CONFIG_FILE", "/dev/null")
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "AWS_PROFILE"):
        monkeypatch.delenv(name, raising=False)
    use_s3(settings, s3_server, **changes)
    organization = Organization(name="Acme", logo=SimpleUploadedFile("logo.png", b"x"))
    with pytest.raises(ValidationError) as refused:
        organization.clean()
    close_s3()
    assert says in " ".join(refused.value.messages)


def test_a_row_that_exists_is_not_checked_against_the_store(settings: Settings, s3_server: Any) -> None:
    use_s3(settings, s3_server, endpoint_url="http://127.0.0.1:9")
    Organization(pk=1, name="Acme", logo="orgs/logos/known.png").clean()


def test_a_download_that_breaks_off_is_refused_in_words(
    s3_storage: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The store gives the object's head, and not its content."""
    key = write_text("documents/breaks.txt", "text")

    def gone_again(*args: Any) -> Any:
        file = default_storage.open(*args)
        default_storage.delete(key)
        return file

    monkeypatch.setattr(storage, "default_storage", SimpleNamespace(open=gone_again))
    with pytest.raises(MissingObjectError, match="is missing from the file store"):
        storage.open_stored(key)


def test_a_download_that_breaks_off_again_and_again_is_refused_in_words(
    s3_storage: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What the transfer gives up with is of no family of errors."""

    def give_up(*args: Any, **kwargs: Any) -> None:
        raise RetriesExceededError(OSError("reset by peer"))

    key = write_text("documents/resets.txt", "text")
    monkeypatch.setattr(s3transfer.download.GetObjectTask, "_main", give_up)
    with pytest.raises(StorageError, match="could not be read"):
        storage.open_stored(key)
