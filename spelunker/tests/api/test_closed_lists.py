"""Each closed list of the REST API knows what its model knows: a value that it lacks would be answered with 500."""

from typing import Any, Literal, get_args, get_origin

import pytest
from django.db.models import TextChoices
from ninja import Schema

from core.models import Job, Organization
from rag import api as rag
from rfp_manager import models
from rfp_manager.api import bids, briefs, exports, information, questions, rfps, team, workbooks
from rfp_manager.tests.factories import QuestionDocumentFactory
from solution_library.api import answers, documents, organizations, sources
from solution_library.models import DocumentationSource, EmbeddingStatus, SourceSync, SourceSyncEntry
from themis.api import jobs, notifications, webhooks
from themis.models import Notification, WebhookDelivery

LISTS: list[tuple[type[Schema], str, type[TextChoices]]] = [
    (rag.DraftOut, "status", models.Answer.Status),
    (bids.AssessmentOut, "criterion", models.BidCriterion),
    (bids.CriterionOut, "criterion", models.BidCriterion),
    (bids.DecisionOut, "decision", models.BidDecision.Decision),
    (briefs.SummaryOut, "summary_status", models.RFPInformationDocument.SummaryStatus),
    (exports.ExportOut, "format", models.RFPExport.Format),
    (information.InformationOut, "summary_status", models.RFPInformationDocument.SummaryStatus),
    (information.InformationOut, "summary_origin", models.RFPInformationDocument.SummaryOrigin),
    (questions.CurrentAnswerOut, "status", models.Answer.Status),
    (questions.QuestionOut, "status", models.Question.Status),
    (rfps.RFPOut, "status", models.RFP.Status),
    (team.MemberOut, "role", models.RFPMembership.Role),
    (workbooks.WorkbookOut, "layout_status", models.RFPQuestionDocument.LayoutStatus),
    (answers.LibraryAnswerOut, "embedding_status", EmbeddingStatus),
    (documents.DocumentOut, "embedding_status", EmbeddingStatus),
    (organizations.OrganizationOut, "kind", Organization.Kind),
    (sources.SourceOut, "schedule", DocumentationSource.Schedule),
    (sources.SourceOut, "sync_status", DocumentationSource.SyncStatus),
    (sources.SyncOut, "state", SourceSync.State),
    (sources.SyncEntryOut, "change", SourceSyncEntry.Change),
    (jobs.JobOut, "state", Job.State),
    (notifications.NotificationOut, "level", Notification.Level),
    (webhooks.DeliveryOut, "state", WebhookDelivery.State),
]


def values_of(annotation: Any) -> set[str]:
    """What may stand there, also of a list that is one of several kinds."""
    if get_origin(annotation) is Literal:
        return set(get_args(annotation))
    return {value for each in get_args(annotation) for value in values_of(each)}


@pytest.mark.parametrize(
    ("schema", "name", "choices"), LISTS, ids=lambda value: getattr(value, "__name__", value)
)
def test_the_api_knows_every_value(schema: type[Schema], name: str, choices: type[TextChoices]) -> None:
    assert values_of(schema.model_fields[name].annotation) == set(choices.values)


def closed_lists(schema: type[Schema]) -> set[tuple[str, str]]:
    """Its own, without what it inherits."""
    own = schema.model_fields.keys() & schema.__annotations__.keys()
    return {(schema.__name__, name) for name in own if values_of(schema.model_fields[name].annotation)}


def test_no_closed_list_of_an_answer_is_left_out() -> None:
    rooms = [bids, briefs, exports, information, questions, rfps, team, workbooks, rag]
    rooms += [answers, documents, organizations, sources, jobs, notifications, webhooks]
    schemas = {
        value
        for room in rooms
        for value in vars(room).values()
        if isinstance(value, type) and issubclass(value, Schema) and value.__name__.endswith("Out")
    }
    found = {found for schema in schemas for found in closed_lists(schema)}
    listed = {(schema.__name__, name) for schema, name, _ in LISTS}
    # One names two fields of the RFP, the other what a service finds: no model has a list of either.
    assert found - listed == {("FieldOffersOut", "field"), ("AnswerWarningOut", "kind")}


@pytest.mark.django_db
def test_a_replaced_workbook_is_answered() -> None:
    document = QuestionDocumentFactory(layout_status=models.RFPQuestionDocument.LayoutStatus.REPLACED)
    document.question_count = 0
    assert workbooks.WorkbookOut.from_orm(document).layout_status == "replaced"
