"""A person's picture: who sees it and who changes it, what is refused, and that old objects go."""

from collections.abc import Callable
from io import BytesIO
from typing import Any

import pytest
from botocore.exceptions import EndpointConnectionError
from django.core.exceptions import ValidationError
from django.core.files.storage import FileSystemStorage, default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.template.loader import render_to_string
from django.test import Client
from django.urls import reverse
from PIL import Image

from core.models import User
from core.tests.factories import UserFactory
from core.tests.stored_files import ForbiddenStorage, use_storage
from themis.models import Profile

ClientOf = Callable[[User], Client]
CHANGE, REMOVE = reverse("themis:avatar_change"), reverse("themis:avatar_remove")


def picture(
    name: str = "me.png", *, kind: str = "PNG", size: tuple[int, int] = (40, 40), color: str = "teal"
) -> SimpleUploadedFile:
    buffer = BytesIO()
    Image.new("RGB", size, color).save(buffer, kind)
    return SimpleUploadedFile(name, buffer.getvalue(), content_type="image/png")


def page_of(user: User) -> str:
    return reverse("themis:avatar", args=[user.pk])


@pytest.fixture
def pictured(alice: User, client_of: ClientOf) -> Profile:
    client_of(alice).post(CHANGE, {"picture": picture()})
    return Profile.objects.get(user=alice)


@pytest.mark.parametrize(
    ("name", "kind", "extension"),
    [
        ("me.png", "PNG", "png"),
        ("me.jpeg", "JPEG", "jpg"),
        ("me.webp", "WEBP", "webp"),
        ("me.png", "JPEG", "jpg"),
    ],
)
def test_a_picture_is_stored_by_what_it_is_under_a_name_of_ours(
    alice: User, client_of: ClientOf, name: str, kind: str, extension: str
) -> None:
    answer = client_of(alice).post(CHANGE, {"picture": picture(name, kind=kind)})
    profile = Profile.objects.get(user=alice)
    assert answer.status_code == 302
    assert (profile.avatar.name or "").startswith("people/avatars/")
    assert "me" not in (profile.avatar.name or "").rsplit("/", 1)[1].split(".")[0]
    assert (profile.file_type, bool(profile.file_size)) == (extension, True)
    assert (profile.avatar.name or "").endswith(f".{extension}")


def test_whoever_is_signed_in_sees_it_and_strangers_do_not(
    pictured: Profile, alice: User, bob: User, charlie: User, client_of: ClientOf
) -> None:
    for person in (alice, bob, charlie):
        answer: Any = client_of(person).get(page_of(alice))
        assert answer["Content-Type"] == "image/png"
        assert answer["X-Content-Type-Options"] == "nosniff"
        assert "private" in answer["Cache-Control"]
        assert b"".join(answer.streaming_content).startswith(b"\x89PNG")
    assert Client().get(page_of(alice)).status_code == 302
    assert client_of(alice).get(page_of(bob)).status_code == 404


def test_nobody_changes_that_of_another(
    pictured: Profile, alice: User, charlie: User, client_of: ClientOf
) -> None:
    client_of(charlie).post(CHANGE, {"picture": picture(color="red"), "user": alice.pk, "pk": alice.pk})
    client_of(charlie).post(REMOVE, {"user": alice.pk})
    before = pictured.avatar.name
    pictured.refresh_from_db()
    assert pictured.avatar.name == before
    assert client_of(alice).get(CHANGE).status_code == 405
    assert Client().post(REMOVE).status_code == 302


def test_what_the_browser_has_is_not_read_again_and_another_picture_has_another_address(
    pictured: Profile, alice: User, client_of: ClientOf, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = client_of(alice)
    first: Any = client.get(pictured.avatar_url)
    assert b"".join(first.streaming_content)
    client.post(CHANGE, {"picture": picture(color="red")})
    changed = Profile.objects.get(user=alice)
    assert changed.avatar_url != pictured.avatar_url
    second: Any = client.get(changed.avatar_url, headers={"If-None-Match": first["ETag"]})
    assert b"".join(second.streaming_content)
    monkeypatch.setattr(FileSystemStorage, "_open", None)
    assert client.get(changed.avatar_url, headers={"If-None-Match": second["ETag"]}).status_code == 304


def test_the_old_object_goes_when_the_new_one_is_committed_and_when_it_is_removed(
    pictured: Profile, alice: User, client_of: ClientOf, django_capture_on_commit_callbacks: Any
) -> None:
    client, old = client_of(alice), pictured.avatar.name or ""
    with django_capture_on_commit_callbacks(execute=True):
        client.post(CHANGE, {"picture": picture(color="red")})
        assert default_storage.exists(old)
    new = Profile.objects.get(user=alice).avatar.name or ""
    assert not default_storage.exists(old)
    assert default_storage.exists(new)
    # A question comes before it: the file is gone then.
    assert "Remove your picture?" in client.get(reverse("themis:profile")).content.decode()
    with django_capture_on_commit_callbacks(execute=True):
        client.post(REMOVE)
    profile = Profile.objects.get(user=alice)
    assert (profile.avatar.name, profile.file_type, profile.file_size) == ("", "", None)
    assert not default_storage.exists(new)
    assert client.get(page_of(alice)).status_code == 404


def test_it_goes_with_the_person(
    pictured: Profile, alice: User, django_capture_on_commit_callbacks: Any
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        alice.delete()
    assert not default_storage.exists(pictured.avatar.name or "")


@pytest.mark.parametrize(
    ("upload", "says"),
    [
        (SimpleUploadedFile("me.png", b"MZ\x90\x00" + bytes(64)), "valid image"),
        (SimpleUploadedFile("me.svg", b"<svg xmlns='http://www.w3.org/2000/svg'/>"), "valid image"),
        (picture("me.gif", kind="GIF"), "not allowed"),
        (picture("me.png", kind="GIF"), "no PNG, JPEG or WebP"),
        (picture("wide.png", size=(4001, 1)), "4,000 pixels"),
        (SimpleUploadedFile("me.png", picture().read() + bytes(2 * 1024 * 1024)), "2 MB at most"),
        (SimpleUploadedFile("me.png", b""), "empty"),
    ],
    ids=["program", "drawing", "extension", "disguised", "huge", "large", "empty"],
)
def test_what_is_no_proper_picture_is_refused_in_a_sentence(
    alice: User, client_of: ClientOf, upload: SimpleUploadedFile, says: str
) -> None:
    upload.seek(0)
    answer = client_of(alice).post(CHANGE, {"picture": upload})
    assert answer.status_code == 422
    assert says in answer.content.decode()
    assert 'aria-describedby="avatar_picture_error"' in answer.content.decode()
    assert not Profile.objects.get(user=alice).avatar


def test_a_store_that_is_down_is_told_and_nothing_is_changed(
    pictured: Profile, alice: User, client_of: ClientOf, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> str:
        raise EndpointConnectionError(endpoint_url="http://127.0.0.1:1")

    def unreachable() -> None:
        raise ValidationError("The file store (S3/MinIO) does not answer.")

    monkeypatch.setattr(FileSystemStorage, "_save", fail)
    answer = client_of(alice).post(CHANGE, {"picture": picture(color="red")})
    assert answer.status_code == 422
    assert "The file store does not answer" in answer.content.decode()
    monkeypatch.setattr("themis.forms.avatar.validate_s3_connectivity", unreachable)
    assert client_of(alice).post(CHANGE, {"picture": picture(color="red")}).status_code == 422
    before = pictured.avatar.name
    pictured.refresh_from_db()
    assert pictured.avatar.name == before


def test_every_page_shows_ones_own_and_the_list_everybodys_without_asking_the_store(
    pictured: Profile,
    alice: User,
    administrator: User,
    client_of: ClientOf,
    settings: Any,
    django_assert_max_num_queries: Callable,
) -> None:
    for person in UserFactory.create_batch(20):
        Profile.objects.create(user=person, avatar=f"people/avatars/{person.pk}.png", file_size=1)
    use_storage(settings, f"{ForbiddenStorage.__module__}.ForbiddenStorage")
    assert client_of(alice).get("/").content.decode().count(pictured.avatar_url) == 2
    assert "Remove picture" in client_of(alice).get("/profile/").content.decode()
    client = client_of(administrator)
    client.get("/")
    with django_assert_max_num_queries(10):
        page = client.get("/people/").content.decode()
    assert page.count("<img") == 21
    assert pictured.avatar_url in page


def test_initials_are_shown_where_the_profile_was_not_loaded(
    pictured: Profile, alice: User, django_assert_num_queries: Callable
) -> None:
    person = User.objects.get(pk=alice.pk)
    with django_assert_num_queries(0):
        shown = render_to_string("components/avatar.html", {"person": person})
    assert ">AA<" in shown
    assert "<img" not in shown
    loaded = User.objects.select_related("profile").get(pk=alice.pk)
    assert pictured.avatar_url in render_to_string("components/avatar.html", {"person": loaded})
