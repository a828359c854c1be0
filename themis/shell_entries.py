"""What the shell itself registers: its own pages, the jobs widget, the base health checks."""

from typing import Any

from django.db.models import Case, When
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from core.models import Job, User
from core.permissions import can_edit_library, is_administrator
from themis import health
from themis.registry import (
    DashboardWidget,
    HealthCheck,
    NavigationItem,
    NotificationKind,
    PaletteAction,
    PickerSource,
    WebhookEvent,
    register_dashboard_widget,
    register_health_check,
    register_navigation,
    register_notification_kind,
    register_palette_action,
    register_picker_source,
    register_webhook_event,
)
from themis.services.people import search_people
from themis.services.setup import is_reminded, load_setup, setup_steps

RECENT_JOBS = 5


def _recent_jobs(request: HttpRequest) -> dict[str, Any] | None:
    """The person's running jobs first, then the last ones; the panel hides until there was one."""
    active_first = Case(When(state__in=Job.ACTIVE_STATES, then=0), default=1)
    assert isinstance(request.user, User)  # noqa: S101 - for the type checker
    own = Job.objects.visible_to(request.user).filter(owner=request.user)
    jobs = list(own.order_by(active_first, "-created_at")[:RECENT_JOBS])
    for job in jobs:
        job.is_steerable = (
            True  # without a query for each: who started it may, and is asked again when they do
        )
    return {"jobs": jobs} if jobs else None


def _unfinished_setup(request: HttpRequest) -> dict[str, Any] | None:
    """How far the setup is, for administrators, until it is finished or they hide it."""
    assert isinstance(request.user, User)  # noqa: S101 - for the type checker
    setup = load_setup()
    if not is_reminded(setup, request.user):
        return None
    steps = setup_steps(setup)
    return {"settled": sum(bool(step.state) for step in steps), "total": len(steps)}


def _may_use_admin_site(user: User) -> bool:
    return user.is_staff


def register() -> None:
    """Called once by `ThemisConfig.ready`."""
    _register_navigation()
    _register_news()
    _register_dashboard()
    _register_health()
    _register_finding()


def _register_navigation() -> None:
    register_navigation(
        NavigationItem("dashboard", _("Dashboard"), "themis:dashboard", "layout-dashboard", order=10)
    )
    register_navigation(NavigationItem("jobs", _("Jobs"), "themis:jobs", "activity", order=80))
    register_navigation(
        NavigationItem(
            "people",
            _("People"),
            "themis:people",
            "users",
            order=5,
            visible=is_administrator,
            section="administration",
        )
    )
    register_navigation(
        NavigationItem(
            "webhooks",
            _("Webhooks"),
            "themis:webhooks",
            "webhook",
            order=15,
            visible=is_administrator,
            section="administration",
        )
    )
    register_navigation(
        NavigationItem(
            "status",
            _("System status"),
            "themis:status",
            "heart-pulse",
            order=10,
            visible=is_administrator,
            section="administration",
        )
    )
    register_navigation(
        NavigationItem(
            "admin",
            _("All data"),
            "admin:index",
            "database",
            order=20,
            visible=_may_use_admin_site,
            section="administration",
        )
    )


def _register_news() -> None:
    """What people and other programs are told."""
    for kind in (
        NotificationKind("job_failed", _("A background job of yours failed"), order=80),
        NotificationKind("job_done", _("A long background job of yours is done"), order=90, usual_mail="off"),
        NotificationKind(
            "system",
            _("Something of this installation needs an administrator"),
            order=100,
            usual_mail="now",
            visible=is_administrator,
        ),
    ):
        register_notification_kind(kind)
    register_webhook_event(WebhookEvent("job.finished", _("A background job ended"), order=10))


def _register_dashboard() -> None:
    register_dashboard_widget(
        DashboardWidget(
            "setup", "themis/_setup_widget.html", _unfinished_setup, order=1, visible=is_administrator, span=2
        )
    )
    register_dashboard_widget(DashboardWidget("jobs", "themis/_jobs_widget.html", _recent_jobs, order=900))


def _register_health() -> None:
    for order, (key, label, check, required) in enumerate(health.BASE_CHECKS):
        register_health_check(HealthCheck(key, label, check, order=order, required=required))


def _register_finding() -> None:
    """What pickers and the command palette offer."""
    register_picker_source(PickerSource("people", search_people, visible=can_edit_library))
    register_palette_action(
        PaletteAction(
            "invite",
            _("Invite somebody"),
            "themis:invitation_create",
            "user-plus",
            order=490,
            visible=is_administrator,
            words=_("new user person colleague account"),
        )
    )
    register_palette_action(
        PaletteAction(
            "setup",
            _("Set up this installation"),
            "themis:setup",
            "list-checks",
            order=495,
            visible=is_administrator,
            words=_("wizard first start logo language model storage demonstration"),
        )
    )
    register_palette_action(
        PaletteAction(
            "profile",
            _("Your preferences"),
            "themis:profile",
            "sliders-horizontal",
            order=500,
            words=_("profile settings theme colours language time zone formats"),
        )
    )
    register_palette_action(
        PaletteAction(
            "api_keys", _("Create an API key"), "themis:api_keys", "key-round", order=510, words="REST token"
        )
    )
    register_palette_action(
        PaletteAction("password", _("Change your password"), "account_change_password", "lock", order=520)
    )
