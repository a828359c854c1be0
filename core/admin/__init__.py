from core.admin import audit, history, job, organization, partial_upload, user

__all__ = ["audit", "history", "job", "organization", "partial_upload", "user"]
