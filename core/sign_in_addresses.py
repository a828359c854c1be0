"""Which addresses open an account: its own one, and no other."""

from allauth.account.models import EmailAddress
from django.db import transaction

from core.models import User


def settle_address(user: User) -> None:
    """Let the account's e-mail address, and that one alone, sign in and get letters that open it.

    Whoever else has it noted as theirs loses it: no two accounts have one address.
    """
    with transaction.atomic():
        EmailAddress.objects.filter(user=user).exclude(email=user.email).delete()
        EmailAddress.objects.filter(email__iexact=user.email).exclude(user=user).delete()
        EmailAddress.objects.update_or_create(
            user=user, email=user.email, defaults={"verified": True, "primary": True}
        )
