"""A workbook that was dropped among the information documents: what it holds, and where it belongs."""

import io
from pathlib import PurePosixPath

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core.uploads import UploadRefused
from rfp_manager.workbooks.detection import detect_layout
from rfp_manager.workbooks.inspection import check_workbook
from rfp_manager.workbooks.package import WorkbookError

WORKBOOKS = (".xlsx", ".xlsm", ".csv")


def refuse_misplaced_workbook(content: bytes, *, filename: str) -> None:
    """Raise UploadRefused, with the right place for it, for a workbook that holds questions.

    One that holds none, or that cannot be read, is left to the check of all information documents.
    """
    if PurePosixPath(filename).suffix.lower() not in WORKBOOKS:
        return
    try:
        check_workbook(content, filename=filename)
        count = detect_layout(io.BytesIO(content)).question_count
    except WorkbookError:
        return
    if count:
        raise UploadRefused(
            ngettext(
                "This workbook asks %(count)d question. Upload it under “%(place)s”, where it is answered.",
                "This workbook asks %(count)d questions. Upload it under “%(place)s”, where they are answered.",
                count,
            )
            % {"count": count, "place": _("Question workbooks")}
        )
