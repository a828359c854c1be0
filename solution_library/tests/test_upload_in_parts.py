"""A document that came in parts is taken like any other, and refused like any other."""

import pytest
from django.test import Client
from django.urls import reverse

from core.models import PartialUpload, User
from core.partial_uploads import append_part, begin_upload
from solution_library.models import Document
from solution_library.tests.factories import SolutionFactory
from solution_library.tests.files import EXE, text_upload

pytestmark = pytest.mark.django_db


def in_parts(owner: User, name: str, content: bytes, *, missing: int = 0) -> str:
    upload = begin_upload(owner, filename=name, size=len(content))
    middle = len(content) // 2
    append_part(upload, content[:middle], offset=0)
    upload.refresh_from_db()
    append_part(upload, content[middle : len(content) - missing], offset=middle)
    return str(upload.pk)


def test_it_becomes_a_document_beside_the_ones_that_came_with_the_form(client: Client, alice: User) -> None:
    client.force_login(alice)
    solution = SolutionFactory()
    number = in_parts(alice, "large.md", b"# Large\n\nBackups are made every night.\n")
    url = reverse("solution_library:upload", args=[solution.pk])
    client.post(url, {"files": text_upload("small.md", b"# Small\n"), "files-upload": number})
    assert sorted(Document.objects.values_list("title", flat=True)) == ["large", "small"]
    assert not PartialUpload.objects.exists()


def test_what_is_not_whole_or_a_program_is_refused_in_words(client: Client, alice: User, bob: User) -> None:
    client.force_login(alice)
    url = reverse("solution_library:upload", args=[SolutionFactory().pk])
    for number in (
        in_parts(alice, "large.md", b"# Large\n", missing=2),
        in_parts(bob, "theirs.md", b"# Theirs\n"),
        in_parts(alice, "offer.pdf", EXE),
        "no-number",
    ):
        answer = client.post(url, {"files-upload": number}, follow=True)
        (said,) = [str(message) for message in answer.context["messages"]]
        assert said.endswith(".")
    assert not Document.objects.exists()
