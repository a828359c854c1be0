"""`manage.py check_storage` and its daily run: what is missing, changed or orphaned, on disk and on a real server."""

import json
import os
from datetime import timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.utils import timezone
from pytest_django import Settings

from core.models import Organization, PartialUpload, StorageCheck, User
from core.partial_uploads import append_part, begin_upload
from core.storage import delete_objects, write_text
from core.storage_check import Finding, check_and_tidy, compare_storage
from core.stored_keys import SCRATCH, stored_prefixes
from core.tasks import check_storage_daily
from core.tests.stored_files import close_s3, use_s3

pytestmark = pytest.mark.django_db

NOW = timedelta(0)


def with_logo(name: str = "logo.png", content: bytes = b"12345") -> Organization:
    made = Organization(name=name, logo=SimpleUploadedFile(name, content))
    made.save()
    return made


def orphan(folder: Path, key: str = "documents/left.md", *, hours: float = 25) -> str:
    key = default_storage.save(key, ContentFile(b"left"))
    then = timezone.now().timestamp() - hours * 3600
    os.utime(folder / key, (then, then))
    return key


def check(*options: str) -> tuple[str, int]:
    """What the command prints, and what it ends with."""
    out = StringIO()
    try:
        call_command("check_storage", *options, stdout=out, stderr=StringIO())
    except SystemExit as end:
        return out.getvalue(), int(end.code or 0)
    return out.getvalue(), 0


def test_what_is_as_it_should_be_is_not_named(folder_storage: Path, alice: User) -> None:
    with_logo()
    append_part(begin_upload(alice, filename="a.md", size=9), b"1234", offset=0)
    with compare_storage(older_than=NOW) as found:
        assert (found.objects, list(found.findings())) == (2, [])
    assert check("--older-than", "0") == ("2 objects: 0 missing, 0 changed, 0 orphaned.\n", 0)


def test_missing_and_changed_are_named_with_their_rows(folder_storage: Path) -> None:
    gone, other = with_logo("gone.png"), with_logo("other.png")
    delete_objects([gone.logo.name or ""])
    (folder_storage / (other.logo.name or "")).write_bytes(b"1234567")
    with compare_storage() as found:
        assert list(found.findings()) == [
            Finding("missing", "orgs/logos/gone.png", f"core.Organization {gone.pk}", 5, None),
            Finding("changed", "orgs/logos/other.png", f"core.Organization {other.pk}", 5, 7),
        ]
    said, code = check()
    assert code == 1
    assert f"missing              -            5  orgs/logos/gone.png (core.Organization {gone.pk})" in said
    assert said.endswith("1 objects: 1 missing, 1 changed, 0 orphaned.\n")


def test_as_json_it_can_be_read_by_programs(folder_storage: Path) -> None:
    gone = with_logo("gone.png")
    delete_objects([gone.logo.name or ""])
    orphan(folder_storage)
    said, code = check("--format", "json")
    read = json.loads(said)
    assert (code, [finding["kind"] for finding in read["findings"]]) == (1, ["missing", "orphaned"])
    assert read["counts"]["missing"] == read["counts"]["orphaned"] == read["counts"]["objects"] == 1
    assert json.loads(check("--format", "json", "--older-than", "30")[0])["counts"]["orphaned"] == 0


def test_a_part_of_an_upload_that_is_gone_is_missing(folder_storage: Path, alice: User) -> None:
    upload = begin_upload(alice, filename="a.md", size=9)
    append_part(upload, b"1234", offset=0)
    (key,) = PartialUpload.objects.get().part_keys
    delete_objects([key])
    with compare_storage() as found:
        (finding,) = found.findings()
    assert (finding.kind, finding.key, finding.row) == ("missing", key, f"core.PartialUpload {upload.pk}")


def test_orphans_are_deleted_once_they_are_old_and_only_when_asked(folder_storage: Path) -> None:
    kept = with_logo()
    old, young = orphan(folder_storage), orphan(folder_storage, hours=23)
    foreign = orphan(folder_storage, "backups/database.dump")
    said, code = check()
    assert (code, old in said, young in said, foreign in said) == (0, True, False, False)
    assert default_storage.exists(old)
    said, _ = check("--delete-orphans", "--no-input")
    assert "1 orphans deleted" in said
    assert not default_storage.exists(old)
    assert all(default_storage.exists(key) for key in (young, foreign, kept.logo.name or ""))


def test_deleting_is_confirmed_by_the_word_alone(
    folder_storage: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    key = orphan(folder_storage)
    monkeypatch.setattr("builtins.input", lambda: "y")
    check("--delete-orphans")
    assert default_storage.exists(key)
    monkeypatch.setattr("builtins.input", lambda: "yes")
    check("--delete-orphans")
    assert not default_storage.exists(key)


def test_what_may_belong_to_something_under_way_cannot_be_deleted(folder_storage: Path) -> None:
    key = orphan(folder_storage, hours=1)
    with pytest.raises(CommandError, match="under way"):
        check("--delete-orphans", "--no-input", "--older-than", "0")
    assert default_storage.exists(key)


def test_what_is_stored_or_deleted_meanwhile_is_neither_missing_nor_orphaned(
    folder_storage: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    leaving = with_logo("leaving.png")

    def meanwhile(prefix: str) -> Any:
        yield from listed(prefix)
        if prefix == stored_prefixes()[-1]:
            with_logo("new.png")
            leaving.delete()
            delete_objects([leaving.logo.name or ""])

    from core import storage_check

    listed = storage_check.list_objects
    monkeypatch.setattr(storage_check, "list_objects", meanwhile)
    with compare_storage(older_than=NOW) as found:
        assert list(found.findings()) == []


def test_the_clock_deletes_old_orphans_and_notes_what_is_missing(
    folder_storage: Path,
) -> None:
    old = orphan(folder_storage)
    gone = with_logo()
    check_storage_daily()
    assert not default_storage.exists(old)
    delete_objects([gone.logo.name or ""])
    check_storage_daily()
    assert list(StorageCheck.objects.values_list("missing", "orphaned", "deleted")) == [(1, 0, 0), (0, 1, 1)]


def test_the_clock_deletes_nothing_when_most_of_the_bucket_is_strange(folder_storage: Path) -> None:
    """As when an empty database is pointed at the bucket of another installation."""
    for number in range(21):
        orphan(folder_storage, f"documents/{number}.md")
    assert check_and_tidy().deleted == 0
    for number in range(21):
        with_logo(f"{number}.png")
    assert check_and_tidy().deleted == 21


def test_on_a_real_server_in_pages(s3_storage: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("core.storage_check._PER_BATCH", 2)
    gone, other = with_logo("gone.png"), with_logo("other.png")
    delete_objects([gone.logo.name or ""])
    default_storage.bucket.put_object(Key=other.logo.name, Body=b"1234567")  # type: ignore[attr-defined]
    left = [write_text(f"chunks/7/chunk_{number}.txt", "left") for number in range(5)]
    write_text("elsewhere/a.txt", "Of somebody else.")
    with compare_storage(older_than=timedelta(seconds=-60)) as found:
        assert [(finding.kind, finding.key) for finding in found.findings()] == [
            ("missing", gone.logo.name),
            ("changed", other.logo.name),
            *(("orphaned", key) for key in left),
        ]
        assert found.objects == 6
        assert found.delete_orphans() == 0
    assert not default_storage.exists(left[0])
    assert default_storage.exists("elsewhere/a.txt")


def test_a_listing_of_more_than_a_page_of_the_server_is_whole(s3_storage: Any) -> None:
    client = default_storage.connection.meta.client  # type: ignore[attr-defined]
    for number in range(1003):
        client.put_object(Bucket=s3_storage.bucket, Key=f"{SCRATCH}{number}.txt", Body=b"1")
    with compare_storage(older_than=timedelta(seconds=-60)) as found:
        assert (found.objects, found.counts["orphaned"]) == (1003, 1003)


def test_a_store_that_does_not_answer_is_told_and_nothing_is_noted(
    settings: Settings, s3_server: Any
) -> None:
    use_s3(settings, s3_server, endpoint_url="http://127.0.0.1:9")
    with pytest.raises(CommandError, match="could not be read") as refused:
        check()
    assert refused.value.returncode == 2
    check_storage_daily()
    close_s3()
    assert not StorageCheck.objects.exists()
