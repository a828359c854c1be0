"""What lies in the file store, listed without reading any of it."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.files.storage import Storage, storages
from django.utils.translation import gettext as _
from storages.backends.s3boto3 import S3Boto3Storage

from core.storage import STORAGE_ERRORS, StorageError


@dataclass(frozen=True)
class StoredObject:
    """One object: its key as rows name it, its bytes, and when it was written."""

    key: str
    size: int
    modified: datetime


def list_objects(prefix: str) -> Iterator[StoredObject]:
    """All objects under `prefix`, which ends with a slash, in no certain order. Raises StorageError."""
    store: Any = storages["default"]
    try:
        yield from _pages(store, prefix) if isinstance(store, S3Boto3Storage) else _walk(store, prefix)
    except STORAGE_ERRORS as error:
        raise StorageError(_("The file store could not be read. Try again in a moment.")) from error


def _pages(store: S3Boto3Storage, prefix: str) -> Iterator[StoredObject]:
    """From the server, a thousand with each request."""
    root = store._normalize_name("")
    paginator = store.connection.meta.client.get_paginator("list_objects_v2")
    for page in paginator.paginate(Bucket=store.bucket_name, Prefix=f"{root}{prefix}"):
        for found in page.get("Contents", ()):
            if not found["Key"].endswith("/"):  # what some tools make to have an empty folder
                yield StoredObject(found["Key"].removeprefix(root), found["Size"], found["LastModified"])


def _walk(store: Storage, folder: str) -> Iterator[StoredObject]:
    try:
        folders, names = store.listdir(folder.rstrip("/"))
    except FileNotFoundError:
        return  # a folder on disk is made with its first file
    for name in names:
        key = f"{folder}{name}"
        try:
            yield StoredObject(key, store.size(key), store.get_modified_time(key))
        except FileNotFoundError:
            continue  # deleted since it was listed
    for name in folders:
        yield from _walk(store, f"{folder}{name}/")
