"""Accounts as administrators change them. What is changed is recorded by `core.receivers`."""

from collections.abc import Sequence

from allauth.account.models import EmailAddress
from allauth.socialaccount.models import SocialAccount
from allauth.usersessions.models import UserSession
from django.contrib.auth.models import Group
from django.db import transaction
from django.utils.translation import gettext as _

from core.audit import record_event
from core.models import User
from core.permissions import ADMINISTRATOR
from core.word_search import all_words
from themis.exceptions import PeopleError
from themis.models import APIKey, Profile
from themis.services.api_keys import revoke_api_key


def search_people(user: User, query: str, limit: int) -> list[tuple[object, str]]:
    """Active people by name or address, for a picker: what somebody owns or does is given to them."""
    found = User.objects.people().filter(all_words(query, "first_name", "last_name", "email"), is_active=True)
    return [(person.pk, str(person)) for person in found.order_by("first_name", "last_name", "pk")[:limit]]


def create_account(
    email: str,
    *,
    password: str | None,
    first_name: str,
    last_name: str,
    roles: Sequence[str],
    language: str = "",
) -> User:
    """An account for somebody whose address is proven; without a password they sign in by another way."""
    user = User.objects.create_user(email, password, first_name=first_name, last_name=last_name)
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    user.groups.set(Group.objects.filter(name__in=roles))
    if language:
        Profile.objects.update_or_create(user=user, defaults={"language": language})
    return user


def set_roles(person: User, roles: Sequence[str], *, by: User) -> None:
    """Give exactly these roles. Raises PeopleError for what an administrator may not do."""
    _refuse_greater(person, by)
    if person == by and not by.is_superuser and ADMINISTRATOR not in roles:
        raise PeopleError(_("You cannot take your own administrator role. Another administrator can."))
    person.groups.set(Group.objects.filter(name__in=roles))


def deactivate_person(person: User, *, by: User) -> None:
    """No more signing in; sessions and API keys end now. What the person wrote and owns stays.

    Raises PeopleError for oneself, so that an administrator always remains.
    """
    _refuse_greater(person, by)
    if person == by:
        raise PeopleError(_("You cannot deactivate yourself. Another administrator can."))
    with transaction.atomic():
        person.is_active = False
        person.save(update_fields=["is_active"])
        for key in APIKey.objects.visible_to(person).filter(revoked_at=None):
            revoke_api_key(key)
    for session in UserSession.objects.filter(user=person):
        session.end()


def activate_person(person: User, *, by: User) -> None:
    """Signing in works again. Sessions and keys that ended stay ended."""
    _refuse_greater(person, by)
    person.is_active = True
    person.save(update_fields=["is_active"])


def disconnect_identity(person: User, *, by: User) -> None:
    """Forget who this person is at the identity provider; their next sign-in there connects them anew."""
    _refuse_greater(person, by)
    with transaction.atomic():
        if SocialAccount.objects.filter(user=person).delete()[0]:
            record_event("login.disconnected", target=person)


def _refuse_greater(person: User, by: User) -> None:
    if person.is_superuser and not by.is_superuser:
        raise PeopleError(
            _("%(name)s set up this installation; only a superuser changes that account.") % {"name": person}
        )
