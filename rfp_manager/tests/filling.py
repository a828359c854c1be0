"""Filling in one line, for tests: bytes in, bytes and report out."""

import io
import zipfile
from typing import Any

import openpyxl

from rfp_manager.tests.package_builder import part
from rfp_manager.workbooks.verification import verify_filled
from rfp_manager.workbooks.writing import CellAnswer, FillReport, fill_workbook


def fill(
    workbook: bytes, answers: dict[str, Any], *, sheet: str = "S", **options: Any
) -> tuple[bytes, FillReport]:
    """Fill the cells of one sheet; the result is verified a second time, from outside."""
    out = io.BytesIO()
    wanted = [CellAnswer(sheet, cell, value) for cell, value in answers.items()]
    report = fill_workbook(io.BytesIO(workbook), wanted, out, **options)
    assert verify_filled(io.BytesIO(workbook), out, report.written) == []
    return out.getvalue(), report


def sheet_after(workbook: bytes, answers: dict[str, Any], **options: Any) -> str:
    """The first sheet's XML after filling, from sheetData on."""
    filled, _ = fill(workbook, answers, **options)
    xml = part(filled, "xl/worksheets/sheet1.xml").decode()
    return xml[xml.index("sheetData") :]


def statuses(report: FillReport) -> dict[str, str]:
    return {outcome.cell: outcome.status.value for outcome in report.outcomes}


def read_back(workbook: bytes, sheet: str, cell: str) -> Any:
    return openpyxl.load_workbook(io.BytesIO(workbook))[sheet][cell].value


def contents(workbook: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(workbook)) as archive:
        return {info.filename: archive.read(info) for info in archive.infolist()}
