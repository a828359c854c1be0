"""What the palette finds of every app, and that it stays within what each person may see."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from core.models import User
from rfp_manager.models import RFP
from rfp_manager.tests.factories import QuestionDocumentFactory, QuestionFactory, RFPFactory, add_member
from solution_library.models import Document, LibraryAnswer
from solution_library.tests.factories import DocumentFactory, SolutionFactory
from themis.models import RecentItem
from themis.services.palette import search_palette
from themis.services.recent_items import recent_entries, record_opened

pytestmark = pytest.mark.django_db


@pytest.fixture
def rfp(alice: User, bob: User) -> RFP:
    rfp = RFPFactory(title="Tender of the harbour", reference="HB-77", owner=alice)
    add_member(rfp, bob)
    document = QuestionDocumentFactory(rfp=rfp)
    QuestionFactory(document=document, text="Do you encrypt lighthouse data?", identifier="Q-9")
    return rfp


def found(user: User, query: str) -> dict[str, list[str]]:
    return {group.key: [entry.url for entry in group.entries] for group in search_palette(user, query)}


def test_the_team_finds_its_rfp_and_questions(rfp: RFP, alice: User, bob: User) -> None:
    for user in (alice, bob):
        assert found(user, "harbour tender")["rfps"] == [rfp.get_absolute_url()]
        assert found(user, "hb-77")["rfps"] == [rfp.get_absolute_url()]
        assert found(user, "encrypt lighthouse")["questions"] == [
            f"{rfp.get_absolute_url()}questions/{rfp.questions.get().pk}/"
        ]


def test_an_outsider_finds_neither(rfp: RFP, charlie: User) -> None:
    assert "rfps" not in found(charlie, "harbour tender")
    assert "questions" not in found(charlie, "encrypt lighthouse")


def test_everybody_finds_what_the_library_has(charlie: User) -> None:
    solution = SolutionFactory(name="Beacon")
    document = DocumentFactory(solution=solution, title="Beacon handbook")
    answer = LibraryAnswer.objects.create(solution=solution, question="Is it waterproof?", answer="Yes.")
    assert found(charlie, "beacon")["solutions"] == [solution.get_absolute_url()]
    assert found(charlie, "handbook")["documents"] == [document.get_absolute_url()]
    assert found(charlie, "waterproof")["answers"] == [answer.get_absolute_url()]
    assert found(charlie, "handbook")["ask"] == ["/ask/?q=handbook"]


def test_opening_a_row_remembers_it_for_who_opened_it(
    rfp: RFP, bob: User, charlie: User, client: Client
) -> None:
    document = DocumentFactory(title="Beacon handbook")
    client.force_login(bob)
    client.get(document.get_absolute_url())
    client.get(rfp.get_absolute_url())
    assert [entry.label for entry in recent_entries(bob)] == ["Tender of the harbour", "Beacon handbook"]
    client.force_login(charlie)
    assert client.get(rfp.get_absolute_url()).status_code == 404
    assert not RecentItem.objects.filter(user=charlie).exists()


def test_what_is_gone_is_forgotten_when_the_list_is_drawn(
    rfp: RFP, bob: User, alice: User, django_assert_num_queries: Callable[..., Any]
) -> None:
    documents = [DocumentFactory(title=f"Handbook {number}") for number in range(4)]
    for person in (alice, bob):
        for document in documents:
            record_opened(person, kind="documents", object_id=document.pk)
    record_opened(bob, kind="rfps", object_id=rfp.pk)
    record_opened(bob, kind="of an app that left", object_id=1)
    Document.objects.filter(pk__in=[row.pk for row in documents[:2]]).delete()
    left = [rfp.title, "Handbook 3", "Handbook 2"]
    with django_assert_num_queries(5):  # the items, two kinds, and all three that are gone: found and deleted
        assert [entry.label for entry in recent_entries(bob)] == left
    with django_assert_num_queries(3):
        assert [entry.label for entry in recent_entries(bob)] == left
    assert RecentItem.objects.filter(user=bob).count() == 3
    assert RecentItem.objects.filter(user=alice).count() == 4  # theirs go when they look


def test_no_more_is_kept_than_is_looked_at(bob: User) -> None:
    document = DocumentFactory(title="Handbook")
    record_opened(bob, kind="documents", object_id=document.pk)
    for number in range(30):
        record_opened(bob, kind="documents", object_id=10**6 + number)
    record_opened(bob, kind="documents", object_id=document.pk)
    assert [entry.label for entry in recent_entries(bob)] == ["Handbook"]
    assert RecentItem.objects.count() == 1


def test_who_left_the_team_no_longer_sees_what_they_opened(rfp: RFP, bob: User, client: Client) -> None:
    client.force_login(bob)
    client.get(rfp.get_absolute_url())
    rfp.memberships.all().delete()
    assert recent_entries(bob) == []
