"""What a file is that is no .xlsx package, by its first bytes and in words."""

from core.words import gettext as _
from rfp_manager.workbooks.archive import WorkbookError
from rfp_manager.workbooks.part_xml import SAVE_AS_XLSX


def refuse_foreign_format(head: bytes) -> None:
    """Say what a file is when its first bytes show that it is no .xlsx package."""
    if not head:
        raise WorkbookError(_("The file is empty. Check it where it came from and upload it again."))
    if head.startswith(b"\xd0\xcf\x11\xe0"):
        raise WorkbookError(
            _(
                "The workbook is protected with a password, or is in the old .xls format. Open it in Excel, "
                "remove the password under File > Info > Protect Workbook if it has one, save it as .xlsx and "
                "upload that."
            )
        )
    if head.startswith(b"PK\x07\x08"):
        raise WorkbookError(
            _("The file is one piece of a divided zip archive, not a workbook.") + " " + _(SAVE_AS_XLSX)
        )
    if not head.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        raise WorkbookError(
            _("The file is not an Excel workbook, although it may be named like one.") + " " + _(SAVE_AS_XLSX)
        )
