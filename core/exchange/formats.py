"""The two kinds of file, with limits that hold before a row is looked at."""

import zipfile
from io import BytesIO
from typing import Any

from django.utils.translation import gettext as _
from import_export.formats import base_formats
from tablib import Dataset

from core.exceptions import SpelunkerError
from core.uploads import check_upload

MAX_BYTES = 2 * 1024 * 1024
MAX_UNPACKED_BYTES = 40 * 1024 * 1024
MAX_ROWS = 2000


class FileRefused(SpelunkerError):
    """The file is not read; the message says why and what to do."""


class LimitedCSV(base_formats.CSV):
    def create_dataset(self, in_stream: bytes, **kwargs: Any) -> Dataset:
        check_upload(in_stream, filename="rows.csv")
        try:
            text = in_stream.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            raise FileRefused(_("The file is not in UTF-8. Save it as “CSV UTF-8” and try again.")) from error
        return _limited(super().create_dataset(text, **kwargs))


class LimitedXLSX(base_formats.XLSX):
    def create_dataset(self, in_stream: bytes) -> Dataset:
        check_upload(in_stream, filename="rows.xlsx")
        with zipfile.ZipFile(BytesIO(in_stream)) as package:
            if sum(part.file_size for part in package.infolist()) > MAX_UNPACKED_BYTES:
                raise FileRefused(_("The workbook is too large when unpacked. Keep one sheet with the rows."))
        return _limited(super().create_dataset(in_stream))


def _limited(dataset: Dataset) -> Dataset:
    if len(dataset) > MAX_ROWS:
        raise FileRefused(
            _("The file has %(count)s rows; the limit is %(limit)s. Split it.")
            % {"count": len(dataset), "limit": MAX_ROWS}
        )
    return dataset
