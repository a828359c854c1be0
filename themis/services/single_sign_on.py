"""Who gets in by single sign-on: who has an account, who is invited, and who is of a domain that is let in."""

from dataclasses import dataclass

from allauth.socialaccount.models import SocialAccount
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from core.audit import record_event
from core.models import User
from core.permissions import VIEWER
from themis.exceptions import InvitationError, SignInRefusedError
from themis.models import Invitation
from themis.services.invitations import accept_invitation
from themis.services.people import create_account


@dataclass(frozen=True)
class Identity:
    """A person as a provider vouches for them. `subject` is theirs for good, the address may change hands."""

    provider: str
    subject: str
    email: str
    email_verified: bool
    first_name: str = ""
    last_name: str = ""


def admit(identity: Identity, *, known: User | None) -> User:
    """The account of this person, made or connected where the rules allow it. Raises SignInRefusedError.

    `known` is the account that this very identity was connected with before.
    """
    if known is not None:
        return _active(known)
    if not identity.email_verified or not _is_address(identity.email):
        raise SignInRefusedError(
            "unverified",
            _(
                "%(name)s does not say that your e-mail address is verified. "
                "Have it verified there, then sign in again."
            )
            % {"name": settings.OIDC_NAME},
        )
    try:
        with transaction.atomic():
            user = _find_or_create(identity)
            SocialAccount.objects.create(user=user, provider=identity.provider, uid=identity.subject)
            record_event("login.connected", actor=user, target=user, detail={"via": settings.OIDC_NAME})
    except IntegrityError as error:  # the same person in two windows: the other one was faster
        raise SignInRefusedError("twice", _("You signed in twice at the same moment. Try again.")) from error
    return user


def _find_or_create(identity: Identity) -> User:
    user = User.objects.filter(email__iexact=identity.email).first()
    if user is None:
        return _create(identity)
    if SocialAccount.objects.filter(user=user, provider=identity.provider).exists():
        # The address was given to somebody new, or to the same person anew; only people can tell.
        raise SignInRefusedError(
            "other_identity",
            _(
                "The account with your address belongs to another identity at %(name)s. "
                "An administrator can disconnect that one under People."
            )
            % {"name": settings.OIDC_NAME},
        )
    return _active(user)


def _create(identity: Identity) -> User:
    names = {"first_name": identity.first_name, "last_name": identity.last_name}
    invitation = (
        Invitation.objects.open()
        .filter(email__iexact=identity.email, expires_at__gt=timezone.now())
        .select_related("invited_by")
        .first()
    )
    if invitation is not None:
        try:
            return accept_invitation(invitation, password=None, **names)
        except InvitationError as error:
            raise SignInRefusedError("invitation_over", str(error)) from error
    if identity.email.rpartition("@")[2].lower() in settings.OIDC_ALLOWED_DOMAINS:
        return create_account(identity.email, password=None, roles=[VIEWER], **names)
    raise SignInRefusedError(
        "unknown",
        _("There is no account for %(email)s. An administrator of your team can invite you.")
        % {"email": identity.email},
    )


def _active(user: User) -> User:
    if not user.is_active:
        raise SignInRefusedError(
            "deactivated", _("Your account is deactivated. Ask an administrator of your team.")
        )
    return user


def _is_address(email: str) -> bool:
    try:
        validate_email(email)
    except ValidationError:
        return False
    return len(email) <= 254
