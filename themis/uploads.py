"""The files of a request, whichever way they came: with the form, or in parts before it."""

from uuid import UUID

from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _

from core.partial_uploads import take_whole
from core.uploads import UploadRefused
from themis.http import SignedInRequest

# Behind the field's name: the ids of files that came in parts.
SUFFIX = "-upload"


def uploaded_files(request: SignedInRequest, name: str) -> list[UploadedFile]:
    """All files of the field `name`. Raises UploadRefused for parts that are not all here."""
    try:
        ids = [UUID(text) for text in request.POST.getlist(name + SUFFIX)]
    except ValueError as error:
        raise UploadRefused(_("That is no upload. Choose the file again.")) from error
    for whole in take_whole(request.user, ids) if ids else []:
        # Among the others, so that it is closed with them at the end of the request.
        request.FILES.appendlist(name, whole)
    return request.FILES.getlist(name)
