"""From a stored workbook to questions: nothing is imported until it is confirmed."""

import pytest

from core import jobs
from core.models import Job, User
from rfp_manager.exceptions import RFPError
from rfp_manager.models import RFP, Question, RFPQuestionDocument
from rfp_manager.services.excel_processor import import_questions
from rfp_manager.services.uploads import add_question_workbook
from rfp_manager.tests.workbooks import QUESTIONS, uploaded

pytestmark = pytest.mark.django_db


@pytest.fixture
def detected(rfp: RFP, alice: User) -> RFPQuestionDocument:
    document, job = add_question_workbook(rfp, upload=uploaded(), user=alice)
    jobs.execute(job.pk)
    document.refresh_from_db()
    return document


def test_detection_finds_the_questions_and_imports_none(detected: RFPQuestionDocument) -> None:
    assert detected.layout_status == RFPQuestionDocument.LayoutStatus.DETECTED
    sheets = {sheet["sheet"]: sheet for sheet in detected.layout["sheets"]}
    assert [question["text"] for question in sheets["Questions"]["questions"]] == [
        text for _, _, text in QUESTIONS
    ]
    assert not sheets["Instructions"]["is_question_sheet"]
    assert not Question.objects.exists()


def test_confirming_imports_each_question_with_its_cells(detected: RFPQuestionDocument, alice: User) -> None:
    assert import_questions(detected, sheets=["Questions"], user=alice) == len(QUESTIONS)
    first = Question.objects.order_by("position").first()
    assert first is not None
    assert (first.identifier, first.sheet, first.row) == ("A-1", "Questions", 2)
    assert first.allowed_choices == ["Yes", "No", "Partially"]
    assert first.takes_text
    detected.refresh_from_db()
    assert (detected.layout_status, detected.confirmed_by) == ("confirmed", alice)
    detected.rfp.refresh_from_db()
    assert detected.rfp.status == RFP.Status.ANSWERING


def test_confirming_twice_imports_once(detected: RFPQuestionDocument, alice: User) -> None:
    import_questions(detected, sheets=["Questions"], user=alice)
    with pytest.raises(RFPError, match="already"):
        import_questions(detected, sheets=["Questions"], user=alice)
    assert Question.objects.count() == len(QUESTIONS)


def test_a_sheet_that_asks_nothing_cannot_be_imported(detected: RFPQuestionDocument, alice: User) -> None:
    with pytest.raises(RFPError, match="no question"):
        import_questions(detected, sheets=["Instructions"], user=alice)
    assert not Question.objects.exists()


def test_detecting_again_leaves_a_confirmed_layout_alone(detected: RFPQuestionDocument, alice: User) -> None:
    import_questions(detected, sheets=["Questions"], user=alice)
    job = Job.objects.get(kind="detect_layout")
    Job.objects.filter(pk=job.pk).update(state=Job.State.QUEUED, attempts=0)
    jobs.execute(job.pk)
    detected.refresh_from_db()
    assert detected.layout_status == "confirmed"
    assert Question.objects.count() == len(QUESTIONS)


def test_a_workbook_deleted_in_between_ends_the_job_quietly(rfp: RFP, alice: User) -> None:
    document, job = add_question_workbook(rfp, upload=uploaded(), user=alice)
    document.delete()
    done = jobs.execute(job.pk)
    assert done is not None
    assert done.state == Job.State.DONE
