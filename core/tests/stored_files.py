"""The storage pattern's standard cases, written once for every model with a stored file.

An app subclasses `StoredFileContract` for each of its models, and once more with `OnS3` for the same
cases, and those that only a real server can show, against the S3 server on loopback:

    class TestDocumentFile(DocumentFile, StoredFileContract): ...
    class TestDocumentFileOnS3(DocumentFile, OnS3, StoredFileContract): ...
"""

import importlib
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.core.files.storage import Storage, default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db.models.fields.files import FieldFile
from pytest_django import Settings
from storages.backends.s3boto3 import S3Boto3Storage

from core.models import StoredFile
from core.storage import read_bytes

ONE, TWO = b"one, the first", b"two, the second"


class ForbiddenStorage(Storage):
    """Fails at whatever is asked of it: for what must not ask the object store."""

    def _refuse(self, *args: object, **_: object) -> None:
        raise AssertionError(f"the object store was asked for {args}")

    _open = _save = delete = exists = listdir = size = url = get_modified_time = _refuse


def use_storage(settings: Settings, backend: str, **options: Any) -> None:
    """From now until the end of the test, files go there."""
    storage = {"BACKEND": backend, "OPTIONS": options} if options else {"BACKEND": backend}
    settings.STORAGES = {**settings.STORAGES, "default": storage}


def use_s3(settings: Settings, server: Any, **changes: Any) -> None:
    """The options of production, pointed at the server on loopback; `changes` replace single ones."""
    # Not an import: the project's settings lie above this app, and the test settings replace these.
    options = dict(importlib.import_module("spelunker.settings").STORAGES["default"]["OPTIONS"])
    options |= {
        "access_key": server.access_key,
        "secret_key": server.secret_key,
        "bucket_name": server.bucket,
        "endpoint_url": server.endpoint_url,
        "region_name": server.region,
        "use_ssl": False,
    }
    use_storage(settings, f"{__name__}.shared_s3", **(options | changes))


_shared: dict[tuple[str, ...], S3Boto3Storage] = {}


def shared_s3(**options: Any) -> S3Boto3Storage:
    """The real backend, made once for the same options: loading boto's descriptions takes half a second."""
    key = tuple(options[name] for name in ("endpoint_url", "bucket_name", "access_key", "secret_key"))
    if key not in _shared:
        _shared[key] = S3Boto3Storage(**options)
    return _shared[key]


@pytest.fixture
def folder_storage(settings: Settings, tmp_path: Path) -> Path:
    """A folder of its own for a test's files."""
    folder = tmp_path / "media"
    use_storage(settings, "django.core.files.storage.FileSystemStorage", location=str(folder))
    return folder


@pytest.fixture
def s3_storage(settings: Settings, s3_server: Any) -> Iterator[Any]:
    """The real backend on the real server; yields the server. The bucket is empty again afterwards."""
    use_s3(settings, s3_server)
    bucket = default_storage.bucket  # type: ignore[attr-defined]
    yield s3_server
    for found in bucket.objects.all():
        found.delete()
    close_s3()


def close_s3() -> None:
    """Give back the connections: a socket left open is a warning, and warnings are errors."""
    for storage in _shared.values():
        storage.connection.meta.client.close()


def fetch(url: str) -> tuple[int, dict[str, str], bytes]:
    """GET as anybody on the network would: status, headers in lower case, content."""
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(url, timeout=10) as answer:
            return answer.status, {k.lower(): v for k, v in answer.headers.items()}, answer.read()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, {k.lower(): v for k, v in error.headers.items()}, error.read()


@pytest.mark.django_db
class StoredFileContract:
    """What every model with a stored file does, wherever the files lie."""

    field = "file"
    filename = "report.pdf"
    has_s3_key = True

    def make(self, upload: Any) -> StoredFile:
        """An unsaved row with this file; of one parent for all rows of a test."""
        raise AssertionError(f"{type(self).__name__} does not say how a row is made of {upload}")

    def prefix(self, row: StoredFile) -> str:
        raise AssertionError(f"{type(self).__name__} does not say where the file of {row} lies")

    @pytest.fixture(autouse=True)
    def storage(self, request: pytest.FixtureRequest) -> None:
        request.getfixturevalue("folder_storage")

    def saved(self, content: bytes = ONE, name: str = "") -> StoredFile:
        row = self.make(SimpleUploadedFile(name or self.filename, content))
        row.save()
        return row

    def file_of(self, row: StoredFile) -> FieldFile:
        return getattr(row, self.field)  # type: ignore[no-any-return]

    def test_file_metadata_populated_on_save(self) -> None:
        row = self.saved()
        row.refresh_from_db()
        assert (row.file_type, row.file_size) == (self.filename.rsplit(".", 1)[1], len(ONE))

    def test_the_key_is_exactly_prefix_and_name(self) -> None:
        row = self.saved()
        assert self.file_of(row).name == self.prefix(row) + self.filename

    def test_rejected_extension(self) -> None:
        row = self.make(SimpleUploadedFile("hack.exe", b"MZ"))
        with pytest.raises(ValidationError) as refused:
            row.full_clean()
        assert self.field in refused.value.message_dict

    def test_storage_agnostic_read(self) -> None:
        row = self.saved()
        assert read_bytes(self.file_of(row).name or "") == ONE

    def test_the_returned_key_is_recorded_when_names_collide(self) -> None:
        first, second = self.saved(ONE), self.saved(TWO)
        keys = [self.file_of(row).name or "" for row in (first, second)]
        assert keys[0] != keys[1]
        assert keys[1].startswith(self.prefix(second) + self.filename.rsplit(".", 1)[0])
        assert [read_bytes(key) for key in keys] == [ONE, TWO]
        second.refresh_from_db()
        assert self.file_of(second).name == keys[1]
        if self.has_s3_key:
            assert second.s3_key == keys[1]  # type: ignore[attr-defined]

    def test_reading_and_saving_rows_asks_the_store_nothing(self, settings: Settings) -> None:
        row = self.saved()
        use_storage(settings, f"{__name__}.ForbiddenStorage")
        (again,) = type(row).objects.filter(pk=row.pk)  # type: ignore[attr-defined]
        assert (again.file_size, bool(self.file_of(again))) == (len(ONE), True)
        again.save()
        again.refresh_from_db()
        assert again.file_size == len(ONE)


class OnS3:
    """The same on the real server, and what only that can show. Comes before StoredFileContract."""

    @pytest.fixture(autouse=True)
    def storage(self, request: pytest.FixtureRequest) -> Any:
        return request.getfixturevalue("s3_storage")

    def test_the_bucket_holds_exactly_the_recorded_key(self: Any) -> None:
        row = self.saved()
        held = [found.key for found in default_storage.bucket.objects.all()]  # type: ignore[attr-defined]
        assert held == [self.file_of(row).name]

    def test_nobody_reads_it_without_a_signature(self: Any, storage: Any) -> None:
        row = self.saved()
        status, _, content = fetch(f"{storage.endpoint_url}/{storage.bucket}/{self.file_of(row).name}")
        assert status == 403
        assert ONE not in content

    def test_its_signed_address_works(self: Any) -> None:
        row = self.saved()
        status, _, content = fetch(self.file_of(row).url)
        assert (status, content) == (200, ONE)
