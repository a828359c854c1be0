"""Images of the object store on our pages, whose policy lets no other host show any."""

import hashlib

from django.http import FileResponse, Http404, HttpRequest, HttpResponseBase
from django.utils.cache import get_conditional_response
from django.utils.http import quote_etag

from core.storage import StorageError, open_stored

IMAGE_TYPES = {
    "png": "image/png",
    "jpg": "image/jpeg",
    "jpeg": "image/jpeg",
    "gif": "image/gif",
    "webp": "image/webp",
}


def stored_image(request: HttpRequest, key: str, *, file_type: str, max_age: int = 300) -> HttpResponseBase:
    """The image itself, handed through by us; what the browser has is not read again. Ask after the permission check.

    Raises Http404 where the store does not have it.
    """
    etag = quote_etag(hashlib.sha256(key.encode()).hexdigest()[:32])
    known = get_conditional_response(request, etag=etag)
    if known is not None:
        return known
    try:
        response = FileResponse(
            open_stored(key), content_type=IMAGE_TYPES.get(file_type, "application/octet-stream")
        )
    except StorageError as error:
        raise Http404(str(error)) from error
    response["ETag"] = etag
    response["Cache-Control"] = f"private, max-age={max_age}"
    response["X-Content-Type-Options"] = "nosniff"
    return response
