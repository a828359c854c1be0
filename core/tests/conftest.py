from core.tests.factories import alice, bob, charlie
from core.tests.stored_files import folder_storage, s3_storage

__all__ = ["alice", "bob", "charlie", "folder_storage", "s3_storage"]
