"""The document that tests draft from, and how one comes into a solution's library."""

from rag.services.embeddings import embed_document
from solution_library.models import Solution
from solution_library.tests.factories import DocumentFactory

HANDBOOK = b"""# Operations handbook

## Backups

Encrypted backups of all databases are made every night and are kept for 35 days.
Restores of backups are tested twice a year. Backups are not kept on tape.

## Sign-in

Users sign in by SAML 2.0 with their own identity provider. Passwords of local accounts have at least 14 characters.
Sign-in by text message is not supported.

## Audit

The yearly audit report is shared with customers under a non-disclosure agreement.

## Support

| Priority | Response | Target to restore |
|---|---|---|
| 1 | 30 minutes | 4 hours |
| 2 | 2 hours | 1 working day |
"""


def add_document(solution: Solution, content: bytes, title: str) -> None:
    embed_document(DocumentFactory(solution=solution, content=content, title=title).pk)
