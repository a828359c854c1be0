"""The library in the admin site."""

from solution_library.admin import answer_sources, answers, documents, sources

__all__ = ["answer_sources", "answers", "documents", "sources"]
