"""One row of every kind, all Alice's, for tests that walk every route."""

from dataclasses import dataclass
from typing import Any

from django.core.files.base import ContentFile

from core.models import Job, User
from core.storage import write_text
from core.tests.factories import OrganizationFactory, UserFactory
from rfp_manager.models import RFP, BulkStep, RFPExport, RFPMembership
from rfp_manager.services.bulk_steps import take_step
from rfp_manager.tests.factories import (
    OFFERED_DATE,
    InformationDocumentFactory,
    QuestionDocumentFactory,
    QuestionFactory,
    answered,
)
from solution_library.models import SourceSync
from solution_library.tests.factories import (
    DocumentationSourceFactory,
    DocumentEmbeddingFactory,
    DocumentFactory,
    LibraryAnswerFactory,
    SolutionFactory,
)
from themis.services.notifications import notify
from themis.tests.factories import make_delivery, make_job

LAYOUT = {
    "sheets": [
        {
            "sheet": "Questions",
            "is_question_sheet": True,
            "state": "visible",
            "questions": [{"row": 2, "identifier": "A-1", "section": "", "text": "Why?", "answers": []}],
        }
    ]
}


@dataclass(frozen=True)
class World:
    """`ids` by the names that the routes' paths use; where two routes mean different rows by one name,
    `ids_of` knows the operation."""

    ids: dict[str, Any]

    def ids_of(self, operation: str) -> dict[str, Any]:
        special = {
            "retry_job": {"job_id": self.ids["failed_job"]},
            "get_summary": {"document_id": self.ids["information"]},
            "get_information": {"document_id": self.ids["information"]},
            "download_information": {"document_id": self.ids["information"]},
            "delete_information": {"document_id": self.ids["information"]},
            "get_document": {"document_id": self.ids["library_document"]},
            "download_document": {"document_id": self.ids["library_document"]},
            "update_document": {"document_id": self.ids["library_document"]},
            "embed_document": {"document_id": self.ids["library_document"]},
            "delete_library_document": {"document_id": self.ids["library_document"]},
            "restore_library_document": {"document_id": self.ids["library_document"]},
            "get_library_answer": {"answer_id": self.ids["library_answer"]},
            "drop_decided_rfp": {"rfp_id": self.ids["refused_rfp"]},
            "take_up_dropped_rfp": {"rfp_id": self.ids["dropped_rfp"]},
            "delete_library_answer": {"answer_id": self.ids["library_answer"]},
            "restore_library_answer": {"answer_id": self.ids["library_answer"]},
            "reopen_answer": {"question_id": self.ids["reviewed_question"]},
        }
        return self.ids | special.get(operation, {})


def build_world(rfp: RFP, alice: User) -> World:
    vendor = OrganizationFactory(name="Vault Ltd")
    solution = SolutionFactory(vendor=vendor)
    rfp.solutions.add(solution)
    document = DocumentFactory(solution=solution, embedded=True)
    key = write_text(f"chunks/{document.pk}/chunk_0.txt", "Backups run nightly.")
    chunk = DocumentEmbeddingFactory(document=document, chunk_s3_key=key)
    confirmed = QuestionDocumentFactory(
        rfp=rfp, title="confirmed.xlsx", layout_status="confirmed", layout=LAYOUT
    )
    question, reviewed = QuestionFactory(document=confirmed), QuestionFactory(document=confirmed)
    answered(question)
    answered(reviewed)
    step = take_step(BulkStep.Kind.SUBMIT, [reviewed.pk], rfp=rfp, user=alice)
    assert step.moment is not None
    export = RFPExport.objects.create(
        rfp=rfp,
        document=confirmed,
        export_file=ContentFile(b"PK", name="out.xlsx"),
        filename="out.xlsx",
        version="1",
        question_count=2,
        answered_count=1,
    )
    detected = QuestionDocumentFactory(rfp=rfp, layout_status="detected", layout=LAYOUT)
    source = DocumentationSourceFactory(solution=solution)
    refused = _twin_of(rfp)
    refused.bid_decisions.create(decision="no_go", reason="Too late.", decided_by=alice)
    delivery = make_delivery()
    return World(
        {
            "alice": alice.pk,
            "newcomer": UserFactory().pk,
            "job_id": make_job(alice).pk,
            "failed_job": make_job(alice, Job.State.FAILED).pk,
            "notification_id": notify(alice, text="Your export is ready.").pk,
            "webhook_id": delivery.endpoint_id,
            "delivery_id": delivery.pk,
            "organization_id": vendor.pk,
            "solution_id": solution.pk,
            "source_id": source.pk,
            "sync_id": SourceSync.objects.create(source=source, state="done").pk,
            "library_document": document.pk,
            "library_answer": LibraryAnswerFactory(solution=solution).pk,
            "chunk_id": chunk.pk,
            "rfp_id": rfp.pk,
            "refused_rfp": refused.pk,
            "dropped_rfp": _twin_of(rfp, status=RFP.Status.DROPPED).pk,
            "member_id": RFPMembership.objects.filter(rfp=rfp).earliest("pk").pk,
            "information": InformationDocumentFactory(
                rfp=rfp,
                summary_status="ready",
                summary_dates=[OFFERED_DATE],
            ).pk,
            "view_id": rfp.saved_views.create(owner=alice, name="Mine", query="status=look", shared=True).pk,
            "document_id": detected.pk,
            "confirmed": confirmed.pk,
            "question_id": question.pk,
            "reviewed_question": reviewed.pk,
            "export_id": export.pk,
            "last_step": step.moment.isoformat(),
        }
    )


def _twin_of(rfp: RFP, **values: Any) -> RFP:
    """Another RFP of the same owner and team, with nothing in it."""
    twin = RFP.objects.create(title=rfp.title, customer=rfp.customer, owner=rfp.owner, **values)
    for member in rfp.memberships.all():
        twin.memberships.create(user=member.user, role=member.role)
    return twin
