from typing import Any

from core.models import StoredFile
from core.tests.factories import UserFactory
from core.tests.stored_files import OnS3, StoredFileContract
from themis.models import Profile


class AvatarFile:
    field = "avatar"
    filename = "picture.png"
    has_s3_key = False

    def make(self, upload: Any) -> Profile:
        return Profile(user=UserFactory(), avatar=upload)

    def prefix(self, row: StoredFile) -> str:
        return "people/avatars/"


class TestAvatar(AvatarFile, StoredFileContract):
    pass


class TestAvatarOnS3(AvatarFile, OnS3, StoredFileContract):
    pass
