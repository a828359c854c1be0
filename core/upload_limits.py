"""How large a body with files may be: refused before a byte of it is read.

Django limits the fields of a form but not its files, and the CSRF check reads all of them before any view can ask
who sent them.
"""

from typing import IO, Any

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.core.files.uploadhandler import FileUploadHandler
from django.utils.translation import gettext as _

from core.words import format_number

# So many files of the largest size in one form.
MOST_LARGEST = 5
# Who is not signed in has nothing to upload.
ANONYMOUS_BYTES = 1024 * 1024


class LimitedUploadHandler(FileUploadHandler):
    """Stands first and takes no file itself. What is longer than its Content-Length, Django does not read."""

    def handle_raw_input(
        self,
        input_data: IO[bytes],
        META: dict[str, Any],
        content_length: int,
        boundary: Any,
        encoding: str | None = None,
    ) -> None:
        user = getattr(self.request, "user", None)
        known = user is not None and user.is_authenticated
        most = MOST_LARGEST * settings.UPLOAD_MAX_BYTES if known else ANONYMOUS_BYTES
        if content_length > most:
            raise RequestDataTooBig(
                _("All files of one request may have %(limit)s MB together.")
                % {"limit": format_number(most / 1_048_576)}
            )

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes:
        return raw_data

    def file_complete(self, file_size: int) -> None:
        return None
