"""The palette's words are looked up in an index, whatever the kind of row; and found as without one."""

from typing import Any

import pytest
from django.db import connection
from django.db.models import QuerySet

from core.models import Organization, User
from core.word_search import all_words
from rfp_manager.models import RFP, Question
from rfp_manager.palette import find_rfps
from rfp_manager.tests.factories import RFPFactory
from solution_library.models import Document, LibraryAnswer, Solution
from solution_library.palette import find_documents, find_solutions
from solution_library.tests.factories import DocumentFactory, SolutionFactory

pytestmark = pytest.mark.django_db


def searches() -> list[tuple[str, QuerySet[Any]]]:
    """What the palette and the pickers look for, each with the index that it is to use."""
    vendors, solutions = Organization.objects.all(), Solution.objects.all()
    words = "data CENTRE"
    return [
        ("organization_words", Organization.objects.filter(all_words(words, "name"))),
        # With the deleted ones: the index of those in use, which keeps names unique, holds every row of so few.
        ("solution_words", Solution.with_deleted.filter(all_words(words, "name", vendor=vendors))),
        ("document_words", Document.objects.filter(all_words(words, "title", solution=solutions))),
        ("library_answer_words", LibraryAnswer.objects.filter(all_words(words, "question", "answer"))),
        ("rfp_words", RFP.objects.filter(all_words(words, "title", "reference", customer=vendors))),
        ("question_words", Question.objects.filter(all_words(words, "text", "identifier", "section"))),
    ]


@pytest.mark.parametrize("number", range(6))
def test_words_are_looked_up_in_the_index(number: int) -> None:
    index, rows = searches()[number]
    with connection.cursor() as cursor:
        # So few rows are read faster whole; without that, only a condition that fits the index uses it.
        cursor.execute("SET LOCAL enable_seqscan = off")
    assert f"Bitmap Index Scan on {index}" in rows.order_by().explain()


def test_each_word_stands_in_the_name_or_in_that_of_what_the_row_belongs_to(alice: User) -> None:
    acme = SolutionFactory(name="Vault", vendor__name="Acme")
    SolutionFactory(name="Other", vendor__name="Beta")
    document = DocumentFactory(solution=acme, title="Backup 100% policy")
    rfp = RFPFactory(owner=alice, title="Records service", reference="T-7", customer__name="City of Bath")
    assert [entry.label for entry in find_solutions(alice, "VAULT acme", 5)] == ["Vault"]
    assert [entry.label for entry in find_documents(alice, "vaul 100% back", 5)] == [document.title]
    assert find_documents(alice, "vault _ack", 5) == []
    assert [entry.label for entry in find_rfps(alice, "bath t-7 rec", 5)] == [rfp.title]
    assert find_rfps(alice, "bath nowhere", 5) == []
