from pathlib import Path

import pytest

from core.tests.factories import alice, bob, charlie
from core.tests.stored_files import folder_storage, s3_storage
from solution_library.tests.sites import open_site, site

__all__ = ["alice", "bob", "charlie", "folder_storage", "open_site", "s3_storage", "site"]


@pytest.fixture(autouse=True)
def media(folder_storage: Path) -> Path:
    """Each test's files lie in a folder of its own, so that they can be counted."""
    return folder_storage
