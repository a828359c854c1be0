"""The conversation by which a browser sends a file in parts, and who may take part in it."""

from collections.abc import Callable

import pytest
from django.test import Client

from core.models import PartialUpload, User
from core.permissions import VIEWER
from core.tests.factories import UserFactory

pytestmark = pytest.mark.django_db
SignIn = Callable[[User], Client]


def begin(client: Client, size: int = 10) -> str:
    answer = client.post("/uploads/", {"name": "a.pdf", "size": size})
    assert answer.status_code == 201
    return str(answer.json()["url"])


def patch(client: Client, url: str, content: bytes, offset: object) -> tuple[int, str]:
    kind = "application/offset+octet-stream"
    answer = client.patch(url, content, content_type=kind, headers={"Upload-Offset": str(offset)})
    return answer.status_code, answer.headers.get("Upload-Offset", "")


def test_a_file_is_begun_sent_asked_for_and_cancelled(alice: User, client_of: SignIn) -> None:
    client = client_of(alice)
    url = begin(client)
    assert patch(client, url, b"12345", 0) == (204, "5")
    assert patch(client, url, b"12345", 0) == (409, "5")
    asked = client.head(url)
    assert (asked.headers["Upload-Offset"], asked.headers["Upload-Length"]) == ("5", "10")
    assert patch(client, url, b"x" * 6, 5)[0] == 413
    assert patch(client, url, b"12345", 5) == (204, "10")
    assert client.delete(url).status_code == 204
    assert client.head(url).status_code == 404


@pytest.mark.parametrize(
    "data", [{}, {"size": "-1"}, {"size": "ten"}, {"size": "9" * 30}, {"size": "0"}, {"size": "9" * 14}]
)
def test_a_size_that_is_none_is_refused_in_words(
    data: dict[str, str], alice: User, client_of: SignIn
) -> None:
    answer = client_of(alice).post("/uploads/", {"name": "a.pdf", **data})
    assert answer.status_code == 422
    assert answer.json()["detail"]


def test_an_offset_that_is_none_is_refused(alice: User, client_of: SignIn) -> None:
    client = client_of(alice)
    url = begin(client)
    assert patch(client, url, b"1", "")[0] == patch(client, url, b"1", "-1")[0] == 400


def test_others_do_not_find_it_and_viewers_begin_none(alice: User, charlie: User, client_of: SignIn) -> None:
    url = begin(client_of(alice))
    other = client_of(charlie)
    assert other.head(url).status_code == 404
    assert patch(other, url, b"1", 0)[0] == 404
    assert other.delete(url).status_code == 404
    viewer = client_of(UserFactory(email="vera@example.com", groups=[VIEWER]))
    assert viewer.post("/uploads/", {"name": "a.pdf", "size": 1}).status_code == 403
    assert Client().post("/uploads/", {"name": "a.pdf", "size": 1}).status_code == 302
    assert PartialUpload.objects.count() == 1


def test_a_page_of_another_site_cannot_send(alice: User) -> None:
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(alice)
    assert strict.post("/uploads/", {"name": "a.pdf", "size": 1}).status_code == 403
    upload = PartialUpload.objects.create(owner=alice, filename="a.pdf", size=1)
    assert strict.patch(f"/uploads/{upload.pk}/", b"1", headers={"Upload-Offset": "0"}).status_code == 403
