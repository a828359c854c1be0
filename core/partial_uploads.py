"""Large files in parts, so that a lost connection costs one part: begin, append at an offset, take the whole, discard.

Each part is an object of its own under `uploads/{id}/`: no store can append, and parts of any size
need no S3 multipart upload, so files and S3 behave alike. What is taken is checked like any other
upload by whoever takes it; here only sizes are. What nobody goes on with is purged.
"""

import datetime as dt
from collections.abc import Iterable
from uuid import UUID

from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import TemporaryUploadedFile
from django.db import transaction
from django.db.models import Sum
from django.utils import timezone
from django.utils.translation import gettext as _

from core.models import User
from core.models.partial_upload import PartialUpload
from core.storage import delete_objects, open_stored, write_file
from core.upload_limits import MOST_LARGEST, naming_full_disks
from core.uploads import UploadRefused, check_size, clean_filename

PART_BYTES = 4 * 1024 * 1024
KEPT = dt.timedelta(hours=24)
# Of one person at a time; together they may have the bytes of one form.
MOST_UNFINISHED = 50
_BLOCK = 1024 * 1024


class WholeUpload(TemporaryUploadedFile):
    """A file whose parts are all here; they stay until they are discarded, so that it can be taken again."""

    def __init__(self, parts: PartialUpload) -> None:
        super().__init__(parts.filename, "application/octet-stream", parts.size, None)
        self.parts = parts


class WrongOffset(UploadRefused):
    """The part does not begin where the stored ones end; `received` says where that is."""

    def __init__(self, received: int) -> None:
        super().__init__(
            _("%(received)s bytes of the file are here. Go on from there.") % {"received": received}
        )
        self.received = received


def begin_upload(owner: User, *, filename: str, size: int) -> PartialUpload:
    """Announce a file. Raises UploadRefused when it is too large, or there are too many unfinished ones."""
    check_size(size)
    with transaction.atomic():
        # One after the other, or two at once would both find room.
        User.objects.select_for_update().get(pk=owner.pk)
        unfinished = PartialUpload.objects.filter(owner=owner)
        announced = unfinished.aggregate(total=Sum("size"))["total"] or 0
        if (
            unfinished.count() >= MOST_UNFINISHED
            or announced + size > MOST_LARGEST * settings.UPLOAD_MAX_BYTES
        ):
            raise UploadRefused(
                _("Too many uploads of yours are unfinished. Finish or cancel one of them first.")
            )
        return PartialUpload.objects.create(owner=owner, filename=clean_filename(filename), size=size)


def append_part(upload: PartialUpload, content: bytes, *, offset: int) -> int:
    """Store the part that begins at `offset`; returns how many bytes are here now.

    Raises WrongOffset (a part that was sent twice, or two at once), UploadRefused for a part that
    is empty, too large or goes beyond the announced size, or that comes after the upload was cancelled, StorageError
    when the store is down.
    """
    if offset != upload.received:
        raise WrongOffset(upload.received)
    if not content or len(content) > PART_BYTES or offset + len(content) > upload.size:
        raise UploadRefused(
            _("A part has 1 to %(limit)s bytes, and all of them no more than was announced.")
            % {"limit": PART_BYTES}
        )
    key = write_file(f"uploads/{upload.pk}/part_{len(upload.part_keys):05}", ContentFile(content))
    taken = PartialUpload.objects.filter(pk=upload.pk, received=offset).update(
        received=offset + len(content), part_keys=[*upload.part_keys, key], touched_at=timezone.now()
    )
    if not taken:
        delete_objects([key])
        now = PartialUpload.objects.filter(pk=upload.pk).first()
        if now is None:
            raise UploadRefused(_("This upload was cancelled meanwhile. Choose the file again."))
        raise WrongOffset(now.received)
    return offset + len(content)


def take_whole(owner: User, ids: Iterable[UUID]) -> list[WholeUpload]:
    """The files, put together, as if they had come in one piece. Whoever is done with one discards its parts.

    Raises UploadRefused when one is not the owner's, not there or not whole; then none is taken.
    """
    wanted = list(dict.fromkeys(ids))
    found = PartialUpload.objects.filter(owner=owner).in_bulk(wanted)
    if len(found) < len(wanted) or not all(upload.is_whole for upload in found.values()):
        raise UploadRefused(_("An upload is not complete any more. Choose the file again."))
    return [_put_together(found[number]) for number in wanted]


def _put_together(upload: PartialUpload) -> WholeUpload:
    """In a temporary file, as Django keeps large uploads. Raises StorageError, DiskFull."""
    with naming_full_disks():
        whole = WholeUpload(upload)
        for key in upload.part_keys:
            with open_stored(key) as part:
                while block := part.read(_BLOCK):
                    whole.write(block)
        whole.seek(0)
    return whole


def discard(uploads: Iterable[PartialUpload]) -> None:
    """Delete rows first, then, after the commit, the parts."""
    rows = list(uploads)
    keys = [key for row in rows for key in row.part_keys]
    PartialUpload.objects.filter(pk__in=[row.pk for row in rows]).delete()
    transaction.on_commit(lambda: delete_objects(keys))


def purge_unfinished() -> int:
    """Delete what nobody has gone on with for a day; returns how many uploads that were."""
    old = list(PartialUpload.objects.filter(touched_at__lt=timezone.now() - KEPT)[:1000])
    discard(old)
    return len(old)
