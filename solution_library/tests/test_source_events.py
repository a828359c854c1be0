"""A source that changed is told to other programs, by its kind and number."""

import pytest

from solution_library.models import Document, LibraryAnswer
from solution_library.signals import source_content_changed
from solution_library.tests.factories import DocumentFactory, LibraryAnswerFactory
from themis.models import WebhookDelivery
from themis.tests.factories import make_endpoint

pytestmark = pytest.mark.django_db


def test_a_changed_document_and_a_changed_answer_are_told_of() -> None:
    make_endpoint(events=["source.changed"])
    document, answer = DocumentFactory(title="Confidential plan"), LibraryAnswerFactory()
    reason = "“Confidential plan” was replaced."
    source_content_changed.send(sender=Document, instance=document, reason=reason, url="")
    source_content_changed.send(sender=LibraryAnswer, instance=answer, reason=reason, url="/library/diff/")
    assert list(WebhookDelivery.objects.order_by("created_at").values_list("kind", "data")) == [
        (
            "source.changed",
            {
                "kind": "solution_library.document",
                "id": document.pk,
                "url": f"/library/documents/{document.pk}/",
            },
        ),
        (
            "source.changed",
            {"kind": "solution_library.libraryanswer", "id": answer.pk, "url": "/library/diff/"},
        ),
    ]
