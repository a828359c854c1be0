"""Where allauth asks us."""

import logging
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialApp, SocialLogin
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from core.audit import act_as, record_event
from core.encryption import decrypt, encrypt
from core.models import User
from themis.exceptions import SignInRefusedError
from themis.formatting import speaking_to
from themis.models import Profile
from themis.services.mails import mail_is_wanted
from themis.services.setup import offer_setup
from themis.services.single_sign_on import admit
from themis.single_sign_on.provider import configured_app, identity_of

logger = logging.getLogger(__name__)


class ClosedSignupAdapter(DefaultAccountAdapter):
    """Nobody signs up by themselves: what is in here is confidential, and people are invited."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def post_login(self, request: HttpRequest, user: User, **kwargs: Any) -> HttpResponse:
        """Where signing in leads; the first administrator of an empty installation is led to its setup, once."""
        response: HttpResponse = super().post_login(request, user, **kwargs)
        return redirect("themis:setup") if offer_setup(user) else response

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """In the language of whom it goes to; who asked for it need not be that person.

        Without a mail server nothing is written: the log is no place for a link that opens an account.
        """
        if not mail_is_wanted():
            logger.warning("a letter (%s) is not written: there is no mail server", template_prefix)
            return
        person = context.get("user")
        if not isinstance(person, User):
            super().send_mail(template_prefix, email, context)
            return
        with speaking_to(Profile.objects.of(person).preferences):
            super().send_mail(template_prefix, email, context)


class TwoFactorAdapter(DefaultMFAAdapter):
    """The secrets of authenticator apps and recovery codes lie encrypted: a copy of the database opens nothing."""

    _PURPOSE = "themis.two_factor"
    # What every Fernet token begins with. No secret and no code does: they are base32 capitals and hex digits.
    _TOKEN = "gAAAA"  # noqa: S105

    def encrypt(self, text: str) -> str:
        return encrypt(text, purpose=self._PURPOSE)

    def decrypt(self, encrypted_text: str) -> str:
        """What was kept before anything was encrypted is read as it is. Raises DecryptionError."""
        if not encrypted_text.startswith(self._TOKEN):
            return encrypted_text
        return decrypt(encrypted_text, purpose=self._PURPOSE)


class SingleSignOnAdapter(DefaultSocialAccountAdapter):
    """The one provider that the settings name, and who of its people gets in."""

    def list_apps(
        self, request: HttpRequest, provider: str | None = None, client_id: str | None = None
    ) -> list[SocialApp]:
        """Rows in the database make no provider: only the settings do."""
        app = configured_app()
        if app is None or provider not in (None, app.provider, app.provider_id):
            return []
        return [app] if client_id in (None, app.client_id) else []

    def is_open_for_signup(self, request: HttpRequest, sociallogin: SocialLogin) -> bool:
        """Accounts are made by `admit` or not at all."""
        return False

    def pre_social_login(self, request: HttpRequest, sociallogin: SocialLogin) -> None:
        """Find or make the account of whom the provider vouches for, or answer why there is none for them."""
        identity = identity_of(sociallogin)
        known = sociallogin.user if sociallogin.is_existing else None
        try:
            user = admit(identity, known=known)
        except SignInRefusedError as refusal:
            detail = {"email": identity.email, "reason": refusal.reason, "via": settings.OIDC_NAME}
            record_event("login.refused", actor=known, detail=detail)
            page = render(request, "themis/sso_refused.html", {"refusal": refusal}, status=403)
            raise ImmediateHttpResponse(page) from refusal
        sociallogin.user = user
        act_as(user, via=settings.OIDC_NAME)

    def on_authentication_error(
        self,
        request: HttpRequest,
        provider: Any,
        error: Any = None,
        exception: Any = None,
        extra_context: dict[str, Any] | None = None,
    ) -> None:
        """What went wrong is for the log: it may quote what the provider sent."""
        logger.warning("signing in by the identity provider failed: %s", error, exc_info=exception)
        # Without a state it was none of our sign-ins, and strangers must not be able to fill the audit log.
        if (extra_context or {}).get("state"):
            record_event("login.failed", detail={"via": settings.OIDC_NAME, "reason": str(error)[:50]})
