from core.models.audit import AuditEvent
from core.models.job import Job
from core.models.organization import Organization
from core.models.partial_upload import PartialUpload
from core.models.storage_check import StorageCheck
from core.models.stored_file import StoredFile
from core.models.user import User

__all__ = ["AuditEvent", "Job", "Organization", "PartialUpload", "StorageCheck", "StoredFile", "User"]
