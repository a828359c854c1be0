"""Lists: pages, filters and orders, and a number of queries that does not grow with the rows."""

from collections.abc import Callable

import pytest
from django.core.files.base import ContentFile
from pytest_django import DjangoAssertNumQueries

from core.models import User
from core.tests.factories import OrganizationFactory, UserFactory
from rfp_manager.models import RFP, Question, RFPExport
from rfp_manager.tests.factories import (
    InformationDocumentFactory,
    QuestionDocumentFactory,
    QuestionFactory,
    RFPFactory,
    add_member,
    answered,
)
from solution_library.models import SourceSync, SourceSyncEntry
from solution_library.tests.factories import (
    DocumentationSourceFactory,
    DocumentFactory,
    LibraryAnswerFactory,
    SolutionFactory,
)
from spelunker.tests.api.caller import Caller
from themis.services.notifications import notify
from themis.tests.factories import make_job

pytestmark = pytest.mark.django_db

KEY = 1  # looking up the key; when it was last used is written once a minute only
PAGE = 2  # the rows and their number
ROLES = 1  # administrators see all, so the groups are asked for
FIND = 1  # the row that the list hangs on; an owner's role needs no look at the team


def fill(rfp: RFP, alice: User, rows: int) -> None:
    workbook = QuestionDocumentFactory(rfp=rfp, layout_status="confirmed")
    source = DocumentationSourceFactory(solution=SolutionFactory())
    for number in range(rows):
        sync = SourceSync.objects.create(source=source, state="done")
        first = source.syncs.earliest("pk")
        SourceSyncEntry.objects.create(
            sync=first, change="added", url=f"https://example.com/{number}-{sync.pk}"
        )
        OrganizationFactory()
        DocumentFactory(solution=source.solution)
        DocumentationSourceFactory(solution=source.solution)
        LibraryAnswerFactory(solution=source.solution)
        RFPFactory(owner=alice).solutions.set([source.solution, SolutionFactory()])
        make_job(alice)
        notify(alice, text=f"Message {number}")
        InformationDocumentFactory(rfp=rfp)
        rfp.saved_views.create(owner=UserFactory(), name=f"View {number}", query="status=gap", shared=True)
        QuestionDocumentFactory(rfp=rfp)
        question = QuestionFactory(document=workbook, assignee=alice)
        answered(question)
        add_member(rfp, UserFactory())
        RFPExport.objects.create(
            rfp=rfp,
            document=workbook,
            export_file=ContentFile(b"PK", name="out.xlsx"),
            filename="out.xlsx",
            version=str(number),
            question_count=1,
            answered_count=1,
        )


@pytest.mark.parametrize(
    ("path", "queries"),
    [
        ("/organizations", KEY + ROLES + PAGE),  # who may begin an RFP sees all customers
        ("/solutions", KEY + PAGE),
        ("/sources", KEY + PAGE),
        ("/sources/{source}/syncs", KEY + FIND + PAGE),
        ("/sources/{source}/syncs/{sync}/entries", KEY + FIND + PAGE),
        ("/documents", KEY + PAGE),
        ("/library-answers", KEY + PAGE),
        ("/jobs", KEY + ROLES + PAGE),
        ("/notifications", KEY + PAGE),
        ("/rfps", KEY + ROLES + PAGE + 1),  # one more for all their solutions
        ("/rfps/{rfp}/team", KEY + ROLES + FIND + PAGE),
        ("/rfps/{rfp}/information-documents", KEY + ROLES + FIND + PAGE),
        ("/rfps/{rfp}/question-documents", KEY + ROLES + FIND + PAGE),
        ("/rfps/{rfp}/questions", KEY + ROLES + FIND + PAGE),
        ("/rfps/{rfp}/views", KEY + ROLES + FIND + PAGE),
        ("/rfps/{rfp}/exports", KEY + ROLES + FIND + PAGE),
    ],
)
def test_a_list_takes_the_same_few_queries_for_many_rows(
    path: str,
    queries: int,
    rfp: RFP,
    alice: User,
    as_alice: Caller,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    fill(rfp, alice, rows=5)
    sync = SourceSync.objects.earliest("pk")
    path = path.format(rfp=rfp.pk, source=sync.source_id, sync=sync.pk)
    assert as_alice.get(path).json()["total"] >= 5
    with django_assert_num_queries(queries):
        assert as_alice.get(path).status_code == 200


def test_pages_follow_each_other_without_gap_or_repetition(as_alice: Caller) -> None:
    for number in range(5):
        OrganizationFactory(name=f"Vendor {number}")
    pages = [as_alice.get("/organizations", page=page, limit=2).json() for page in (1, 2, 3, 4)]
    names = [item["name"] for page in pages for item in page["items"]]
    assert names == [f"Vendor {number}" for number in range(5)]
    assert [page["total"] for page in pages] == [5] * 4
    assert (pages[1]["page"], pages[1]["limit"]) == (2, 2)


def test_questions_are_filtered_as_on_the_page(as_alice: Caller, rfp: RFP, bob: User) -> None:
    document = QuestionDocumentFactory(rfp=rfp)
    plain, drafted, gap = (QuestionFactory(document=document, text=f"Question {n}?") for n in "abc")
    answered(drafted)
    answered(gap, text="", choice="", status="no_answer")
    Question.objects.filter(pk=plain.pk).update(assignee=bob, sheet="Other")

    def found(**query: str | int) -> list[int]:
        return [item["id"] for item in as_alice.get(f"/rfps/{rfp.pk}/questions", **query).json()["items"]]

    assert found() == [plain.pk, drafted.pk, gap.pk]
    assert found(status="drafted") == [drafted.pk]
    assert found(status="gap") == [gap.pk]
    assert found(assignee=bob.pk) == found(sheet="Other") == [plain.pk]
    assert found(q="question B") == [drafted.pk]
    assert found(document=document.pk + 1) == []


def test_documents_are_filtered_and_ordered(as_alice: Caller) -> None:
    first = DocumentFactory(title="Beta", tags=["security"], embedded=True)
    second = DocumentFactory(title="Alpha", failed=True)

    def found(**query: str | int) -> list[int]:
        return [item["id"] for item in as_alice.get("/documents", **query).json()["items"]]

    assert found() == found(order_by="-created_at") == [second.pk, first.pk]
    assert found(order_by="created_at") == [first.pk, second.pk]
    assert found(tag="security") == found(status="embedded") == found(q="bet") == [first.pk]
    assert found(solution=second.solution_id) == [second.pk]


def test_somebody_elses_question_list_is_404_whatever_the_filter(
    as_charlie: Caller, rfp: RFP, caller_of: Callable[..., Caller]
) -> None:
    assert as_charlie.get(f"/rfps/{rfp.pk}/questions", status="gap").status_code == 404
