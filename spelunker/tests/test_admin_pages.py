"""Every model of ours is in the admin, can be searched and filtered, and its list costs no query per row."""

import pytest
from django.apps import apps
from django.contrib import admin
from django.contrib.admin.models import CHANGE, LogEntry
from django.db import connection, models
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from core.models import AuditEvent, Job, Organization
from core.tests.factories import OrganizationFactory, UserFactory
from rfp_manager.models import (
    BidAssessment,
    BidDecision,
    Citation,
    Comment,
    DismissedContradiction,
    QuestionGroup,
)
from rfp_manager.tests.factories import QuestionFactory, RFPFactory, add_member, answered

pytestmark = pytest.mark.django_db

APPS = ("core", "themis", "solution_library", "rag", "rfp_manager")
OURS = [model for label in APPS for model in apps.get_app_config(label).get_models()]
RECORDS = {
    "Answer",
    "AnswerSource",
    "AnswerVersion",
    "AuditEvent",
    "BidDecision",
    "Citation",
    "Comment",
    "DocumentFingerprint",
    "DocumentTwin",
    "IdempotentRequest",
    "Job",
    "LanguageModelSettings",
    "LibraryAnswerVersion",
    "Notification",
    "PartialUpload",
    "RetrievalEvaluation",
    "ReviewReminder",
    "SourceMark",
    "SourceSync",
    "StorageCheck",
    "WebhookDelivery",
}


@pytest.fixture
def administrator(client: Client) -> Client:
    client.force_login(UserFactory(is_staff=True, is_superuser=True))
    return client


@pytest.mark.parametrize("model", OURS, ids=lambda model: model.__name__)
def test_a_model_is_searched_filtered_and_listed_in_words(administrator: Client, model) -> None:
    registered = admin.site._registry[model]
    assert registered.search_fields and len(registered.list_display) > 1
    assert registered.list_filter
    foreign = {
        name
        for name in registered.list_display
        if name in {field.name for field in model._meta.get_fields()}
        and isinstance(model._meta.get_field(name), models.ForeignKey)
    }
    joined = registered.list_select_related
    assert joined is True or foreign <= {str(name).split("__")[0] for name in joined or ()}
    page = administrator.get(reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist"))
    assert page.status_code == 200


@pytest.mark.parametrize("name", sorted(RECORDS))
def test_records_are_read_only_for_superusers_too(administrator: Client, name: str) -> None:
    (model,) = [model for model in OURS if model.__name__ == name]
    address = reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_add")
    assert administrator.get(address).status_code == 403
    assert not admin.site._registry[model].has_change_permission(None)  # type: ignore[arg-type]


def test_lists_of_an_rfps_rows_cost_the_same_for_two_and_for_six(administrator: Client) -> None:
    def rows(count: int) -> None:
        for number in range(count):
            rfp = RFPFactory()
            add_member(rfp, rfp.owner)
            answer = answered(QuestionFactory(document__rfp=rfp))
            Citation.objects.create(answer=answer, sentence_index=0, source_title="A page", quote="So it is.")
            Comment.objects.create(question=answer.question, author=rfp.owner, text="Look again.")
            BidDecision.objects.create(rfp=rfp, decision="go", reason="We fit.", decided_by=rfp.owner)
            BidAssessment.objects.create(rfp=rfp, criterion="risk", version=1, assessed_by=rfp.owner)
            DismissedContradiction.objects.create(rfp=rfp, key=str(number), dismissed_by=rfp.owner)
            QuestionGroup.objects.create(rfp=rfp)

    def cost() -> dict[str, int]:
        counts = {}
        for model in apps.get_app_config("rfp_manager").get_models():
            with CaptureQueriesContext(connection) as queries:
                administrator.get(reverse(f"admin:rfp_manager_{model._meta.model_name}_changelist"))
            counts[model.__name__] = len(queries)
        return counts

    rows(2)
    cost()  # warms up content types and the session
    few = cost()
    rows(4)
    assert cost() == few


def test_a_change_is_in_the_history_and_in_the_audit_log(administrator: Client) -> None:
    company = OrganizationFactory(name="Acme")
    address = reverse("admin:core_organization_change", args=[company.pk])
    administrator.post(address, {"name": "Acme Ltd", "kind": "vendor", "website": ""})
    assert LogEntry.objects.get().action_flag == CHANGE
    event = AuditEvent.objects.get(action="admin.changed")
    assert event.detail["name"] == "Acme Ltd"
    assert event.detail["change"] == "Changed Name."
    history = administrator.get(reverse("admin:core_organization_history", args=[company.pk]))
    assert "Changed Name" in history.content.decode()
    assert "Acme Ltd" in administrator.get(reverse("admin:admin_logentry_changelist")).content.decode()


def test_each_of_many_deleted_rows_is_in_the_audit_log(administrator: Client) -> None:
    companies = OrganizationFactory.create_batch(3)
    administrator.post(
        reverse("admin:core_organization_changelist"),
        {"action": "delete_selected", "_selected_action": [row.pk for row in companies], "post": "yes"},
    )
    assert not Organization.objects.exists()
    told = AuditEvent.objects.filter(action="admin.deleted")
    assert {event.target_name for event in told} == {row.name for row in companies}


def test_no_job_is_deleted_from_under_what_waits_for_its_end(administrator: Client) -> None:
    job = Job.objects.create(kind="detect_layout", title="Looking for questions", idempotency_key="a")
    page = administrator.get(reverse("admin:core_job_delete", args=[job.pk]))
    assert page.status_code == 403
    assert b"delete_selected" not in administrator.get(reverse("admin:core_job_changelist")).content
