"""Companies as the library's pages change and delete them."""

from functools import partial

from django.db import transaction
from django.db.models import PROTECT, ProtectedError
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core import organizations
from core.models import Organization
from core.organizations import OrganizationError
from core.storage import StorageError, delete_objects
from solution_library.exceptions import LibraryError, StoreUnavailable
from solution_library.models import Solution


def save_organization(organization: Organization) -> None:
    """`core.organizations.save_organization`. Raises LibraryError; nothing is changed then."""
    try:
        organizations.save_organization(organization)
    except StorageError as error:
        raise StoreUnavailable(str(error)) from error
    except OrganizationError as error:
        raise LibraryError(str(error)) from error


def find_obstacles(organization: Organization) -> list[str]:
    """Why a company cannot be deleted, each in a sentence; empty where it can."""
    obstacles = []
    if organization.kind == Organization.Kind.OWN:
        obstacles.append(_("It is our own company, which exports and pages name. Edit it instead."))
    solutions = Solution.with_deleted.filter(vendor=organization)
    if count := solutions.filter(deleted_at=None).count():
        obstacles.append(
            ngettext(
                "It has %(count)d solution. Delete it, or give it another vendor, first.",
                "It has %(count)d solutions. Delete them, or give them another vendor, first.",
                count,
            )
            % {"count": count}
        )
    elif solutions.exists():
        obstacles.append(
            _("A solution of it was deleted within the last day and can still be brought back. Wait a day.")
        )
    for relation in Organization._meta.related_objects:
        if relation.on_delete is not PROTECT or relation.related_model is Solution:
            continue
        named = relation.related_model._base_manager.filter(**{relation.field.name: organization})
        if count := named.count():
            kind = relation.related_model._meta
            name = kind.verbose_name if count == 1 else kind.verbose_name_plural
            obstacles.append(
                _("It is still named by others: %(count)d %(kind)s.") % {"count": count, "kind": name}
            )
    return obstacles


def delete_organization(organization: Organization) -> None:
    """Delete a company for good, its logo once that is committed. Raises LibraryError with why it cannot be."""
    if obstacles := find_obstacles(organization):
        raise LibraryError(" ".join(obstacles))
    logo = organization.logo.name
    try:
        with transaction.atomic():
            Organization.objects.filter(pk=organization.pk).delete()
            if logo:
                transaction.on_commit(partial(delete_objects, [logo]))
    except ProtectedError as error:
        raise LibraryError(_("Something was just added to it. Look again.")) from error
