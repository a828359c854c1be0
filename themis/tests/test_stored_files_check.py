"""The status page says what the last comparison of the file store with the database has found."""

import pytest

from core.models import StorageCheck
from themis.health import check_stored_files

pytestmark = pytest.mark.django_db


def compared(**figures: int) -> None:
    nothing = {"objects_found": 100, "missing": 0, "changed": 0, "orphaned": 0, "deleted": 0}
    StorageCheck.objects.create(**nothing | figures)


def test_before_the_first_comparison_nothing_is_wrong() -> None:
    assert check_stored_files().ok


def test_missing_and_changed_files_are_told_until_a_comparison_finds_none() -> None:
    compared(missing=1)
    result = check_stored_files()
    assert (result.ok, "missing: 1, changed: 0" in result.detail) == (False, True)
    assert "check_storage" in result.advice
    compared()
    assert check_stored_files().ok


def test_orphans_that_the_clock_did_not_dare_to_delete_are_told() -> None:
    compared(orphaned=60, deleted=60)
    assert check_stored_files().ok
    compared(orphaned=60)
    result = check_stored_files()
    assert (result.ok, "60" in result.detail) == (False, True)
