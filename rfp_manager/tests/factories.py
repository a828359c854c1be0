"""RFPs of the tests: Alice owns one, Bob is on its team, Charlie is not."""

from typing import Any

import factory
from django.core.files.base import ContentFile
from factory.django import DjangoModelFactory

from core.models import Organization, User
from core.tests.factories import OrganizationFactory, UserFactory
from rfp_manager.models import (
    RFP,
    Answer,
    AnswerVersion,
    Question,
    RFPInformationDocument,
    RFPMembership,
    RFPQuestionDocument,
)

# A due date as a summary offers it.
OFFERED_DATE: dict[str, Any] = {
    "role": "due_at",
    "days": ["2027-05-12"],
    "time": "12:00",
    "zone": "UTC",
    "utc_offset": 0.0,
    "text": "Tenders are due by noon (UTC) on 12 May 2027.",
    "quote": "Tenders are due by noon (UTC) on 12 May 2027.",
    "page": None,
    "block": 0,
}


class RFPFactory(DjangoModelFactory):
    class Meta:
        model = RFP

    title = factory.Sequence(lambda number: f"Request {number}")
    customer = factory.SubFactory(OrganizationFactory, kind=Organization.Kind.CUSTOMER)
    owner = factory.SubFactory(UserFactory)


class InformationDocumentFactory(DjangoModelFactory):
    class Meta:
        model = RFPInformationDocument

    rfp = factory.SubFactory(RFPFactory)
    title = "terms.txt"
    file = factory.LazyFunction(lambda: ContentFile(b"Tenders are due by 12 May 2027.", name="terms.txt"))


class QuestionDocumentFactory(DjangoModelFactory):
    class Meta:
        model = RFPQuestionDocument

    rfp = factory.SubFactory(RFPFactory)
    title = "questions.xlsx"
    file = factory.LazyFunction(lambda: ContentFile(b"PK", name="questions.xlsx"))


class QuestionFactory(DjangoModelFactory):
    class Meta:
        model = Question

    document = factory.SubFactory(QuestionDocumentFactory)
    rfp = factory.SelfAttribute("document.rfp")
    sheet = "Questions"
    row = factory.Sequence(lambda number: number + 2)
    position = factory.Sequence(lambda number: number)
    identifier = factory.Sequence(lambda number: f"Q-{number}")
    text = "Is data encrypted at rest?"
    answer_cells = factory.LazyAttribute(
        lambda question: [
            {
                "cell": f"C{question.row}",
                "role": "choice",
                "kind": "value",
                "allowed": ["Yes", "No"],
                "filled": False,
            },
            {
                "cell": f"D{question.row}",
                "role": "narrative",
                "kind": "value",
                "allowed": None,
                "filled": False,
            },
        ]
    )


def add_member(rfp: RFP, user: User, role: str = RFPMembership.Role.CONTRIBUTOR) -> RFPMembership:
    return RFPMembership.objects.create(rfp=rfp, user=user, role=role)


def answered(question: Question, **fields: Any) -> Answer:
    """Give the question a draft, as if it came from the library."""
    values = {
        "text": "Data is encrypted at rest with AES-256.",
        "choice": "Yes",
        "status": Answer.Status.SUPPORTED,
        "origin": Answer.Origin.EXTRACTIVE,
        "confidence": 0.9,
    } | fields
    answer = Answer.objects.create(question=question, **values)
    AnswerVersion.objects.create(answer=answer, version=1, **values)
    question.status = Question.Status.DRAFTED if answer.has_content else Question.Status.UNANSWERED
    question.save()
    return answer
