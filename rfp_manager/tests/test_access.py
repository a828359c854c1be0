"""Outsiders get 404 for everything under an RFP; the URLconf itself is walked, so no route escapes."""

from collections.abc import Iterator

import pytest
from django.core.files.base import ContentFile
from django.test import Client
from django.urls import URLPattern, reverse

from core.models import Job, User
from core.storage import write_file
from rfp_manager import urls
from rfp_manager.models import RFP, RFPExport, RFPMembership
from rfp_manager.tests.factories import (
    InformationDocumentFactory,
    QuestionDocumentFactory,
    QuestionFactory,
    answered,
)
from rfp_manager.tests.two_tables import two_tables
from rfp_manager.workbooks.preview import write_preview
from rfp_manager.workbooks.reading import open_book

pytestmark = pytest.mark.django_db

# Routes that name no RFP: what they show is scoped by the query, which test_pages proves.
WITHOUT_RFP = {"list", "create", "analytics", "analytics_csv"}
READ_BY_THE_TEAM = {"detail", "questions", "question", "exports", "export", "team", "information", "workbook"}
OF_ONE_ROW = {"question", "export", "workbook", "information", "export_download", "download_workbook"}
OF_ONE_ROW |= {"sheet_frame", "sheet_rows"}
READ_BY_THE_TEAM |= {"sheet_frame", "sheet_rows"}
OF_ONE_ROW |= {"history", "similar", "revision"}
READ_BY_THE_TEAM |= {"history", "similar", "revision", "gaps", "consistency"}
OF_ONE_ROW |= {"library_offer_one"}
OF_ONE_ROW |= {"export_report"}
OF_ONE_ROW |= {"information_text"}
READ_BY_THE_TEAM |= {"information_text", "brief", "bid"}
READ_BY_THE_TEAM |= {"export_report", "view_list", "experts", "bulk_experts"}
OF_ONE_ROW |= {"experts"}


@pytest.fixture
def arguments(rfp: RFP) -> dict[str, int]:
    """The ids of one row of each kind that belongs to the RFP."""
    workbook = QuestionDocumentFactory(
        rfp=rfp, layout_status="confirmed", layout={"sheets": []}, preview_key=stored_preview()
    )
    question = QuestionFactory(document=workbook)
    answered(question)
    export = RFPExport.objects.create(
        rfp=rfp,
        document=workbook,
        export_file=ContentFile(b"PK", name="out.xlsx"),
        filename="out.xlsx",
        version="1",
        question_count=1,
        answered_count=1,
    )
    return {
        "rfp_id": rfp.pk,
        "question_id": question.pk,
        "export_id": export.pk,
        "member_id": RFPMembership.objects.get(rfp=rfp).pk,
        "information": InformationDocumentFactory(rfp=rfp).pk,
        "workbook": workbook.pk,
        "comment_id": question.comments.create(text="A word").pk,
        "view_id": rfp.saved_views.create(owner=rfp.owner, name="Gaps", query="status=gap", shared=True).pk,
        "sheet": 0,
        "block": 0,
    }


def stored_preview() -> str:
    """A preview of one sheet with one block of rows."""
    source = two_tables(notes=False)
    with open_book(source) as book:
        return write_file("rfp_question_documents/preview.zip", ContentFile(write_preview(book, source)))


def routes(arguments: dict[str, int]) -> Iterator[tuple[str, str]]:
    """Every route of the app that names an RFP, with its address."""
    for pattern in urls.urlpatterns:
        assert isinstance(pattern, URLPattern)
        assert pattern.name
        if pattern.name in WITHOUT_RFP:
            continue
        wanted = pattern.pattern.converters
        assert "rfp_id" in wanted, f"{pattern.name} names no RFP: add its rule to this test"
        values = {name: arguments[name] for name in wanted if name != "document_id"}
        if "document_id" in wanted:
            kind = "information" if "information" in pattern.name else "workbook"
            values["document_id"] = arguments[kind]
        yield pattern.name, reverse(f"rfp_manager:{pattern.name}", kwargs=values)


def test_charlie_gets_404_on_every_route(
    client: Client, charlie: User, rfp: RFP, arguments: dict[str, int]
) -> None:
    client.force_login(charlie)
    before = RFPMembership.objects.count(), rfp.questions.count(), Job.objects.count()
    for name, url in routes(arguments):
        for send in (client.get, client.post):
            status = send(url).status_code
            # A page that takes no POST (or only that) says so before it looks at anything.
            assert status in (404, 405), f"{name}: {status}"
        assert 404 in {client.get(url).status_code, client.post(url).status_code}, name
    assert (RFPMembership.objects.count(), rfp.questions.count(), Job.objects.count()) == before


def test_nobody_is_let_in_without_signing_in(client: Client, arguments: dict[str, int]) -> None:
    for name, url in routes(arguments):
        for send in (client.get, client.post):
            response = send(url)
            assert response.status_code == 302, name
            assert response.headers["Location"].startswith("/accounts/login/"), name


def test_bob_reads_every_page_of_his_team(client: Client, bob: User, arguments: dict[str, int]) -> None:
    client.force_login(bob)
    seen = set()
    for name, url in routes(arguments):
        if name in READ_BY_THE_TEAM:
            assert client.get(url).status_code == 200, name
            seen.add(name)
    assert seen == READ_BY_THE_TEAM


def test_a_row_of_another_rfp_is_not_reached_through_ones_own(
    client: Client, charlie: User, arguments: dict[str, int]
) -> None:
    own = RFP.objects.create(title="Charlie's", customer=RFP.objects.get().customer, owner=charlie)
    client.force_login(charlie)
    for name, url in routes(arguments | {"rfp_id": own.pk}):
        if name in OF_ONE_ROW:
            assert client.get(url).status_code == 404, name


def test_an_administrator_sees_every_rfp(client: Client, arguments: dict[str, int]) -> None:
    client.force_login(User.objects.create_superuser("root@example.com", "a password"))
    assert client.get(reverse("rfp_manager:detail", args=[arguments["rfp_id"]])).status_code == 200


def test_removing_bob_from_the_team_shuts_the_door(client: Client, bob: User, rfp: RFP) -> None:
    client.force_login(bob)
    rfp.memberships.filter(user=bob).delete()
    assert client.get(rfp.get_absolute_url()).status_code == 404
