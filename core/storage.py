"""The storage pattern: keys, reads, writes and connectivity. All bytes pass through here.

Nothing assumes that a stored file has a path on disk, so the same code runs against S3 in
production and a folder in tests.
"""

import logging
import uuid
from collections.abc import Iterable
from contextlib import ExitStack
from functools import cache
from io import BytesIO
from typing import Any, BinaryIO, cast

from botocore.exceptions import BotoCoreError, ClientError, NoCredentialsError
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile, File
from django.core.files.storage import default_storage, storages
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from s3transfer.exceptions import RetriesExceededError
from storages.backends.s3boto3 import S3Boto3Storage

from core.exceptions import SpelunkerError
from core.single_requests import get_object, put_new_object

logger = logging.getLogger(__name__)

# What may go wrong while talking to the object store; OSError covers the folder of the tests and full disks.
STORAGE_ERRORS = (BotoCoreError, ClientError, RetriesExceededError, OSError)


class StorageError(SpelunkerError):
    """The object store did not do what was asked; the message says so to the user."""


class MissingObjectError(StorageError):
    """The object store works, but has no object of that key."""


def chunk_key(document_id: int, index: int) -> str:
    return f"chunks/{document_id}/chunk_{index}.txt"


def scraped_key(source_id: int, filename: str) -> str:
    return f"scraped/{source_id}/{filename}"


def write_text(key: str, text: str) -> str:
    """Store `text` as UTF-8 and return the key it really got (a taken key gets a suffix).

    Raises StorageError.
    """
    return write_file(key, ContentFile(text.encode("utf-8")))


def write_new_text(key: str, text: str) -> str:
    """As `write_text`, for a key that is hardly ever taken: one request to the store instead of two.

    Many small objects, such as a document's passages, are written with it. Raises StorageError.
    """
    content = text.encode("utf-8")
    store = storages["default"]
    try:
        if isinstance(store, S3Boto3Storage) and put_new_object(
            store, key, content, content_type="text/plain"
        ):
            return key
    except STORAGE_ERRORS as error:
        raise _not_saved(key) from error
    return write_file(key, ContentFile(content))


def write_file(key: str, content: File) -> str:
    """Store a file and return the key it really got. Raises StorageError."""
    try:
        return default_storage.save(key, content)
    except STORAGE_ERRORS as error:
        raise _not_saved(key) from error


def _not_saved(key: str) -> StorageError:
    return StorageError(_("The file store could not save %(key)s. Try again in a moment.") % {"key": key})


def read_bytes(key: str) -> bytes:
    """The object's content, in one request to the store.

    Raises MissingObjectError when there is none, StorageError when the store is down.
    """
    store = storages["default"]
    try:
        content = get_object(store, key) if isinstance(store, S3Boto3Storage) else None
        if content is not None:
            return content
        with store.open(key, "rb") as stored:
            return stored.read()
    except STORAGE_ERRORS as error:
        raise _not_read(key, error) from error


def _not_read(key: str, error: Exception) -> StorageError:
    if _is_missing(error):
        return MissingObjectError(
            _("%(key)s is missing from the file store. Restore it from a backup, or upload the file again.")
            % {"key": key}
        )
    return StorageError(_("The file store could not read %(key)s. Try again in a moment.") % {"key": key})


def _is_missing(error: Exception) -> bool:
    """Whether the store has answered, and has no such object."""
    if isinstance(error, ClientError):
        return error.response.get("Error", {}).get("Code") in ("NoSuchKey", "404")
    return isinstance(error, FileNotFoundError)


def read_text(key: str) -> str:
    """The UTF-8 text stored under `key`. Raises as `read_bytes` does."""
    return read_bytes(key).decode("utf-8")


def stored_names(folder: str) -> set[str]:
    """The names of the objects directly under `folder`, in a request for each thousand. Raises StorageError."""
    try:
        return set(default_storage.listdir(folder)[1])
    except FileNotFoundError:
        return set()  # a folder on disk is made with its first file
    except STORAGE_ERRORS as error:
        raise StorageError(_("The file store could not be read. Try again in a moment.")) from error


def load_binary(key: str) -> BytesIO:
    """A stored file as a seekable buffer. Raises StorageError."""
    return BytesIO(read_bytes(key))


def delete_objects(keys: Iterable[str]) -> int:
    """Delete objects and return how many could not be deleted.

    Meant for `transaction.on_commit`: the rows are gone by then, so what stays behind is an orphan
    that `check_storage` finds later, never a row without its file.
    """
    failed = 0
    for key in keys:
        try:
            default_storage.delete(key)
        except STORAGE_ERRORS:
            failed += 1
            logger.warning("could not delete %s from the file store", key, exc_info=True)
    return failed


def download_url(key: str, *, filename: str) -> str | None:
    """A pre-signed URL that downloads `key` as an attachment for one minute.

    None unless S3_PUBLIC_ENDPOINT_URL says under which address browsers reach the store: then the
    file is streamed through the application instead. Make it only after the permission check:
    whoever holds it may read the file until it expires.
    """
    if not settings.S3_PUBLIC_ENDPOINT_URL or not isinstance(storages["default"], S3Boto3Storage):
        return None
    disposition = content_disposition_header(as_attachment=True, filename=filename)
    parameters = {"ResponseContentDisposition": disposition}
    return _public_storage().url(key, parameters=parameters, expire=60)


@cache
def _public_storage() -> S3Boto3Storage:
    stores = cast(dict[str, dict[str, Any]], settings.STORAGES)
    options = stores["default"]["OPTIONS"]
    return S3Boto3Storage(**{**options, "endpoint_url": settings.S3_PUBLIC_ENDPOINT_URL})


def open_stored(key: str) -> BinaryIO:
    """A stored file for streaming out. Raises as `read_bytes` does."""
    try:
        with ExitStack() as unless_it_breaks_off:
            stored = unless_it_breaks_off.enter_context(default_storage.open(key, "rb"))
            stored.seek(0)  # S3 sends the content now, and not when an answer has begun
            unless_it_breaks_off.pop_all()
        return cast(BinaryIO, stored)
    except STORAGE_ERRORS as error:
        if _is_missing(error):
            raise _not_read(key, error) from error
        raise StorageError(_("The file store could not be read. Try again in a moment.")) from error


def validate_s3_connectivity() -> None:
    """Raise ValidationError, in words, if the bucket cannot be reached.

    Only for new uploads and the start of a sync: it is a round trip.
    """
    if not hasattr(default_storage, "bucket"):
        return
    bucket: str = default_storage.bucket_name  # type: ignore[attr-defined]
    try:
        default_storage.bucket.meta.client.head_bucket(Bucket=bucket)
    except NoCredentialsError as error:
        raise ValidationError(_("S3/MinIO credentials are not configured.")) from error
    except ClientError as error:
        code = error.response.get("Error", {}).get("Code", "")
        if code == "403":
            raise ValidationError(
                _("S3/MinIO credentials are invalid or permissions are insufficient.")
            ) from error
        if code == "404":
            raise ValidationError(_("Bucket '%(bucket)s' does not exist.") % {"bucket": bucket}) from error
        raise ValidationError(
            _("S3/MinIO error (%(code)s): %(error)s") % {"code": code, "error": error}
        ) from error
    except BotoCoreError as error:
        raise ValidationError(
            _("The file store (S3/MinIO) does not answer. Nothing was stored; try again in a moment.")
        ) from error


def try_store() -> None:
    """Write, read and delete a small object, as uploads do. Raises StorageError naming the step that failed."""
    try:
        validate_s3_connectivity()
    except ValidationError as error:
        raise StorageError(" ".join(error.messages)) from error
    sent = uuid.uuid4().hex
    try:
        key = default_storage.save(f"checks/{sent}.txt", ContentFile(sent.encode()))
    except STORAGE_ERRORS as error:
        raise StorageError(_("The file store answers, but a file could not be written.")) from error
    try:
        if read_bytes(key) != sent.encode():
            raise StorageError(_("A file was written, but what came back is not what was written."))
    finally:
        left = delete_objects([key])
    if left:
        raise StorageError(_("A file was written and read, but it could not be deleted."))
