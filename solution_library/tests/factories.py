import hashlib

import factory
from django.core.files.base import ContentFile
from factory.django import DjangoModelFactory

from core.tests.factories import OrganizationFactory
from solution_library.models import (
    Document,
    DocumentationSource,
    DocumentEmbedding,
    EmbeddingStatus,
    LibraryAnswer,
    Solution,
)


class SolutionFactory(DjangoModelFactory):
    class Meta:
        model = Solution

    vendor = factory.SubFactory(OrganizationFactory)
    name = factory.Sequence(lambda number: f"Solution {number}")


class DocumentFactory(DjangoModelFactory):
    """A stored document, past the checks of an upload. `content` and `filename` say what is in it."""

    class Meta:
        model = Document

    class Params:
        content = factory.Sequence(lambda number: f"# Chapter {number}\n\nBackups run nightly.\n".encode())
        filename = factory.Sequence(lambda number: f"manual-{number}.md")
        embedded = factory.Trait(
            embedding_status=EmbeddingStatus.EMBEDDED,
            chunk_count=1,
            embedded_hash=factory.SelfAttribute("content_hash"),
        )
        failed = factory.Trait(
            embedding_status=EmbeddingStatus.FAILED,
            embedding_error="This PDF holds pictures of pages and no text.",
        )

    solution = factory.SubFactory(SolutionFactory)
    title = factory.LazyAttribute(lambda document: document.filename.rsplit(".", 1)[0])
    file = factory.LazyAttribute(lambda document: ContentFile(document.content, name=document.filename))
    content_hash = factory.LazyAttribute(lambda document: hashlib.sha256(document.content).hexdigest())


class DocumentationSourceFactory(DjangoModelFactory):
    class Meta:
        model = DocumentationSource

    solution = factory.SubFactory(SolutionFactory)
    name = factory.Sequence(lambda number: f"Help site {number}")
    base_url = factory.Sequence(lambda number: f"https://docs{number}.example.com/")


class DocumentEmbeddingFactory(DjangoModelFactory):
    """A chunk's row; its text is stored only when the test does so."""

    class Meta:
        model = DocumentEmbedding

    document = factory.SubFactory(DocumentFactory)
    chunk_index = factory.Sequence(lambda number: number)
    chunk_s3_key = factory.LazyAttribute(
        lambda chunk: f"chunks/{chunk.document.pk}/chunk_{chunk.chunk_index}.txt"
    )
    chunk_size = 20
    content_hash = factory.LazyAttribute(
        lambda chunk: hashlib.sha256(chunk.chunk_s3_key.encode()).hexdigest()
    )
    embedding_model = "test-model"


class LibraryAnswerFactory(DjangoModelFactory):
    class Meta:
        model = LibraryAnswer

    solution = factory.SubFactory(SolutionFactory)
    question = factory.Sequence(lambda number: f"Do you make backups of system {number}?")
    answer = "Yes, every night, to a second site."
