import pytest
from botocore.exceptions import EndpointConnectionError
from django.core.exceptions import ValidationError
from django.core.files.storage import FileSystemStorage, default_storage
from django.test import Client
from django.urls import reverse

from core.models import Organization, User
from core.tests.factories import OrganizationFactory
from solution_library.tests.files import EXE, png_upload, text_upload

pytestmark = pytest.mark.django_db


@pytest.fixture
def editor(client: Client, alice: User) -> Client:
    client.force_login(alice)
    return client


def edit(client: Client, organization: Organization, **data: object):
    values = {"name": organization.name, "kind": organization.kind, **data}
    return client.post(reverse("solution_library:organization_edit", args=[organization.pk]), values)


def test_a_vendor_is_created_with_its_logo(editor: Client) -> None:
    answer = editor.post(
        reverse("solution_library:organization_create"),
        {"name": "Acme", "kind": "vendor", "logo": png_upload("acme logo.png")},
    )
    vendor = Organization.objects.get()
    assert answer.url == vendor.get_absolute_url()
    assert vendor.logo.name == "orgs/logos/acme_logo.png"
    assert vendor.file_type == "png"
    assert vendor.file_size


def test_the_logo_is_shown_to_people_who_are_signed_in(client: Client, charlie: User) -> None:
    vendor = OrganizationFactory(logo=png_upload())
    client.force_login(charlie)
    answer = client.get(reverse("solution_library:logo", args=[vendor.pk]))
    assert answer["Content-Type"] == "image/png"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert "private" in answer["Cache-Control"]
    assert b"".join(answer.streaming_content).startswith(b"\x89PNG")


def test_a_logo_that_the_browser_knows_is_not_read_again(
    client: Client, charlie: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    vendor = OrganizationFactory(logo=png_upload())
    client.force_login(charlie)
    url = reverse("solution_library:logo", args=[vendor.pk])
    first = client.get(url)
    etag = first["ETag"]
    assert b"".join(first.streaming_content)
    monkeypatch.setattr(FileSystemStorage, "_open", None)
    assert client.get(url, headers={"If-None-Match": etag}).status_code == 304


def test_no_logo_is_404_and_the_pages_show_initials(client: Client, charlie: User) -> None:
    vendor = OrganizationFactory(name="Blue Harbour")
    client.force_login(charlie)
    url = reverse("solution_library:logo", args=[vendor.pk])
    assert client.get(url).status_code == 404
    page = client.get(vendor.get_absolute_url()).content.decode()
    assert url not in page
    assert "BH" in page


def test_a_new_logo_takes_the_place_of_the_old_object(
    editor: Client, django_capture_on_commit_callbacks
) -> None:
    vendor = OrganizationFactory(logo=png_upload("old.png"))
    with django_capture_on_commit_callbacks(execute=True):
        edit(editor, vendor, logo=png_upload("new.png", color="red"))
    vendor.refresh_from_db()
    assert vendor.logo.name == "orgs/logos/new.png"
    assert not default_storage.exists("orgs/logos/old.png")


def test_saving_without_a_file_keeps_the_logo(editor: Client, django_capture_on_commit_callbacks) -> None:
    vendor = OrganizationFactory(logo=png_upload("old.png"))
    with django_capture_on_commit_callbacks(execute=True):
        edit(editor, vendor, name="Renamed")
    vendor.refresh_from_db()
    assert (vendor.name, vendor.logo.name) == ("Renamed", "orgs/logos/old.png")
    assert default_storage.exists("orgs/logos/old.png")


def test_a_logo_is_removed_with_its_object(editor: Client, django_capture_on_commit_callbacks) -> None:
    vendor = OrganizationFactory(logo=png_upload("old.png"))
    with django_capture_on_commit_callbacks(execute=True):
        edit(editor, vendor, remove_logo="on")
    vendor.refresh_from_db()
    assert (vendor.logo.name, vendor.file_type, vendor.file_size) == ("", "", None)
    assert not default_storage.exists("orgs/logos/old.png")


@pytest.mark.parametrize(
    ("upload", "says"),
    [
        (text_upload("logo.png", EXE), "valid image"),
        (text_upload("logo.svg", b"<svg xmlns='http://www.w3.org/2000/svg'/>"), "valid image"),
        (png_upload("wide.png", size=(4001, 1)), "4,000 pixels"),
        (png_upload("logo.bmp"), "not allowed"),
    ],
    ids=["program", "drawing", "huge", "extension"],
)
def test_what_is_no_proper_logo_is_refused_beside_the_form(editor: Client, upload, says: str) -> None:
    upload.seek(0)
    vendor = OrganizationFactory()
    answer = edit(editor, vendor, logo=upload)
    assert answer.status_code == 422
    assert says in answer.content.decode()
    vendor.refresh_from_db()
    assert not vendor.logo


def test_a_store_that_is_down_is_told_and_nothing_is_changed(
    editor: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> str:
        raise EndpointConnectionError(endpoint_url="http://127.0.0.1:1")

    vendor = OrganizationFactory(name="Acme")
    monkeypatch.setattr(FileSystemStorage, "_save", fail)
    answer = edit(editor, vendor, name="Renamed", logo=png_upload())
    assert answer.status_code == 422
    assert "The file store does not answer" in answer.content.decode()
    vendor.refresh_from_db()
    assert (vendor.name, vendor.logo.name) == ("Acme", "")


def test_a_new_vendor_is_not_created_while_the_store_is_down(
    editor: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def unreachable() -> None:
        raise ValidationError("The file store (S3/MinIO) does not answer.")

    monkeypatch.setattr("core.models.organization.validate_s3_connectivity", unreachable)
    answer = editor.post(
        reverse("solution_library:organization_create"),
        {"name": "Acme", "kind": "vendor", "logo": png_upload()},
    )
    assert answer.status_code == 422
    assert "does not answer" in answer.content.decode()
    assert not Organization.objects.exists()


def test_another_logo_is_refused_in_the_admin_too_while_the_store_is_down(
    admin_client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def unreachable() -> None:
        raise ValidationError("The file store (S3/MinIO) does not answer.")

    vendor = OrganizationFactory(name="Acme")
    monkeypatch.setattr("core.models.organization.validate_s3_connectivity", unreachable)
    monkeypatch.setattr(FileSystemStorage, "_save", None)
    answer = admin_client.post(
        reverse("admin:core_organization_change", args=[vendor.pk]),
        {"name": "Acme", "kind": "vendor", "logo": png_upload()},
    )
    assert "does not answer" in answer.content.decode()
