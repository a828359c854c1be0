"""Every deletion of the last day is offered to be undone, newest first, each by itself."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from core.models import User
from solution_library.models import Document, DocumentationSource, LibraryAnswer, Solution
from solution_library.services.deletions import trash, trash_answers, trash_source
from solution_library.tests.factories import (
    DocumentationSourceFactory,
    DocumentFactory,
    LibraryAnswerFactory,
    SolutionFactory,
)

pytestmark = pytest.mark.django_db

ANSWERS = reverse("solution_library:answers")


@pytest.fixture
def editor(client: Client, alice: User) -> Client:
    client.force_login(alice)
    return client


@pytest.fixture
def solution() -> Solution:
    return SolutionFactory()


def ago(hours: int) -> Any:
    return timezone.now() - timedelta(hours=hours)


def delete_documents(*documents: Document, hours: int) -> None:
    trash(Document.objects.filter(pk__in=[row.pk for row in documents]), now=ago(hours))


def undo(client: Client, page: Any, position: int) -> Any:
    deletion = page.context["deletions"][position]
    solution = page.context.get("solution")
    url = (
        reverse("solution_library:documents_restore", args=[solution.pk])
        if solution
        else reverse("solution_library:answers_restore")
    )
    value = deletion.moment.isoformat()
    assert f'value="{value}"' in page.content.decode()
    return client.post(url, {"deleted_at": value}, follow=True)


def test_documents_and_sites_of_several_moments_are_offered_one_by_one(
    editor: Client, solution: Solution
) -> None:
    first, second, third = (DocumentFactory(solution=solution, title=f"Manual {n}") for n in "ABC")
    site = DocumentationSourceFactory(solution=solution, name="Help")
    page_of_site = DocumentFactory(solution=solution, source=site, url=f"{site.base_url}a", title="Page")
    delete_documents(first, hours=3)
    delete_documents(second, third, hours=2)
    trash_source(site, now=ago(1))
    DocumentFactory(solution=solution, title="Long ago")
    delete_documents(Document.objects.get(title="Long ago"), hours=30)
    page = editor.get(solution.get_absolute_url())
    text = page.content.decode()
    assert [(row.documents, row.sites, row.title) for row in page.context["deletions"]] == [
        (1, ("Help",), "Page"),
        (2, (), "Manual B"),
        (1, (), "Manual A"),
    ]
    assert text.count("Undo<") == 3
    assert "Recently deleted" in text
    assert "“Manual A”" in text
    assert "Long ago" not in text
    page = undo(editor, page, 2)
    assert set(Document.objects.in_use()) == {first}
    page = undo(editor, page, 0)
    assert set(Document.objects.in_use()) == {first, page_of_site}
    assert "Recently deleted" not in page.content.decode()
    page = undo(editor, page, 0)
    assert Document.objects.in_use().count() == 4
    assert "Undo" not in page.content.decode()


def test_a_page_deleted_before_its_site_is_offered_once_the_site_is_back(
    editor: Client, solution: Solution
) -> None:
    site = DocumentationSourceFactory(solution=solution, name="Help")
    page_of_site = DocumentFactory(solution=solution, source=site, url=f"{site.base_url}a")
    delete_documents(page_of_site, hours=2)
    trash_source(site, now=ago(1))
    page = editor.get(solution.get_absolute_url())
    assert [(row.sites, row.documents) for row in page.context["deletions"]] == [(("Help",), 0)]
    page = undo(editor, page, 0)
    assert DocumentationSource.objects.count() == 1
    assert [(row.sites, row.documents) for row in page.context["deletions"]] == [((), 1)]


def test_answers_of_several_moments_are_offered_one_by_one(editor: Client, solution: Solution) -> None:
    for hours, names in ((3, "A"), (2, "BC"), (30, "D")):
        rows = [LibraryAnswerFactory(solution=solution, question=f"Question {name}?").pk for name in names]
        trash_answers(LibraryAnswer.objects.filter(pk__in=rows), now=ago(hours))
    page = editor.get(ANSWERS)
    text = page.content.decode()
    assert [(row.answers, row.title) for row in page.context["deletions"]] == [
        (2, "Question B?"),
        (1, "Question A?"),
    ]
    assert "“Question A?”" in text
    page = undo(editor, page, 1)
    assert LibraryAnswer.objects.get().question == "Question A?"
    assert "Recently deleted" not in page.content.decode()
    undo(editor, page, 0)
    assert LibraryAnswer.objects.count() == 3


def test_many_deletions_cost_no_more_queries_than_one(editor: Client, solution: Solution) -> None:
    counts = []
    for hours in ((1,), (2, 3, 4, 5, 6)):
        for hour in hours:
            delete_documents(DocumentFactory(solution=solution), hours=hour)
            trash_source(DocumentationSourceFactory(solution=solution), now=ago(hour) - timedelta(minutes=5))
            answer = LibraryAnswerFactory(solution=solution)
            trash_answers(LibraryAnswer.objects.filter(pk=answer.pk), now=ago(hour))
        for url in (solution.get_absolute_url(), ANSWERS):
            editor.get(url)
            with CaptureQueriesContext(connection) as queries:
                editor.get(url)
            counts.append(len(queries))
    assert counts[:2] == counts[2:]
