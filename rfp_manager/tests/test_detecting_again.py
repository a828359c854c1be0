"""A detection that runs a second time, or too late, takes nothing from people and from the run that is valid."""

from typing import Any

import pytest
from django.core.files.storage import default_storage
from pytest_django import DjangoCaptureOnCommitCallbacks

from core import jobs
from core.exceptions import SpelunkerError
from core.models import Job, User
from rfp_manager.models import RFP, RFPQuestionDocument
from rfp_manager.services import excel_processor
from rfp_manager.services.excel_processor import detect_document_layout
from rfp_manager.services.layouts import correct_layout
from rfp_manager.services.uploads import add_question_workbook
from rfp_manager.tests.workbooks import uploaded
from rfp_manager.workbooks.detection.corrections import Correction
from rfp_manager.workbooks.package import WorkbookError

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("own_media_folder")]


@pytest.fixture
def document(rfp: RFP, alice: User) -> RFPQuestionDocument:
    document, job = add_question_workbook(rfp, upload=uploaded(), user=alice)
    jobs.execute(job.pk)
    document.refresh_from_db()
    return document


def run_again(document: RFPQuestionDocument) -> Job | None:
    job = Job.objects.get(kind="detect_layout")
    Job.objects.filter(pk=job.pk).update(state=Job.State.QUEUED, attempts=0)
    done = jobs.execute(job.pk)
    document.refresh_from_db()
    return done


def previews(document: RFPQuestionDocument) -> list[str]:
    folder = f"rfp_question_documents/{document.rfp_id}/previews"
    return default_storage.listdir(folder)[1]


def unreadable(*arguments: Any) -> Any:
    raise WorkbookError("The workbook is too odd.")


def test_corrections_stay(
    document: RFPQuestionDocument,
    alice: User,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    step = Correction.from_dict({"action": "not_questions", "selection": "C2:C3"})
    correct_layout(document, sheet="Questions", correction=step, version=document.layout_version, user=alice)
    document.refresh_from_db()
    before = (document.layout, document.corrections, document.layout_version, document.preview_key)
    with django_capture_on_commit_callbacks(execute=True):
        done = run_again(document)
    assert done is not None
    assert done.state == Job.State.DONE
    assert (
        document.layout,
        document.corrections,
        document.layout_version,
        document.preview_key,
    ) == before
    assert len(previews(document)) == 1


def test_a_run_that_cannot_read_it_any_more_takes_no_layout_away(
    document: RFPQuestionDocument, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(excel_processor, "read_workbook", unreadable)
    run_again(document)
    assert (document.layout_status, document.layout_error) == ("detected", "")


class Lost(SpelunkerError):
    """The lease is somebody else's by now."""


def lost() -> None:
    raise Lost


def test_a_run_without_its_lease_writes_nothing(document: RFPQuestionDocument) -> None:
    RFPQuestionDocument.objects.update(layout_status="pending", layout={})
    with pytest.raises(Lost):
        detect_document_layout(document, fence=lost)
    document.refresh_from_db()
    assert (document.layout_status, document.layout) == ("pending", {})
    assert len(previews(document)) == 1


def test_nor_does_it_call_the_workbook_unreadable(
    document: RFPQuestionDocument, monkeypatch: pytest.MonkeyPatch
) -> None:
    RFPQuestionDocument.objects.update(layout_status="pending")
    monkeypatch.setattr(excel_processor, "read_workbook", unreadable)
    with pytest.raises(Lost):
        detect_document_layout(document, fence=lost)
    document.refresh_from_db()
    assert document.layout_status == "pending"
