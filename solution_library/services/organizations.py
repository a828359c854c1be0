"""Companies as the library's pages change them."""

from core import organizations
from core.models import Organization
from core.organizations import OrganizationError
from core.storage import StorageError
from solution_library.exceptions import LibraryError, StoreUnavailable


def save_organization(organization: Organization) -> None:
    """`core.organizations.save_organization`. Raises LibraryError; nothing is changed then."""
    try:
        organizations.save_organization(organization)
    except StorageError as error:
        raise StoreUnavailable(str(error)) from error
    except OrganizationError as error:
        raise LibraryError(str(error)) from error
