from core.admin import audit, history, job, organization, partial_upload, storage_check, user

__all__ = ["audit", "history", "job", "organization", "partial_upload", "storage_check", "user"]
