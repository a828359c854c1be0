"""Invitations: who is asked in, the signed link that lets them in once, and what becomes of it.

The link is [id, nonce], signed with SECRET_KEY: a copy of the database alone opens nothing. The row decides
whether it still counts, so revoking, sending again and accepting end it at once.
"""

import datetime as dt
import logging
import smtplib
from collections.abc import Sequence

from django.conf import settings
from django.core import signing
from django.core.mail import send_mail
from django.db import IntegrityError, transaction
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import gettext as _

from core.audit import record_event
from core.models import User
from themis.exceptions import InvitationError
from themis.formatting import speaking_to
from themis.models import Invitation
from themis.models.invitation import new_nonce
from themis.services.people import create_account

logger = logging.getLogger(__name__)

LIFETIME = dt.timedelta(days=7)
_SALT = "themis.invitation"
# Mail backends that bring a letter to nobody.
_NOWHERE = ("console", "dummy", "filebased")


def mail_is_configured() -> bool:
    return not any(f".{name}." in settings.EMAIL_BACKEND for name in _NOWHERE)


def invite(email: str, *, roles: Sequence[str], invited_by: User, language: str = "") -> Invitation:
    """A new invitation, not sent yet, in this language or the installation's.

    Raises InvitationError when the address has an open one already.
    """
    until = timezone.now() + LIFETIME
    try:
        with transaction.atomic():
            invitation = Invitation.objects.create(
                email=email.lower(),
                roles=sorted(roles),
                language=language,
                invited_by=invited_by,
                expires_at=until,
            )
    except IntegrityError as error:
        raise InvitationError(_("This person is invited already.")) from error
    record_event("invitation.created", target=invitation, detail={"roles": invitation.roles})
    return invitation


def invitation_token(invitation: Invitation) -> str:
    return signing.dumps([invitation.pk, invitation.nonce], salt=_SALT)


def find_invitation(token: str) -> Invitation | None:
    """The invitation that the link was made for, whatever became of it. None for a forged link."""
    try:
        pk, nonce = signing.loads(token, salt=_SALT)
    except (signing.BadSignature, ValueError, TypeError):
        return None
    found = Invitation.objects.filter(pk=pk).select_related("invited_by").first()
    if found is not None and found.nonce != nonce:
        found.expires_at = timezone.now()  # a newer link replaced this one
    return found


def send_invitation(invitation: Invitation, *, link: str) -> bool:
    """Mail the link in the invitation's language; returns whether the mail server took it.

    Without one, an administrator hands it over.
    """
    if not mail_is_configured():
        return False
    context = {"invitation": invitation, "link": link}
    with speaking_to(invitation.preferences):
        subject = " ".join(render_to_string("emails/invitation_subject.txt", context).split())
        text = render_to_string("emails/invitation.txt", context)
    try:
        send_mail(subject, text, None, [invitation.email])
    except (smtplib.SMTPException, OSError):
        logger.warning("The invitation could not be mailed.", exc_info=True)
        return False
    Invitation.objects.filter(pk=invitation.pk).update(mailed_at=timezone.now())
    record_event("invitation.mailed", target=invitation)
    return True


def renew_invitation(invitation: Invitation) -> Invitation:
    """A fresh link, good for as long as a new invitation's; the one before ends."""
    renewed = Invitation.objects.open().filter(pk=invitation.pk)
    if not renewed.update(nonce=new_nonce(), expires_at=timezone.now() + LIFETIME, mailed_at=None):
        raise InvitationError(_("This invitation was accepted or revoked meanwhile."))
    record_event("invitation.renewed", target=invitation)
    invitation.refresh_from_db()
    return invitation


def revoke_invitation(invitation: Invitation) -> None:
    """End it. One that was accepted stays as it is: the person is deactivated instead."""
    if Invitation.objects.open().filter(pk=invitation.pk).update(revoked_at=timezone.now()):
        record_event("invitation.revoked", target=invitation)


def accept_invitation(
    invitation: Invitation, *, first_name: str, last_name: str, password: str | None
) -> User:
    """Make the invited person's account. Of two who use the link at once, one gets it.

    Raises InvitationError when it is used, revoked, replaced, expired, or the address has an account.
    """
    with transaction.atomic():
        now = timezone.now()
        usable = Invitation.objects.open().filter(
            pk=invitation.pk, nonce=invitation.nonce, expires_at__gt=now
        )
        if not invitation.is_usable or not usable.update(accepted_at=now):
            raise InvitationError(_("This invitation can no longer be used. Ask for a new one."))
        if User.objects.filter(email__iexact=invitation.email).exists():
            raise InvitationError(_("There is an account with this address already. Sign in with it."))
        # Whoever has the link has read the mail, or had it from an administrator.
        user = create_account(
            invitation.email,
            password=password,
            first_name=first_name,
            last_name=last_name,
            roles=invitation.roles,
            language=invitation.language,
        )
        record_event("invitation.accepted", actor=user, target=invitation)
    return user
