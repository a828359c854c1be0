import pytest
from django.test import Client
from django.urls import reverse

from core.models import User
from solution_library.tests.factories import DocumentFactory, SolutionFactory
from themis.registry import next_steps

pytestmark = pytest.mark.django_db


def test_the_first_steps_are_done_once_there_is_a_solution_and_a_document(alice: User) -> None:
    steps = {step.key: step for step in next_steps.all()}
    assert not steps["add-solution"].is_done(alice)
    solution = SolutionFactory()
    assert steps["add-solution"].is_done(alice)
    assert not steps["upload-documents"].is_done(alice)
    DocumentFactory(solution=solution)
    assert steps["upload-documents"].is_done(alice)


def test_who_cannot_edit_the_library_is_not_sent_to_fill_it(alice: User, charlie: User) -> None:
    steps = {step.key: step for step in next_steps.all()}
    for key in ("add-solution", "upload-documents"):
        assert steps[key].visible(alice)
        assert not steps[key].visible(charlie)


def test_the_dashboard_shows_the_library_with_what_failed_first(client: Client, charlie: User) -> None:
    client.force_login(charlie)
    assert "All solutions" not in client.get(reverse("themis:dashboard")).content.decode()
    DocumentFactory(embedded=True, solution__name="Quiet")
    DocumentFactory(failed=True, solution__name="Broken")
    page = client.get(reverse("themis:dashboard")).content.decode()
    assert "All solutions" in page
    assert page.index("Broken") < page.index("Quiet")
