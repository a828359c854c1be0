"""Uploads in parts, as static/js/upload_parts.js sends them: create, HEAD for the offset, PATCH a part, DELETE.

The same conversation as the tus protocol's core, without its header of versions. Only the person
who began an upload can see it.
"""

from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from core.models.partial_upload import PartialUpload
from core.partial_uploads import PART_BYTES, WrongOffset, append_part, begin_upload, discard
from core.permissions import can_create_rfp
from core.storage import StorageError
from core.uploads import UploadRefused
from themis.http import SignedInRequest


@require_POST
def upload_begin(request: SignedInRequest) -> HttpResponse:
    """Takes `name` and `size`; answers with the upload's address and the size of its parts."""
    if not can_create_rfp(request.user):
        raise PermissionDenied(_("You may not upload files."))
    size = request.POST.get("size", "")
    if not size.isdecimal() or len(size) > 15:
        return _refused(_("The size of the file is missing."))
    try:
        upload = begin_upload(request.user, filename=request.POST.get("name", ""), size=int(size))
    except UploadRefused as error:
        return _refused(str(error))
    url = reverse("themis:upload_part", args=[upload.pk])
    return JsonResponse({"id": str(upload.pk), "url": url, "partBytes": PART_BYTES}, status=201)


@require_http_methods(["HEAD", "PATCH", "DELETE"])
def upload_part(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """One resource with the methods that the protocol gives it."""
    upload = get_object_or_404(PartialUpload, pk=pk, owner=request.user)
    if request.method == "DELETE":
        discard([upload])
        return HttpResponse(status=204)
    if request.method == "HEAD":
        return _at(upload.received, upload.size)
    offset = request.headers.get("Upload-Offset", "")
    if not offset.isdecimal() or len(offset) > 15:
        return _refused(_("The header Upload-Offset is missing."), status=400)
    try:
        received = append_part(upload, request.body, offset=int(offset))
    except WrongOffset as error:
        return _at(error.received, upload.size, status=409)
    except UploadRefused as error:
        return _refused(str(error), status=413)
    except StorageError as error:
        return _refused(str(error), status=503)
    return _at(received, upload.size)


def _at(received: int, size: int, status: int = 204) -> HttpResponse:
    headers = {"Upload-Offset": str(received), "Upload-Length": str(size), "Cache-Control": "no-store"}
    return HttpResponse(status=status, headers=headers)


def _refused(reason: str, status: int = 422) -> HttpResponse:
    return JsonResponse({"detail": reason}, status=status)
