"""How large a body with files may be: refused before a byte of it is read; and a disk that has no room for it.

Django limits the fields of a form but not its files, and the CSRF check reads all of them before any view can ask
who sent them.
"""

import errno
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO, Any

from django.conf import settings
from django.core.exceptions import RequestDataTooBig, SuspiciousOperation
from django.core.files.uploadhandler import FileUploadHandler, TemporaryFileUploadHandler
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


class DiskFull(SuspiciousOperation):
    """A file that comes in finds no room. Of this kind, because Django answers those where there is no view yet."""


@contextmanager
def naming_full_disks() -> Iterator[None]:
    """Raises DiskFull for an OSError that says so."""
    try:
        yield
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise DiskFull(
                _(
                    "The server has no room for this file. Nothing was stored. "
                    "Tell an administrator, then try again."
                )
            ) from error
        raise


class SpaceAwareUploadHandler(TemporaryFileUploadHandler):
    """Large files in temporary ones, as Django keeps them; what is written of one goes with the request."""

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        with naming_full_disks():
            super().new_file(*args, **kwargs)

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        try:
            with naming_full_disks():
                super().receive_data_chunk(raw_data, start)
        except (OSError, DiskFull):
            self.file.close()  # which deletes it: there is little room as it is
            raise

    def file_complete(self, file_size: int) -> Any:
        with naming_full_disks():
            return super().file_complete(file_size)
