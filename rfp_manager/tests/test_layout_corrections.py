"""Corrections over the pages: kept on the row, counted at once, undone, refused to viewers and to the late."""

import json
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from core import jobs
from core.models import Job, User
from core.storage import read_bytes
from rfp_manager.models import RFP, Question, RFPQuestionDocument
from rfp_manager.services import previews
from rfp_manager.services.uploads import add_question_workbook
from rfp_manager.tests.factories import add_member
from rfp_manager.tests.two_tables import two_tables
from rfp_manager.tests.workbooks import uploaded

pytestmark = pytest.mark.django_db

FORM = 1  # the number of the sheet with questions


@pytest.fixture
def document(rfp: RFP, alice: User) -> RFPQuestionDocument:
    document, job = add_question_workbook(rfp, upload=uploaded(two_tables().getvalue()), user=alice)
    jobs.execute(job.pk)
    document.refresh_from_db()
    return document


def address(name: str, document: RFPQuestionDocument, *more: int) -> str:
    return reverse(f"rfp_manager:{name}", args=[document.rfp_id, document.pk, *more])


def correct(
    client: Client, document: RFPQuestionDocument, action: str, selection: str = "", **more: Any
) -> Any:
    data = {"action": action, "selection": selection, "version": document.layout_version, **more}
    sheet = data.pop("sheet", FORM)
    response = client.post(address("layout_correct", document, sheet), data, headers={"HX-Request": "true"})
    document.refresh_from_db()
    return response


def rows(document: RFPQuestionDocument) -> list[int]:
    return [question["row"] for question in document.layout["sheets"][FORM]["questions"]]


def test_a_correction_counts_at_once_and_is_there_after_a_reload(
    client: Client, document: RFPQuestionDocument, bob: User
) -> None:
    client.force_login(bob)
    response = correct(client, document, "not_questions", "B3:B4")
    page = response.content.decode()
    assert response.status_code == 200
    assert "Import 10 questions" in page
    assert 'id="sheet-found"' in page and 'hx-swap-oob="true"' in page
    assert rows(document) == [2, *range(5, 8), *range(11, 17)]
    assert document.corrections == [
        {"sheet": "Form", "by": bob.pk, "action": "not_questions", "selection": "B3:B4"}
    ]
    assert "Import 10 questions" in client.get(address("workbook", document)).content.decode()
    assert not Question.objects.exists()


def test_one_of_two_tables_is_corrected_and_the_other_kept(
    client: Client, document: RFPQuestionDocument, bob: User
) -> None:
    client.force_login(bob)
    correct(client, document, "evidence", "C", table=1)
    tables = document.layout["sheets"][FORM]["tables"]
    assert [column["role"] for table in tables for column in table["answer_columns"]] == [
        "choice",
        "narrative",
        "evidence",
    ]


def test_a_sheet_is_left_out_and_taken_back(client: Client, document: RFPQuestionDocument, bob: User) -> None:
    client.force_login(bob)
    page = correct(client, document, "not_this_sheet").content.decode()
    assert "This sheet too" in page
    assert "Import " not in page
    assert "Import 12 questions" in correct(client, document, "this_sheet").content.decode()


def test_undo_takes_the_last_correction_back(
    client: Client, document: RFPQuestionDocument, bob: User
) -> None:
    client.force_login(bob)
    before = document.layout
    correct(client, document, "not_questions", "2:3")
    correct(client, document, "nothing", "D2")
    for left in (1, 0):
        client.post(address("layout_undo", document), {"version": document.layout_version, "sheet": FORM})
        document.refresh_from_db()
        assert len(document.corrections) == left
    assert document.layout == before
    response = client.post(
        address("layout_undo", document), {"version": document.layout_version}, follow=True
    )
    assert "no correction to undo" in response.content.decode()


def test_what_makes_no_sense_is_said_and_changes_nothing(
    client: Client, document: RFPQuestionDocument, bob: User
) -> None:
    client.force_login(bob)
    before = document.layout
    for action, selection, sentence in [
        ("choice", "B2", "is the question"),
        ("question", "", "Select a column"),
        ("header", "nonsense", "Select cells first"),
        ("explode", "B2", "Select a valid choice"),
    ]:
        response = correct(client, document, action, selection)
        assert response.status_code == 422
        assert sentence in response.content.decode()
    assert (document.layout, document.corrections) == (before, [])


def test_the_second_of_two_who_correct_at_once_is_told(
    client: Client, document: RFPQuestionDocument, alice: User, bob: User
) -> None:
    client.force_login(alice)
    correct(client, document, "not_questions", "2:2")
    client.force_login(bob)
    response = correct(client, document, "not_questions", "3:3", version=document.layout_version - 1)
    assert response.status_code == 409
    assert "Somebody else changed this layout" in response.content.decode()
    assert f'name="version" value="{document.layout_version}"' in response.content.decode()
    assert 3 in rows(document)


def test_the_import_takes_the_layout_that_was_seen(
    client: Client, document: RFPQuestionDocument, bob: User
) -> None:
    client.force_login(bob)
    seen = document.layout_version
    correct(client, document, "not_questions", "2:2")
    late = client.post(address("workbook", document), {"sheets": ["Form"], "version": seen}, follow=True)
    assert "Look at it once more" in late.content.decode()
    assert not Question.objects.exists()
    client.post(address("workbook", document), {"sheets": ["Form"], "version": document.layout_version})
    assert Question.objects.count() == 11
    response = correct(client, document, "not_questions", "3:3")
    assert response.status_code == 422
    assert "imported" in response.content.decode()


def test_a_viewer_looks_and_cannot_correct(
    client: Client, document: RFPQuestionDocument, charlie: User
) -> None:
    add_member(document.rfp, charlie, role="viewer")
    client.force_login(charlie)
    page = client.get(address("workbook", document)).content.decode()
    assert "data-sheet-grid" in page
    assert 'id="correction"' not in page
    assert client.get(address("sheet_frame", document, FORM)).status_code == 200
    assert correct(client, document, "not_questions", "2:2").status_code == 403
    for name in ("layout_undo", "layout_restart"):
        assert client.post(address(name, document), {"version": document.layout_version}).status_code == 403
    assert document.corrections == []


def test_without_scripts_a_correction_leads_back_to_the_sheet(
    client: Client, document: RFPQuestionDocument, bob: User
) -> None:
    client.force_login(bob)
    data = {"action": "not_questions", "selection": "2:2", "version": document.layout_version}
    response = client.post(address("layout_correct", document, FORM), data)
    assert response.headers["Location"] == f"{address('workbook', document)}?sheet={FORM}"


def test_the_grid_is_fed_in_windows_by_few_queries_and_one_read(
    client: Client,
    document: RFPQuestionDocument,
    bob: User,
    django_assert_num_queries: DjangoAssertNumQueries,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    client.force_login(bob)
    opened = []

    def counted(key: str) -> bytes:
        opened.append(key)
        return read_bytes(key)

    monkeypatch.setattr(previews, "read_bytes", counted)
    previews._pages.cache_clear()
    frame = client.get(address("sheet_frame", document, FORM))
    assert frame.json()["frozen_rows"] == 1
    with django_assert_num_queries(5):  # session, user, profile with groups, RFP with the role, workbook
        block = client.get(address("sheet_rows", document, FORM, 0))
    assert block.json()["2"][0][:2] == [1, "A-01"]
    assert "private" in block.headers["Cache-Control"]
    assert opened == [document.preview_key]
    for name, numbers in [("sheet_frame", [9]), ("sheet_rows", [FORM, 9]), ("sheet_rows", [9, 0])]:
        assert client.get(address(name, document, *numbers)).status_code == 404


def test_the_page_asks_as_often_for_many_questions_as_for_few(
    client: Client, document: RFPQuestionDocument, bob: User, django_assert_max_num_queries: Any
) -> None:
    client.force_login(bob)
    client.get(address("workbook", document))
    with django_assert_max_num_queries(9):
        page = client.get(address("workbook", document), {"sheet": FORM}).content.decode()
    marks = json.loads(page.split('id="sheet-marks" type="application/json">')[1].split("</script>")[0])
    assert marks["headers"] == [[1, 1], [10, 10]]
    assert ["question", 2, 2, 7] in marks["cells"]
    assert ["choice", 3, 2, 7] in marks["cells"]
    assert ["narrative", 3, 11, 16] in marks["cells"]
    assert any(reason.startswith("Column C takes answers") for reason in marks["reasons"]["C"])


def test_a_workbook_without_a_preview_gets_one_on_request(
    client: Client, document: RFPQuestionDocument, bob: User
) -> None:
    RFPQuestionDocument.objects.update(preview_key="")
    client.force_login(bob)
    assert "Show the sheet" in client.get(address("workbook", document)).content.decode()
    assert client.get(address("sheet_frame", document, FORM)).status_code == 404
    client.post(address("prepare_preview", document))
    client.post(address("prepare_preview", document))
    job = Job.objects.get(kind="prepare_preview")
    for _ in range(2):
        Job.objects.filter(pk=job.pk).update(state=Job.State.QUEUED, attempts=0)
        jobs.execute(job.pk)
    assert client.get(address("sheet_frame", document, FORM)).status_code == 200


def test_deleting_the_workbook_takes_its_preview_along(
    client: Client, document: RFPQuestionDocument, alice: User, django_capture_on_commit_callbacks: Any
) -> None:
    key = document.preview_key
    assert default_storage.exists(key)
    client.force_login(alice)
    with django_capture_on_commit_callbacks(execute=True):
        client.post(address("delete_workbook", document))
    assert not default_storage.exists(key)


def test_a_hostile_sheet_name_and_text_stay_text(client: Client, rfp: RFP, alice: User) -> None:
    content = two_tables().getvalue()
    document, job = add_question_workbook(rfp, upload=uploaded(content), user=alice)
    jobs.execute(job.pk)
    document.refresh_from_db()
    document.layout["sheets"][FORM]["sheet"] = "</script><img src=x onerror=alert(1)>"
    document.layout["sheets"][FORM]["evidence"] = ["Column B </script><img src=x onerror=alert(1)>"]
    document.save()
    client.force_login(alice)
    assert "<img src=x" not in client.get(address("workbook", document)).content.decode()
