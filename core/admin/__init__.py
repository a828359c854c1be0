from core.admin import audit, history, job, organization, user

__all__ = ["audit", "history", "job", "organization", "user"]
