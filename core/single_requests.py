"""Small objects in one request each, where the storage makes two.

To read an object the storage asks whether it is there (HEAD) and then reads it (GET). To write one, Django's storages
ask whether a key is taken (HEAD) and then write (PUT). S3 can do that at once: a PUT with `If-None-Match: *` is
refused when the key is taken, which also closes the gap between asking and writing. A server that does not know the
header would overwrite, so each process tries that once, with bytes that are there already.
"""

import threading
from typing import Any

from botocore.exceptions import ClientError
from storages.backends.s3boto3 import S3Boto3Storage

_TAKEN = {"PreconditionFailed", "412", "ConditionalRequestConflict", "409"}
_UNKNOWN = {"NotImplemented", "501", "InvalidArgument", "InvalidRequest", "400"}

_lock = threading.Lock()
# Which stores refuse, by endpoint and bucket.
_refuses: dict[tuple[str, str], bool] = {}


def get_object(storage: S3Boto3Storage, key: str) -> bytes | None:
    """The bytes under `key`; None from a storage that does more than to fetch them. Raises what botocore raises."""
    if storage.location or storage.gzip or storage.object_parameters:
        return None
    answer = storage.bucket.meta.client.get_object(Bucket=storage.bucket_name, Key=key)
    with answer["Body"] as body:
        return bytes(body.read())


def put_new_object(storage: S3Boto3Storage, key: str, content: bytes, *, content_type: str) -> bool:
    """Store `content` under `key`, as `storage` would, unless the key is taken; False when it was not stored.

    False also from a server that cannot tell: `storage.save` does it then. Raises what botocore raises.
    """
    known = _refuses.get(_address(storage))
    if known is False or storage.location or storage.gzip or not storage.default_acl:
        # Also what `_put` does not do as the storage would.
        return False
    stored = _put(storage, key, content, content_type=content_type)
    if known is None and stored:
        # The same bytes once more: whoever overwrites now does no harm, and is known from here on.
        with _lock:
            _refuses[_address(storage)] = not _put(storage, key, content, content_type=content_type)
    return stored


def _address(storage: S3Boto3Storage) -> tuple[str, str]:
    return storage.endpoint_url or "", storage.bucket_name


def _put(storage: S3Boto3Storage, key: str, content: bytes, *, content_type: str) -> bool:
    options: dict[str, Any] = {
        "ContentType": content_type,
        "ACL": storage.default_acl,
        **storage.get_object_parameters(key),
    }
    # For bytes botocore would ask first whether it may send them, which is a round trip; for a bytearray it does not.
    body = bytearray(content)
    try:
        storage.bucket.meta.client.put_object(
            Bucket=storage.bucket_name, Key=key, Body=body, IfNoneMatch="*", **options
        )
    except ClientError as error:
        code = error.response.get("Error", {}).get("Code", "")
        if code in _TAKEN:
            return False
        if code in _UNKNOWN:
            with _lock:
                _refuses[_address(storage)] = False
            return False
        raise
    return True
