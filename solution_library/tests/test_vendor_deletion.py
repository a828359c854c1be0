"""A vendor without solutions can be deleted; for any other the page says why not."""

import pytest
from django.core.files.storage import default_storage
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from core.models import Organization, User
from core.tests.factories import OrganizationFactory
from solution_library.services.deletions import trash_solution
from solution_library.tests.factories import SolutionFactory
from solution_library.tests.files import png_upload

pytestmark = pytest.mark.django_db


@pytest.fixture
def vendor() -> Organization:
    return OrganizationFactory(name="Vault Ltd", logo=png_upload())


def url_of(vendor: Organization) -> str:
    return reverse("solution_library:organization_delete", args=[vendor.pk])


@pytest.fixture
def editor(client: Client, alice: User) -> Client:
    client.force_login(alice)
    return client


def test_it_is_deleted_with_its_logo_after_a_question(
    editor: Client, vendor: Organization, django_capture_on_commit_callbacks
) -> None:
    assert url_of(vendor) in editor.get(vendor.get_absolute_url()).content.decode()
    assert "Delete “Vault Ltd”?" in editor.get(url_of(vendor)).content.decode()
    assert Organization.objects.exists()
    with django_capture_on_commit_callbacks(execute=True):
        page = editor.post(url_of(vendor), follow=True).content.decode()
    assert "“Vault Ltd” is deleted." in page
    assert not Organization.objects.exists()
    assert not default_storage.exists(vendor.logo.name or "")


def test_one_with_a_solution_stays_and_says_why(editor: Client, vendor: Organization) -> None:
    solution = SolutionFactory(vendor=vendor)
    page = editor.get(url_of(vendor)).content.decode()
    assert "“Vault Ltd” cannot be deleted" in page
    assert "It has 1 solution." in page
    assert "It has 1 solution." in editor.post(url_of(vendor), follow=True).content.decode()
    trash_solution(solution, now=timezone.now())
    assert "can still be brought back" in editor.get(url_of(vendor)).content.decode()
    editor.post(url_of(vendor))
    assert Organization.objects.get() == vendor


def test_our_own_company_stays(editor: Client) -> None:
    own = OrganizationFactory(name="Us", kind=Organization.Kind.OWN)
    assert "our own company" in editor.get(url_of(own)).content.decode()
    editor.post(url_of(own))
    assert Organization.objects.get() == own


def test_who_may_not_edit_sees_no_way_to_delete(client: Client, charlie: User, vendor: Organization) -> None:
    client.force_login(charlie)
    assert url_of(vendor) not in client.get(vendor.get_absolute_url()).content.decode()
    assert client.post(url_of(vendor)).status_code == 403
