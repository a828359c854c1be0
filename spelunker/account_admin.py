"""allauth's tables in the admin, as ours are: searched, filtered, and without what opens an account.

`spelunker.urls` imports it, because allauth registers its own pages first.
"""

from allauth.account.admin import EmailAddressAdmin
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount, SocialApp, SocialToken
from allauth.usersessions.models import UserSession
from django.contrib import admin
from django.db import models
from django.http import HttpRequest

from core.admin.records import RecordAdmin

PERSON = ("user__email", "user__first_name", "user__last_name")

# Providers come from the settings alone, and tokens are not kept.
admin.site.unregister([SocialApp, SocialToken, SocialAccount, EmailAddress, Authenticator, UserSession])


@admin.register(EmailAddress)
class AddressAdmin(EmailAddressAdmin):
    list_select_related = ("user",)
    search_fields = ("email", *PERSON)
    raw_id_fields = ()
    autocomplete_fields = ("user",)

    def get_search_fields(self, request: HttpRequest) -> tuple[str, ...]:
        return self.search_fields


@admin.register(Authenticator)
class AuthenticatorAdmin(RecordAdmin):
    """What is in it, an app's secret or unused codes, opens an account. Who lost theirs has the row deleted."""

    list_display = ("user", "type", "created_at", "last_used_at")
    list_filter = ("type", "created_at", "last_used_at")
    list_select_related = ("user",)
    search_fields = PERSON
    exclude = ("data",)

    def has_delete_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        return admin.ModelAdmin.has_delete_permission(self, request, obj)


@admin.register(UserSession)
class UserSessionAdmin(RecordAdmin):
    """Without the key, with which anybody would be signed in."""

    list_display = ("user", "ip", "user_agent", "created_at", "last_seen_at")
    list_filter = ("created_at", "last_seen_at")
    list_select_related = ("user",)
    search_fields = (*PERSON, "ip")
    exclude = ("session_key", "data")


@admin.register(SocialAccount)
class SocialAccountAdmin(RecordAdmin):
    """Whom the identity provider knows; the people page disconnects them."""

    list_display = ("user", "provider", "uid", "date_joined", "last_login")
    list_filter = ("provider", "last_login")
    list_select_related = ("user",)
    search_fields = (*PERSON, "uid")
    exclude = ("extra_data",)
