"""What the RFP app puts into the shell: navigation, its dashboard panel, its steps of getting started."""

from dataclasses import replace
from typing import Any

from django.db.models import Count, F, Q, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from core.models import User
from core.permissions import can_create_rfp
from rfp_manager import palette, pickers
from rfp_manager.demonstration_tasks import LOAD_JOB, request_demonstration
from rfp_manager.models import RFP, Question, RFPExport
from rfp_manager.services.demonstration import is_loaded
from rfp_manager.services.question_states import SETTLED
from themis.registry import (
    DashboardWidget,
    Demonstration,
    NavigationItem,
    NextStep,
    NotificationKind,
    WebhookEvent,
    register_dashboard_widget,
    register_demonstration,
    register_navigation,
    register_next_step,
    register_notification_kind,
    register_webhook_event,
)


def _open_rfps(request: HttpRequest) -> dict[str, Any] | None:
    """The open RFPs that the person sees, the next one due first."""
    assert isinstance(request.user, User)  # noqa: S101 - for the type checker
    rfps = (
        RFP.objects.visible_to(request.user)
        .open()
        .select_related("customer")
        .with_progress()
        .annotate(
            mine_count=Count(
                "questions",
                filter=Q(questions__assignee=request.user, questions__removed_at=None)
                & ~Q(questions__status__in=SETTLED),
            ),
            review_count=Count(
                "questions",
                filter=Q(questions__status=Question.Status.IN_REVIEW, questions__removed_at=None),
            ),
        )
        .order_by(F("due_at").asc(nulls_last=True))[:6]
    )
    return {"rfps": rfps} if rfps else None


def _answers(user: User) -> QuerySet[Any]:
    return Question.objects.visible_to(user).exclude(status=Question.Status.UNANSWERED)


def register() -> None:
    palette.register()
    pickers.register()
    register_navigation(NavigationItem("rfps", _("RFPs"), "rfp_manager:list", "clipboard-list", order=30))
    register_navigation(
        NavigationItem("analytics", _("Analytics"), "rfp_manager:analytics", "chart-line", order=35)
    )
    register_dashboard_widget(
        DashboardWidget("open_rfps", "rfp_manager/_open_rfps.html", _open_rfps, order=10, span=2)
    )
    for kind in (
        NotificationKind("assignment", _("Questions are yours to answer"), 10, usual_mail="now"),
        NotificationKind("mention", _("Somebody mentions you in a comment"), 20, usual_mail="now"),
        NotificationKind("review", _("Answers wait for your review, or yours were reviewed"), 30),
        NotificationKind(
            "team", _("You are on the team of an RFP, or it is yours now"), 35, usual_mail="now"
        ),
        NotificationKind("due", _("An RFP of your team is due soon"), 40),
    ):
        register_notification_kind(kind)
    register_webhook_event(WebhookEvent("answer.approved", _("An answer was approved"), order=20))
    register_demonstration(
        Demonstration(
            LOAD_JOB,
            _(
                "A made-up vendor's library and a customer's RFP with its question workbook, loaded in a minute. "
                "Good for a first look; a real library can start beside it or without it."
            ),
            is_loaded,
            request_demonstration,
        )
    )
    steps = [
        NextStep(
            "rfp",
            30,
            RFP.objects.visible_to,
            _("Create an RFP"),
            _("Say who asks, which solutions are in scope and when it is due."),
            "rfp_manager:create",
            _("New RFP"),
        ),
        NextStep(
            "questions",
            31,
            Question.objects.visible_to,
            _("Import the customer's questions"),
            _("Upload the question workbook and look at what was found in it."),
            "rfp_manager:list",
            _("Open RFPs"),
        ),
        NextStep(
            "draft",
            32,
            _answers,
            _("Draft the answers"),
            _("Every question gets a draft with its sources, or an honest gap."),
            "rfp_manager:list",
            _("Open RFPs"),
        ),
        NextStep(
            "export",
            33,
            RFPExport.objects.visible_to,
            _("Send the workbook back"),
            _("Approve the answers and export the customer's own file."),
            "rfp_manager:list",
            _("Open RFPs"),
        ),
    ]
    for step in steps:
        register_next_step(replace(step, visible=can_create_rfp))
