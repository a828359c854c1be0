from django.http import FileResponse, HttpResponseBase, HttpResponseRedirect

from core.audit import record_event
from core.storage import download_url, open_stored


def stored_file_response(key: str, *, filename: str) -> HttpResponseBase:
    """Hand a stored file to the browser as a download: from the store itself where it signs URLs.

    Call it only after the permission check. Raises StorageError.
    """
    record_event("file.downloaded", detail={"key": key, "filename": filename})
    url = download_url(key, filename=filename)
    if url:
        return HttpResponseRedirect(url)
    return FileResponse(open_stored(key), as_attachment=True, filename=filename)
