"""What the library registers into the shell: its navigation entry, its panel, the first steps."""

from typing import Any

from django.db.models import Case, Count, IntegerField, Q, Value, When
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from core.models import User
from core.permissions import can_edit_library
from solution_library import palette, pickers
from solution_library.models import Document, EmbeddingStatus, Solution
from themis.registry import (
    DashboardWidget,
    NavigationItem,
    NextStep,
    NotificationKind,
    WebhookEvent,
    register_dashboard_widget,
    register_navigation,
    register_next_step,
    register_notification_kind,
    register_webhook_event,
)

SOLUTIONS_SHOWN = 5


def _library_state(request: HttpRequest) -> dict[str, Any] | None:
    """Figures of the whole library, and the solutions that need a look first; None while there is none."""
    user = request.user
    assert isinstance(user, User)  # noqa: S101 - the dashboard is for people who are signed in
    urgent = Case(
        When(failed_count__gt=0, then=Value(0)),
        When(waiting_count__gt=0, then=Value(1)),
        default=Value(2),
        output_field=IntegerField(),
    )
    solutions = list(
        Solution.objects.visible_to(user)
        .with_counts()
        .order_by(urgent, "-updated_at", "pk")[:SOLUTIONS_SHOWN]
    )
    if not solutions:
        return None
    status = "embedding_status"
    totals = (
        Document.objects.visible_to(user)
        .in_use()
        .aggregate(
            embedded=Count("pk", filter=Q(**{status: EmbeddingStatus.EMBEDDED})),
            waiting=Count("pk", filter=Q(**{f"{status}__in": EmbeddingStatus.unfinished()})),
            failed=Count("pk", filter=Q(**{status: EmbeddingStatus.FAILED})),
        )
    )
    return {"solutions": solutions, **totals}


def register() -> None:
    """Called once by `SolutionLibraryConfig.ready`."""
    palette.register()
    pickers.register()
    register_notification_kind(
        NotificationKind(
            "stale", _("Something of yours in the library, or what an answer cites, is out of date"), order=50
        )
    )
    register_webhook_event(
        WebhookEvent("source.changed", _("A document or library answer changed, or is gone"), order=30)
    )
    register_navigation(
        NavigationItem("library", _("Library"), "solution_library:home", "library-big", order=20)
    )
    register_dashboard_widget(
        DashboardWidget("library", "solution_library/_library_widget.html", _library_state, order=300)
    )
    register_next_step(
        NextStep(
            "add-solution",
            order=10,
            proof=Solution.objects.visible_to,
            title=_("Add a vendor and a solution"),
            text=_("Your own company and its product, for a start. Documents and answers hang on solutions."),
            url_name="solution_library:home",
            action_label=_("Open the library"),
            visible=can_edit_library,
        )
    )
    register_next_step(
        NextStep(
            "upload-documents",
            order=20,
            proof=Document.objects.visible_to,
            title=_("Upload documents"),
            text=_("Manuals, policies, white papers: open the solution and drop them there, all at once."),
            url_name="solution_library:home",
            action_label=_("Open the library"),
            visible=can_edit_library,
        )
    )
