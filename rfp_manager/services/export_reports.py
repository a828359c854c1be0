"""What an export says about itself: figures for its page, and the whole account as JSON."""

from typing import Any

from django.utils.text import capfirst
from django.utils.translation import gettext as _

from rfp_manager.models import RFPExport
from rfp_manager.services.question_cells import Left
from rfp_manager.workbooks.writing.report import Status

# A page shows so many rows of each list; the account has them all.
SHOWN = 200
_TOLD = (Status.TOO_LONG, Status.NOT_IN_LIST, Status.LOCKED, Status.CHANGED, *Left)


def report_context(export: RFPExport) -> dict[str, Any]:
    """The figures and the lists of the report's page; `left_off` says what only the account has."""
    report = export.report
    skipped, unfilled, parts = (report.get(name, []) for name in ("skipped", "unfilled", "parts"))
    counts = report.get("counts", {})
    return {
        "figures": [(capfirst(_(status.value)), counts.get(status.value, 0)) for status in _TOLD],
        "skipped": skipped[:SHOWN],
        "unfilled": unfilled[:SHOWN],
        "reworded": report.get("reworded", [])[:SHOWN],
        "parts": parts[:SHOWN],
        "untouched_count": sum(part["change"] == "untouched" for part in parts),
        "part_count": len(parts),
        "left_off": sum(max(len(rows) - SHOWN, 0) for rows in (skipped, unfilled, parts)),
    }


def export_account(export: RFPExport) -> dict[str, Any]:
    """The report with the proof, complete: every outcome, every part's digest before and after."""
    return {
        "file": export.filename,
        "version": export.version,
        "format": export.format,
        "made": export.created_at.isoformat(),
        "questions": export.question_count,
        "answered": export.answered_count,
        "report": export.report,
    }
