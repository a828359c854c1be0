"""Rows of everything that a page lists, and one of each whose own page is opened."""

import datetime as dt
import uuid
from dataclasses import dataclass
from typing import Any

from allauth.usersessions.models import UserSession
from django.contrib.auth import HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.core.files.base import ContentFile
from django.utils import timezone

from core.audit import record_event
from core.models import Job, Organization, User
from core.storage import write_file
from core.tests.factories import OrganizationFactory, UserFactory
from rfp_manager.models import (
    RFP,
    BidDecision,
    Citation,
    Question,
    QuestionGroup,
    RFPExport,
    RFPQuestionDocument,
)
from rfp_manager.tests.factories import (
    InformationDocumentFactory,
    QuestionDocumentFactory,
    QuestionFactory,
    RFPFactory,
    add_member,
    answered,
)
from rfp_manager.tests.test_access import stored_preview
from solution_library.models import (
    AnswerImport,
    AnswerSource,
    Document,
    DocumentationSource,
    DocumentTwin,
    EmbeddingStatus,
    LibraryAnswer,
    LibraryAnswerVersion,
    RetrievalEvaluation,
    Solution,
    SourceMark,
    SourceSync,
    SourceSyncEntry,
)
from solution_library.tests.factories import (
    DocumentationSourceFactory,
    DocumentEmbeddingFactory,
    DocumentFactory,
    LibraryAnswerFactory,
    SolutionFactory,
)
from themis.models import Invitation, WebhookEndpoint
from themis.services.api_keys import create_api_key
from themis.services.invitations import invitation_token, invite
from themis.services.notifications import notify
from themis.services.recent_items import record_opened
from themis.tests.factories import make_delivery, make_endpoint, make_job

LAYOUT = {"sheets": []}


@dataclass(frozen=True)
class Content:
    """Rows that `administrator` owns and `contributor` sees; `add` gives each of their lists more."""

    administrator: User
    contributor: User
    solution: Solution
    source: DocumentationSource
    sync: SourceSync
    document: Document
    entry: LibraryAnswer
    rfp: RFP
    workbook: RFPQuestionDocument
    question: Question
    group: QuestionGroup
    endpoint: WebhookEndpoint

    @property
    def people(self) -> tuple[User, User]:
        return self.administrator, self.contributor

    def arguments(self) -> dict[str, Any]:
        """What stands in addresses behind "rfps/", "questions/" and so on."""
        rfp = self.rfp
        return {
            "administrator": self.administrator.pk,
            "contributor": self.contributor.pk,
            "waiting": self.solution.documents.filter(embedding_status=EmbeddingStatus.PENDING)
            .latest("pk")
            .pk,
            "organizations": self.solution.vendor_id,
            "solutions": self.solution.pk,
            "sources": self.source.pk,
            "syncs": self.sync.pk,
            "sync-entries": self.sync.entries.latest("pk").pk,
            "documents": self.document.pk,
            "answers": self.entry.pk,
            "import": AnswerImport.objects.latest("pk").pk,
            "style": "answer",
            "rfps": rfp.pk,
            "information": rfp.information_documents.latest("pk").pk,
            "workbooks": self.workbook.pk,
            "sheets": 0,
            "rows": 0,
            "questions": self.question.pk,
            "comments": self.question.comments.latest("pk").pk,
            "views": rfp.saved_views.latest("pk").pk,
            "exports": rfp.exports.latest("pk").pk,
            "team": rfp.memberships.latest("pk").pk,
            "analytics": "answer-rate",
            "webhooks": self.endpoint.pk,
            "deliveries": self.endpoint.deliveries.latest("created_at").pk,
            "api-keys": self.contributor.api_keys.latest("pk").pk,
            "notifications": self.contributor.notifications.latest("pk").pk,
            "jobs": self.contributor.jobs.latest("created_at").pk,
            "uploads": uuid.uuid4(),
            "people": self.contributor.pk,
            "invitations": Invitation.objects.latest("pk").pk,
            "invitation": invitation_token(Invitation.objects.latest("pk")),
            "setup": "organization",
            "pick": "people",
        }

    def add(self, count: int) -> None:
        for number in range(count):
            self._add_to_library(number)
            self._add_to_rfp(number)
            self._add_to_shell(number)

    def _add_to_library(self, number: int) -> None:
        owner = self.people[number % 2]
        SolutionFactory(vendor=self.solution.vendor, owner=owner)
        DocumentFactory(solution=SolutionFactory(vendor__kind=Organization.Kind.VENDOR))
        waiting = DocumentFactory(solution=self.solution, owner=owner, tags=[f"tag{owner.pk}", "both"])
        make_job(owner, target=waiting)
        lately = timezone.localdate() - dt.timedelta(days=1)
        old = DocumentFactory(solution=self.solution, owner=owner, review_by=lately, embedded=True)
        DocumentTwin.objects.create(first=waiting, second=old, similarity=0.9)
        chunk = DocumentEmbeddingFactory(document=self.document)
        write_file(chunk.chunk_s3_key, ContentFile(b"Backups run nightly."))
        DocumentTwin.objects.create(first=self.document, second=old, similarity=0.9)
        DocumentFactory(solution=self.solution, deleted_at=timezone.now(), retired_at=timezone.now())
        DocumentationSourceFactory(solution=self.solution)
        url = f"https://docs.example.com/{old.pk}"
        page = DocumentFactory(solution=self.solution, source=self.source, url=url)
        SourceSync.objects.create(source=self.source, state="done")
        SourceSyncEntry.objects.create(sync=self.sync, url=url, document=page, change="changed")
        entry = LibraryAnswerFactory(solution=self.solution, owner=owner, review_by=lately, tags=["both"])
        based = AnswerSource.objects.create(entry=entry, document=old)
        SourceMark.objects.create(source=based, moment=timezone.now(), reason="It has changed.", url=url)
        version = self.entry.versions.count() + 1
        LibraryAnswerVersion.objects.create(
            entry=self.entry, version=version, question="Q", answer="A", edited_by=owner
        )
        table = AnswerImport(solution=self.solution, filename="table.csv", owner=owner)
        table.file.save("table.csv", ContentFile(b"Question,Answer\nIs it safe?,Yes.\n"))
        measured = {
            f"library:{entry.pk}": {"rank": number + 1, "ndcg": 1 / (number + 1), "recall": 1, "mrr": 1}
        }
        RetrievalEvaluation.objects.create(
            embedding_model="m@1", fingerprint="0", question_count=1, ndcg=0.5, recall=1, mrr=1,
            results=measured, started_by=owner,
        )  # fmt: skip

    def _add_to_rfp(self, number: int) -> None:
        owner = self.people[number % 2]
        mate = UserFactory()
        another = RFPFactory(owner=self.administrator)
        add_member(another, self.contributor)
        another.solutions.add(self.solution)
        add_member(self.rfp, mate)
        self.rfp.solutions.add(SolutionFactory())
        InformationDocumentFactory(
            rfp=self.rfp, file=ContentFile(f"Part {mate.pk}".encode(), name="terms.txt"), uploaded_by=owner
        )
        book = QuestionDocumentFactory(
            rfp=self.rfp, layout_status="confirmed", layout=LAYOUT, confirmed_at=timezone.now(),
            confirmed_by=owner, uploaded_by=owner,
        )  # fmt: skip
        for state, status in enumerate(("supported", "needs_review", "no_answer")):
            self._ask(book, person=(owner, mate, None)[state], status=status)
        self._ask(self.workbook, person=owner, status="supported")
        self.question.comments.create(text="Is this still true?", author=owner)
        answer = self.question.answer
        version = answer.versions.count() + 1
        answer.versions.create(
            version=version, text=f"Version {version}", status="supported", origin="human", edited_by=owner
        )
        for cited in ({"document": self.document}, {"library_answer": self.entry}):
            Citation.objects.create(answer=answer, sentence_index=0, source_title="T", quote="Yes.", **cited)
        RFPExport.objects.create(
            rfp=self.rfp, document=book, version="1", filename="out.xlsx", question_count=1, answered_count=1,
            export_file=ContentFile(b"PK", name="out.xlsx"), created_by=owner,
        )  # fmt: skip
        self.rfp.saved_views.create(owner=owner, name=f"View {mate.pk}", query="status=gap", shared=True)
        BidDecision.objects.create(rfp=self.rfp, decision="go", reason="We fit.", decided_by=owner)
        make_job(owner, target=self.rfp, kind="draft_answers")

    def _ask(self, book: RFPQuestionDocument, *, person: User | None, status: str) -> None:
        question = QuestionFactory(
            document=book, assignee=person, section=f"Section {book.pk}", text="Is it safe?", group=self.group
        )
        said: dict[str, Any] = {"text": "", "choice": ""} if status == "no_answer" else {}
        answer = answered(question, status=status, **said)
        Citation.objects.create(
            answer=answer, sentence_index=0, source_title="T", quote="So it is.", document=self.document
        )

    def _add_to_shell(self, number: int) -> None:
        for person in self.people:
            notify(person, text=f"News {number}", link="/jobs/")
            record_opened(person, kind="rfps", object_id=self.rfp.pk)
            record_opened(person, kind="documents", object_id=self.document.pk)
            make_job(person, state=Job.State.DONE)
            create_api_key(person, name=f"Key {number}", scopes=["read"])
            session = SessionStore()
            session.update({SESSION_KEY: str(person.pk), HASH_SESSION_KEY: person.get_session_auth_hash()})
            session.create()
            UserSession.objects.create(user=person, session_key=session.session_key, ip="127.0.0.1")
        record_event("login.failed", actor=self.administrator)
        make_endpoint(name=f"Endpoint {number}")
        make_delivery(self.endpoint)
        invite(f"new{User.objects.count()}@example.com", roles=["viewer"], invited_by=self.administrator)


def make_content(administrator: User, contributor: User) -> Content:
    solution = SolutionFactory(vendor=OrganizationFactory(kind=Organization.Kind.VENDOR), owner=administrator)
    source = DocumentationSourceFactory(solution=solution)
    rfp = RFPFactory(owner=administrator, title="Records service", due_at=timezone.now())
    rfp.solutions.add(solution)
    add_member(rfp, contributor)
    workbook = QuestionDocumentFactory(
        rfp=rfp, layout_status="confirmed", layout=LAYOUT, preview_key=stored_preview()
    )
    group = QuestionGroup.objects.create(rfp=rfp)
    question = QuestionFactory(
        document=workbook, group=group, previous_text="Was it safe?", assignee=contributor
    )
    answered(question)
    return Content(
        administrator=administrator,
        contributor=contributor,
        solution=solution,
        source=source,
        sync=SourceSync.objects.create(source=source),
        document=DocumentFactory(solution=solution, embedded=True, chunk_count=3),
        entry=LibraryAnswerFactory(solution=solution, origin_answer_id=question.answer.pk),
        rfp=rfp,
        workbook=workbook,
        question=question,
        group=group,
        endpoint=make_endpoint(name="First")[0],
    )
