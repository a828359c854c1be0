"""The files of a request, whichever way they came: with the form, or in parts before it."""

from uuid import UUID

from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _

from core.partial_uploads import WholeUpload, discard, take_whole
from core.uploads import UploadRefused
from themis.http import SignedInRequest

# Behind the field's name: the ids of files that came in parts.
SUFFIX = "-upload"


def uploaded_files(request: SignedInRequest, name: str) -> list[UploadedFile]:
    """All files of the field `name`, each to be given to `done_with` once it is kept or refused for good.

    Raises UploadRefused for parts that are not all here.
    """
    try:
        ids = [UUID(text) for text in request.POST.getlist(name + SUFFIX)]
    except ValueError as error:
        raise UploadRefused(_("That is no upload. Choose the file again.")) from error
    for whole in take_whole(request.user, ids) if ids else []:
        # Among the others, so that it is closed with them at the end of the request.
        request.FILES.appendlist(name, whole)
    return request.FILES.getlist(name)


def done_with(upload: UploadedFile) -> None:
    """Nobody needs the parts any more that the file came in, if it did."""
    if isinstance(upload, WholeUpload):
        discard([upload.parts])


def not_kept_yet(upload: UploadedFile, reason: str) -> str:
    """The sentence for a file that the store could not take just now: one that came in parts is not sent again."""
    if not isinstance(upload, WholeUpload):
        return reason
    kept = _("What you sent is kept for a day: choose the file again, and it is there at once.")
    return f"{reason} {kept}"
