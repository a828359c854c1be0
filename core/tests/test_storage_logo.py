from typing import Any

from core.models import Organization, StoredFile
from core.tests.stored_files import OnS3, StoredFileContract


class LogoFile:
    field = "logo"
    filename = "logo.png"
    has_s3_key = False
    made = 0

    def make(self, upload: Any) -> Organization:
        self.made += 1
        return Organization(name=f"Vendor {self.made}", logo=upload)

    def prefix(self, row: StoredFile) -> str:
        return "orgs/logos/"


class TestOrganizationLogo(LogoFile, StoredFileContract):
    pass


class TestOrganizationLogoOnS3(LogoFile, OnS3, StoredFileContract):
    pass
