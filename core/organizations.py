"""Companies as pages and programs save them, with their logos."""

from functools import partial

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from core.exceptions import SpelunkerError
from core.models import Organization
from core.storage import STORAGE_ERRORS, StorageError, delete_objects


class OrganizationError(SpelunkerError):
    """The company cannot be saved like this; the text is for the person who asked."""


def save_organization(organization: Organization) -> None:
    """Save a company; a logo that was replaced or removed goes once that is committed.

    Raises OrganizationError or StorageError; nothing is changed then.
    """
    old_logo = (
        Organization.objects.filter(pk=organization.pk).values_list("logo", flat=True).first()
        if organization.pk
        else ""
    )
    if not organization.logo:
        organization.file_type, organization.file_size = "", None
    try:
        with transaction.atomic():
            organization.save()
            if old_logo and old_logo != organization.logo.name:
                transaction.on_commit(partial(delete_objects, [old_logo]))
    except STORAGE_ERRORS as error:
        raise StorageError(
            _(
                "The file store does not answer, so the logo could not be stored. Nothing was "
                "changed; try again in a moment, or without the logo."
            )
        ) from error
    except IntegrityError as error:
        if organization.logo and organization.logo.name != old_logo:
            delete_objects([organization.logo.name or ""])
        raise OrganizationError(_("There is already an organization of this kind with this name.")) from error
