"""What administrators see of the shell's rows. Keys are made and shown in the profile only."""

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.admin.records import RecordAdmin
from themis.models import (
    APIKey,
    IdempotentRequest,
    Invitation,
    Notification,
    NotificationMail,
    Profile,
    RecentItem,
    Setup,
    WebhookDelivery,
    WebhookEndpoint,
)
from themis.services.api_keys import revoke_api_key


@admin.register(Profile)
class ProfileAdmin(admin.ModelAdmin):
    list_display = ("user", "theme", "language", "time_zone")
    list_filter = ("theme", "language")
    search_fields = ("user__email", "user__first_name", "user__last_name")
    list_select_related = ("user",)
    autocomplete_fields = ("user",)
    # Pictures are checked, and old ones deleted, by the profile's own page.
    exclude = ("avatar", "file_type", "file_size")


@admin.register(APIKey)
class APIKeyAdmin(admin.ModelAdmin):
    list_display = ("name", "user", "prefix", "scopes", "expires_at", "last_used_at", "revoked_at")
    list_filter = ("revoked_at",)
    search_fields = ("name", "prefix", "user__email")
    list_select_related = ("user",)
    actions = ("revoke",)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: APIKey | None = None) -> bool:
        return False

    @admin.action(description=gettext_lazy("Revoke the selected keys"), permissions=["delete"])
    def revoke(self, request: HttpRequest, queryset: QuerySet[APIKey]) -> None:
        for key in queryset:
            revoke_api_key(key)
        self.message_user(request, _("The selected keys no longer open anything."))


@admin.register(Notification)
class NotificationAdmin(admin.ModelAdmin):
    list_display = ("text", "user", "kind", "level", "created_at", "read_at")
    list_filter = ("kind", "level", "created_at")
    search_fields = ("text", "user__email")
    list_select_related = ("user",)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Notification | None = None) -> bool:
        return False


@admin.register(Invitation)
class InvitationAdmin(admin.ModelAdmin):
    """To look at; inviting is done on the people page, which also makes the link."""

    list_display = ("email", "roles", "invited_by", "created_at", "expires_at", "accepted_at", "revoked_at")
    list_filter = ("created_at", "expires_at")
    search_fields = ("email",)
    list_select_related = ("invited_by",)
    exclude = ("nonce",)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Invitation | None = None) -> bool:
        return False


@admin.register(WebhookEndpoint)
class WebhookEndpointAdmin(admin.ModelAdmin):
    """To look at; the webhooks page makes the secret, checks the address and keeps the audit log."""

    list_display = ("name", "url", "events", "is_enabled", "failing_since", "disabled_reason")
    list_filter = ("is_enabled",)
    search_fields = ("name", "url")
    exclude = ("secret", "previous_secret")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: WebhookEndpoint | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: WebhookEndpoint | None = None) -> bool:
        return False


@admin.register(WebhookDelivery)
class WebhookDeliveryAdmin(admin.ModelAdmin):
    """To look at; sending again is done on the webhooks page."""

    list_display = (
        "kind",
        "endpoint",
        "state",
        "attempts",
        "response_status",
        "next_attempt_at",
        "created_at",
    )
    list_filter = ("state", "kind", "created_at")
    search_fields = ("endpoint__name", "error")
    list_select_related = ("endpoint",)
    show_full_result_count = False

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: WebhookDelivery | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: WebhookDelivery | None = None) -> bool:
        return False


@admin.register(IdempotentRequest)
class IdempotentRequestAdmin(RecordAdmin):
    """Without the answer that is given again: it may say what only its sender may see."""

    list_display = ("key", "user", "status", "created_at")
    list_filter = ("status", "created_at")
    list_select_related = ("user",)
    search_fields = ("key", "user__email")
    exclude = ("body",)


@admin.register(RecentItem)
class RecentItemAdmin(RecordAdmin):
    list_display = ("kind", "object_id", "user", "opened_at")
    list_filter = ("kind",)
    list_select_related = ("user",)
    search_fields = ("user__email",)


@admin.register(Setup)
class SetupAdmin(RecordAdmin):
    """How far the first setup came; its own pages go on with it."""

    list_display = ("__str__", "organization", "offered_at", "finished_at")
    list_filter = ("finished_at",)
    list_select_related = ("organization",)
    search_fields = ("organization__name",)


@admin.register(NotificationMail)
class NotificationMailAdmin(RecordAdmin):
    list_display = ("__str__", "user", "state", "attempts", "sent_at", "error", "created_at")
    list_filter = ("state", "created_at")
    list_select_related = ("user",)
    search_fields = ("user__email", "error")
    show_full_result_count = False
