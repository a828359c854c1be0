from collections.abc import Iterator
from pathlib import Path

import pytest
from django.test import override_settings

from core.models import User
from core.tests.factories import alice, bob, charlie
from rfp_manager.models import RFP
from rfp_manager.tests.factories import RFPFactory, add_member
from rfp_manager.tests.write_routes import language_model, world

__all__ = ["alice", "bob", "charlie", "language_model", "world"]


@pytest.fixture
def rfp(alice: User, bob: User) -> RFP:
    """Alice's RFP; Bob contributes, Charlie is not on the team."""
    rfp = RFPFactory(owner=alice, title="Records service")
    add_member(rfp, bob)
    return rfp


@pytest.fixture
def own_media_folder(tmp_path: Path) -> Iterator[Path]:
    """Files of this test only, in a folder that begins empty."""
    storages = {
        "default": {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {"location": str(tmp_path)},
        },
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }
    with override_settings(STORAGES=storages):
        yield tmp_path
