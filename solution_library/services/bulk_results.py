from dataclasses import dataclass


@dataclass(frozen=True)
class BulkResult:
    """How many were changed, and how many stayed as they were."""

    changed: int
    skipped: int = 0
