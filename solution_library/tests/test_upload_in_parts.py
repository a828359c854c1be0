"""A document that came in parts is taken like any other, and refused like any other."""

import pytest
from django.test import Client
from django.urls import reverse

from core.models import PartialUpload, User
from core.partial_uploads import append_part, begin_upload
from solution_library.exceptions import StoreUnavailable
from solution_library.models import Document
from solution_library.tests.factories import SolutionFactory
from solution_library.tests.files import EXE, text_upload
from solution_library.views import uploads as uploads_view

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


def test_what_the_store_does_not_take_just_now_is_not_sent_again(
    client: Client, alice: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    client.force_login(alice)
    url = reverse("solution_library:upload", args=[SolutionFactory().pk])
    first, second = (in_parts(alice, f"{name}.md", f"# {name}\n".encode()) for name in ("first", "second"))

    def refuse(*args: object, **kwargs: object) -> None:
        raise StoreUnavailable("The file store does not answer.")

    with monkeypatch.context() as patched:
        patched.setattr(uploads_view, "upload_document", refuse)
        answer = client.post(url, {"files-upload": [first, second]}, follow=True)
    said = [str(message) for message in answer.context["messages"]]
    assert len(said) == 2
    assert all("choose the file again, and it is there at once" in sentence for sentence in said)
    client.post(url, {"files-upload": [first, second]})
    assert sorted(Document.objects.values_list("title", flat=True)) == ["first", "second"]
    assert not PartialUpload.objects.exists()
