"""The library over the REST API: everybody reads, library editors change, as on the pages."""

from solution_library.api import answers, documents, organizations, solutions, sources

ROUTERS = (
    organizations.router,
    solutions.router,
    sources.router,
    documents.router,
    answers.router,
)

__all__ = ["ROUTERS"]
