"""A person's picture, stored and taken away."""

from functools import partial

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils.translation import gettext as _

from core.models import User
from core.storage import STORAGE_ERRORS, StorageError, delete_objects
from themis.models import Profile


def change_avatar(user: User, *, picture: UploadedFile) -> None:
    """Show the person with this picture; the one before goes once that is committed.

    Raises StorageError; nothing is changed then.
    """
    try:
        _replace(user, picture)
    except STORAGE_ERRORS as error:
        raise StorageError(
            _(
                "The file store does not answer, so the picture could not be stored. Nothing was "
                "changed; try again in a moment."
            )
        ) from error


def remove_avatar(user: User) -> None:
    """Show the person's initials again; the picture goes once that is committed."""
    _replace(user, None)


def delete_avatar(instance: Profile, **kwargs: object) -> None:
    """The picture of a person whose row is deleted goes with it; a receiver, for Django deletes by cascade."""
    if instance.avatar:
        transaction.on_commit(partial(delete_objects, [instance.avatar.name or ""]))


def _replace(user: User, picture: UploadedFile | None) -> None:
    Profile.objects.of(user)
    with transaction.atomic():
        # Locked, so that of two pictures at once the loser's object goes too.
        profile = Profile.objects.select_for_update().get(user=user)
        old = profile.avatar.name
        profile.avatar = picture or ""
        profile.file_type, profile.file_size = "", None
        profile.save(update_fields=["avatar", "file_type", "file_size"])
        if old:
            transaction.on_commit(partial(delete_objects, [old]))
