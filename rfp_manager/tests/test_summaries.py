import pytest
from django.core.files.storage import default_storage

from core import jobs
from core.models import Job, User
from rag.parsing import parse_document
from rfp_manager.models import RFP, RFPInformationDocument
from rfp_manager.services import information_texts
from rfp_manager.services.rfps import delete_file, stored_keys
from rfp_manager.services.summaries import request_summary
from rfp_manager.services.uploads import add_information_document
from rfp_manager.tenders.extraction import extract_points
from rfp_manager.tests.workbooks import uploaded

TENDER = b"""# Invitation to tender

## Scope
The authority seeks a hosted records management service for 2,400 staff.

## Timetable
Tenders must be submitted by 12:00 on 15 January 2027 through the portal.

## Award
Quality is weighted at 60 per cent and price at 40 per cent of the score.

## Terms
Late tenders will be rejected, and liquidated damages apply to missed service levels.
"""


def test_each_topic_quotes_the_sentence_that_says_it() -> None:
    points = {point.topic: point.text for point in extract_points(parse_document(TENDER, extension="md"))}
    assert "15 January 2027" in points["Deadlines"]
    assert "60 per cent" in points["Evaluation criteria"]
    assert "2,400 staff" in points["What is asked for"]
    assert "liquidated damages" in points["Red flags"]


def test_a_sentence_is_quoted_once() -> None:
    texts = [point.text for point in extract_points(parse_document(TENDER, extension="md"))]
    assert len(texts) == len(set(texts))


@pytest.mark.django_db
def test_an_uploaded_document_is_summarised_once_however_often_the_job_runs(rfp: RFP, alice: User) -> None:
    document, job = add_information_document(rfp, upload=uploaded(TENDER, "tender.md"), user=alice)
    for _ in range(2):
        Job.objects.filter(pk=job.pk).update(state=Job.State.QUEUED)
        jobs.execute(job.pk)
    document.refresh_from_db()
    assert document.summary_status == RFPInformationDocument.SummaryStatus.READY
    assert len(document.summary_points) == len({point["text"] for point in document.summary_points})
    assert "15 January 2027" in document.summary


@pytest.mark.django_db
def test_the_text_is_read_from_the_file_once(rfp: RFP, alice: User, monkeypatch: pytest.MonkeyPatch) -> None:
    document, job = add_information_document(rfp, upload=uploaded(TENDER, "tender.md"), user=alice)
    jobs.execute(job.pk)
    document.refresh_from_db()
    assert document.text_key.startswith(f"rfp_info_documents/{rfp.pk}/texts/")

    def refuse(*args: object, **kwargs: object) -> None:
        raise AssertionError("read again")

    monkeypatch.setattr(information_texts, "parse_document_isolated", refuse)
    again = request_summary(document, user=alice)
    jobs.execute(again.pk)
    document.refresh_from_db()
    assert document.summary_status == RFPInformationDocument.SummaryStatus.READY


@pytest.mark.django_db(transaction=True)
def test_deleting_the_document_deletes_its_text(rfp: RFP, alice: User) -> None:
    document, job = add_information_document(rfp, upload=uploaded(TENDER, "tender.md"), user=alice)
    jobs.execute(job.pk)
    document.refresh_from_db()
    assert document.text_key in stored_keys(rfp)
    delete_file(document)
    assert not default_storage.exists(document.text_key)


@pytest.mark.django_db
def test_a_document_that_cannot_be_read_says_why(rfp: RFP, alice: User) -> None:
    document, job = add_information_document(
        rfp, upload=uploaded(b"%PDF-1.7\ngarbage", "scan.pdf"), user=alice
    )
    jobs.execute(job.pk)
    document.refresh_from_db()
    assert document.summary_status == RFPInformationDocument.SummaryStatus.FAILED
    assert document.summary_error.endswith(".")
