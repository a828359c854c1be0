"""The library in the admin site."""

from solution_library.admin import answers, documents, sources

__all__ = ["answers", "documents", "sources"]
