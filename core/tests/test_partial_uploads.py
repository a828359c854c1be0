"""Uploads in parts: offsets, limits, owners, putting together, what becomes of unfinished ones; on files and S3."""

import datetime as dt
import uuid
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.utils import timezone
from pytest_django import DjangoCaptureOnCommitCallbacks, Settings

from core import partial_uploads
from core.models import PartialUpload, User
from core.partial_uploads import (
    PART_BYTES,
    WrongOffset,
    append_part,
    begin_upload,
    discard,
    purge_unfinished,
    take_whole,
)
from core.uploads import UploadRefused


def sent(owner: User, *parts: bytes, size: int | None = None) -> PartialUpload:
    upload = begin_upload(owner, filename="../big.pdf", size=size or sum(map(len, parts)))
    for part in parts:
        append_part(upload, part, offset=upload.received)
        upload.refresh_from_db()
    return upload


pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("store", ["folder", "s3"])
def test_parts_are_put_together_in_order_and_deleted_when_nobody_needs_them(
    store: str,
    alice: User,
    request: pytest.FixtureRequest,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    if store == "s3":
        request.getfixturevalue("s3_storage")
    upload = sent(alice, b"one, ", b"two, ", b"three")
    keys = list(upload.part_keys)
    assert all(default_storage.exists(key) and key.startswith("uploads/") for key in keys)
    (whole,) = take_whole(alice, [upload.pk])
    assert whole.name == "big.pdf"
    assert whole.size == 15
    with whole:
        assert whole.read() == b"one, two, three"
    assert all(default_storage.exists(key) for key in keys), "it may be taken again"
    with django_capture_on_commit_callbacks(execute=True):
        discard([whole.parts])
    assert not any(default_storage.exists(key) for key in keys)
    assert not PartialUpload.objects.exists()


def test_a_part_at_the_wrong_place_says_where_to_go_on(alice: User) -> None:
    upload = sent(alice, b"12345", size=10)
    for offset in (0, 3, 7):
        with pytest.raises(WrongOffset) as refused:
            append_part(upload, b"x", offset=offset)
        assert refused.value.received == 5


def test_of_two_parts_at_once_one_is_taken_and_the_other_leaves_nothing(alice: User) -> None:
    upload = begin_upload(alice, filename="a.pdf", size=10)
    same = PartialUpload.objects.get(pk=upload.pk)
    append_part(upload, b"first", offset=0)
    with pytest.raises(WrongOffset) as refused:
        append_part(same, b"second", offset=0)
    assert refused.value.received == 5
    _folders, files = default_storage.listdir(f"uploads/{upload.pk}")
    assert len(files) == 1


@pytest.mark.parametrize("content", [b"", b"x" * 11, b"x" * (PART_BYTES + 1)])
def test_a_part_of_no_or_too_many_bytes_is_refused(alice: User, content: bytes) -> None:
    upload = begin_upload(alice, filename="a.pdf", size=10 if len(content) < 100 else 2 * PART_BYTES)
    with pytest.raises(UploadRefused):
        append_part(upload, content, offset=0)
    upload.refresh_from_db()
    assert (upload.received, upload.part_keys) == (0, [])


def test_what_is_too_large_is_refused_before_a_byte_is_sent(alice: User, settings: Settings) -> None:
    settings.UPLOAD_MAX_BYTES = 100
    for size in (0, 101):
        with pytest.raises(UploadRefused):
            begin_upload(alice, filename="a.pdf", size=size)
    for _ in range(5):
        begin_upload(alice, filename="a.pdf", size=100)
    with pytest.raises(UploadRefused, match="unfinished"):
        begin_upload(alice, filename="a.pdf", size=1)


def test_nobody_takes_the_upload_of_another_nor_half_of_one(alice: User, charlie: User) -> None:
    whole, half = sent(alice, b"12345"), sent(alice, b"12345", size=10)
    for owner, ids in [(charlie, [whole.pk]), (alice, [whole.pk, half.pk]), (alice, [uuid.uuid4()])]:
        with pytest.raises(UploadRefused):
            take_whole(owner, ids)
    assert PartialUpload.objects.count() == 2


def test_what_nobody_goes_on_with_is_deleted_after_a_day(
    alice: User, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    old, new = sent(alice, b"12345", size=10), sent(alice, b"12345", size=10)
    (key,) = old.part_keys
    PartialUpload.objects.filter(pk=old.pk).update(touched_at=timezone.now() - dt.timedelta(hours=25))
    with django_capture_on_commit_callbacks(execute=True):
        assert purge_unfinished() == 1
    assert list(PartialUpload.objects.all()) == [new]
    assert not default_storage.exists(key)
    with django_capture_on_commit_callbacks(execute=True):
        discard([new])
    assert partial_uploads.purge_unfinished() == 0


def test_a_part_of_an_upload_that_was_cancelled_meanwhile_is_refused_in_words(
    alice: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    upload = begin_upload(alice, filename="big.pdf", size=4)
    stored = partial_uploads.write_file
    keys = []

    def slow(*args: Any) -> str:
        PartialUpload.objects.filter(pk=upload.pk).delete()
        keys.append(stored(*args))
        return keys[-1]

    monkeypatch.setattr(partial_uploads, "write_file", slow)
    with pytest.raises(UploadRefused, match="cancelled"):
        append_part(upload, b"part", offset=0)
    assert not default_storage.exists(keys[0])
