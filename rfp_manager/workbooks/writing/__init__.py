"""Writing answers into a customer's workbook, in place."""

from rfp_manager.workbooks.writing.fill import fill_workbook
from rfp_manager.workbooks.writing.report import CellAnswer, CellOutcome, FillReport, PartProof, Status

__all__ = ["CellAnswer", "CellOutcome", "FillReport", "PartProof", "Status", "fill_workbook"]
