"""Documents that say nearly the same: found in the background from the word index, through shared buckets.

The words of a document come from its chunks' `search_vector`, in order and stemmed, without those of titles and
headings: so nothing is read from the object store, and another title does not hide a copy.
"""

import time
from dataclasses import dataclass

from django.db import connection, transaction
from django.db.models import F, Q, QuerySet

from solution_library.fingerprints import (
    ALIKE,
    Signature,
    bands_of,
    common_share,
    from_bytes,
    likeness,
    sign,
    to_bytes,
)
from solution_library.models import Document, DocumentFingerprint, DocumentTwin, EmbeddingStatus

# Of a crowd of copies each document keeps the nearest few.
_MOST_TWINS = 20
_MOST_COMPARED = 200
_BATCH = 50
_SHOWN = 5

_WORDS = """
SELECT e.document_id, array_agg(u.lexeme ORDER BY e.chunk_index, p.position, u.lexeme)
FROM solution_library_documentembedding e, unnest(e.search_vector) u,
    unnest(u.positions, u.weights) AS p(position, weight)
WHERE e.document_id = ANY(%s) AND p.weight = 'A' GROUP BY e.document_id
"""


@dataclass(frozen=True)
class NearDuplicate:
    """Another document, and how much of their text the two have in common, in whole percent."""

    document: Document
    percent: int


def near_duplicates_of(document: Document) -> list[NearDuplicate]:
    """The nearest few in use, nearest first; one query."""
    pairs = (
        DocumentTwin.objects.in_use().of(document.pk).select_related("first__solution", "second__solution")
    )
    return [
        NearDuplicate(
            pair.second if pair.first_id == document.pk else pair.first, int(100 * pair.similarity + 0.5)
        )
        for pair in pairs[:_SHOWN]
    ]


def find_near_duplicates(*, seconds: float = 10.0) -> int:
    """Compare what was embedded since the last time, for about so many seconds; returns how many documents."""
    DocumentFingerprint.objects.exclude(document__retired_at=None).delete()
    DocumentTwin.objects.exclude(first__retired_at=None, second__retired_at=None).delete()
    deadline = time.monotonic() + seconds
    compared = 0
    while batch := list(_waiting()[:_BATCH]):
        words = _words_of([document.pk for document in batch])
        for document in batch:
            _compare(document, sign(words.get(document.pk, [])))
        compared += len(batch)
        if time.monotonic() > deadline:
            break
    return compared


def _waiting() -> QuerySet[Document]:
    """Embedded documents whose fingerprint is missing, or of other content."""
    embedded = Document.objects.in_use().filter(embedding_status=EmbeddingStatus.EMBEDDED, chunk_count__gt=0)
    outdated = Q(fingerprint=None) | ~Q(fingerprint__content_hash=F("embedded_hash"))
    return embedded.filter(outdated).order_by("pk").only("pk", "embedded_hash")


def _words_of(ids: list[int]) -> dict[int, list[str]]:
    with connection.cursor() as cursor:
        cursor.execute(_WORDS, [ids])
        return dict(cursor.fetchall())


def _compare(document: Document, signature: Signature | None) -> None:
    bands = [] if signature is None else bands_of(signature)
    with transaction.atomic():
        DocumentTwin.objects.of(document.pk).delete()
        DocumentFingerprint.objects.update_or_create(
            document=document,
            defaults={
                "content_hash": document.embedded_hash,
                "signature": b"" if signature is None else to_bytes(signature),
                "bands": bands,
            },
        )
        if signature is None:
            return
        others = DocumentFingerprint.objects.filter(bands__overlap=bands).exclude(document=document)
        near = list(others.filter(document__retired_at=None)[:_MOST_COMPARED])
        scores = likeness(signature, (from_bytes(other.signature) for other in near))
        alike = [(score, other.pk) for score, other in zip(scores, near, strict=True) if score >= ALIKE]
        DocumentTwin.objects.bulk_create(
            (
                DocumentTwin(
                    first_id=min(document.pk, other),
                    second_id=max(document.pk, other),
                    similarity=common_share(score),
                )
                for score, other in sorted(alike, reverse=True)[:_MOST_TWINS]
            ),
            ignore_conflicts=True,
        )
