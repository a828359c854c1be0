from django.http import FileResponse, HttpResponseBase, HttpResponseRedirect

from core.audit import record_event
from core.storage import download_url, open_stored
from core.uploads import clean_filename


def stored_file_response(key: str, *, filename: str) -> HttpResponseBase:
    """Hand a stored file to the browser as a download: from the store itself where it signs URLs.

    Call it only after the permission check. The name may be a title that somebody or a web site wrote: it loses what
    could mislead. Raises StorageError.
    """
    filename = clean_filename(filename)
    record_event("file.downloaded", detail={"key": key, "filename": filename})
    url = download_url(key, filename=filename)
    if url:
        return HttpResponseRedirect(url)
    return FileResponse(open_stored(key), as_attachment=True, filename=filename)


# A browser's viewer puts the PDF into a page of its own making, with styles in it; in a sandbox Safari shows nothing.
_PDF_POLICY = "; ".join(
    (
        "default-src 'none'",
        "style-src 'unsafe-inline'",
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors 'none'",
    )
)
_PDF_MAGIC = b"%PDF-"


def stored_pdf_response(key: str, *, filename: str) -> HttpResponseBase:
    """Have the browser show a stored PDF, or save it where the file turns out to be none.

    Always through us, so that the headers are ours. Call it only after the permission check, and for no other kind
    of file: whatever else is shown speaks with our own address. The name is cleaned as that of a download. Raises
    StorageError.
    """
    filename = clean_filename(filename)
    record_event("file.downloaded", detail={"key": key, "filename": filename})
    file = open_stored(key)
    is_pdf = file.read(len(_PDF_MAGIC)) == _PDF_MAGIC
    file.seek(0)
    kind = "application/pdf" if is_pdf else "application/octet-stream"
    response = FileResponse(file, as_attachment=not is_pdf, filename=filename, content_type=kind)
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = _PDF_POLICY
    return response
