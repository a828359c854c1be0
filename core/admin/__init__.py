from core.admin import audit, job, organization, user

__all__ = ["audit", "job", "organization", "user"]
