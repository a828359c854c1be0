"""The demonstration customer's question workbook, laid out as a careful buyer would."""

import io
from pathlib import Path
from typing import Any

from openpyxl import Workbook
from openpyxl.drawing.image import Image
from openpyxl.formatting.rule import FormulaRule
from openpyxl.styles import Alignment, Border, Font, PatternFill, Protection, Side
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.header_footer import HeaderFooterItem
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

NAVY, TEAL, PALE, INPUT, GREY = "1F3A4D", "2A7F86", "E3EEF0", "FFFBE6", "8A99A3"
HEADER_ROW = 7
THIN = Side(style="thin", color="C5CFD5")
BOX = Border(left=THIN, right=THIN, top=THIN, bottom=THIN)
WRAP = Alignment(wrap_text=True, vertical="top")

INSTRUCTIONS = (
    "Complete the sheets “Requirements” and “Security and privacy”. Every row needs an answer.",
    "Write only in the cells with a yellow background. Do not insert, delete or move rows or columns.",
    "On “Requirements”, choose a compliance level, then describe in “Response” how it is met.",
    "On “Security and privacy”, choose Yes, No or N/A, and explain the answer in “Comments”.",
    "A response of “Partially compliant” or “Not compliant” without an explanation will be scored 0.",
    "A cell may hold up to 2,000 characters. Name supporting documents under “Evidence reference”.",
    "Return the workbook in this format (.xlsx). PDF copies will not be evaluated.",
)
LEVELS = (
    ("Fully compliant", "The requirement is met today by the standard service, without development."),
    (
        "Partially compliant",
        "A part of the requirement is met, or it is met with a limitation that you describe.",
    ),
    ("Not compliant", "The requirement is not met."),
)
# title, header, widths: one entry for each question sheet, in the order of the workbook
SHEETS: dict[str, dict[str, Any]] = {
    "Requirements": {
        "title": "Part 1: Functional and service requirements",
        "header": ("ID", "Requirement", "Compliance", "Response", "Evidence reference"),
        "widths": (9, 58, 20, 66, 28),
        "choices": "ComplianceLevels",
    },
    "Security and privacy": {
        "title": "Part 2: Security and privacy questionnaire",
        "header": ("No.", "Question", "Yes / No / N/A", "Comments"),
        "widths": (9, 70, 16, 78),
        "choices": '"Yes,No,N/A"',
    },
}


def questionnaire_bytes(labels: dict[str, Any], customer: str, rfp: dict[str, Any], *, logo: Path) -> bytes:
    """The workbook with the labelled questions in their rows; a row that does not fit its label raises."""
    workbook = Workbook()
    workbook.properties.title = f"{rfp['reference']} Response form"
    workbook.properties.creator = workbook.properties.lastModifiedBy = customer
    workbook.remove(workbook.worksheets[0])
    _instructions(workbook.create_sheet("Instructions"), customer, rfp, logo)
    for name, layout in SHEETS.items():
        questions = [question for question in labels["questions"] if question["sheet"] == name]
        _question_sheet(workbook.create_sheet(name), layout, questions, customer, rfp)
    lists = workbook.create_sheet("Lists")
    lists.append(("Compliance level", "Meaning"))
    for level in LEVELS:
        lists.append(level)
    lists.sheet_state = "hidden"
    workbook.defined_names["ComplianceLevels"] = DefinedName("ComplianceLevels", attr_text="Lists!$A$2:$A$4")
    buffer = io.BytesIO()
    workbook.save(buffer)
    return buffer.getvalue()


def _fill(colour: str) -> PatternFill:
    return PatternFill("solid", start_color=colour, end_color=colour)


def _band(sheet: Worksheet, columns: int, lines: tuple[str, str, str]) -> None:
    """The coloured band on top: customer, title, reference."""
    for row, (text, size, height) in enumerate(zip(lines, (10, 18, 10), (20, 32, 20), strict=True), start=1):
        for column in range(1, columns + 1):
            sheet.cell(row, column).fill = _fill(NAVY)
        cell = sheet.cell(row, 1, text)
        cell.font = Font(name="Calibri", size=size, bold=size > 10, color="FFFFFF")
        cell.alignment = Alignment(vertical="center", indent=1)
        sheet.merge_cells(start_row=row, start_column=1, end_row=row, end_column=columns)
        sheet.row_dimensions[row].height = height


def _print_set_up(sheet: Worksheet, rfp: dict[str, Any]) -> None:
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.paperSize = sheet.PAPERSIZE_A4
    sheet.page_setup.fitToHeight = 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    footer = HeaderFooterItem()
    footer.left.text = f"{rfp['reference']} - commercial in confidence"
    footer.right.text = "Page &P of &N"
    sheet.HeaderFooter.oddFooter = footer
    sheet.sheet_view.showGridLines = False


def _instructions(sheet: Worksheet, customer: str, rfp: dict[str, Any], logo: Path) -> None:
    sheet.sheet_properties.tabColor = GREY
    _print_set_up(sheet, rfp)
    for column, width in zip("ABCD", (5, 34, 84, 26), strict=True):
        sheet.column_dimensions[column].width = width
    _band(sheet, 4, (customer, "Response form", f"Tender {rfp['reference']}: {rfp['title']}"))
    picture = Image(io.BytesIO(logo.read_bytes()))
    picture.width, picture.height = 150, 60
    sheet.add_image(picture, "D1")
    row = _subtitle(sheet, 5, "How to complete this form")
    for number, text in enumerate(INSTRUCTIONS, start=1):
        sheet.cell(row, 1, number).alignment = Alignment(horizontal="center", vertical="top")
        sheet.cell(row, 2, text).alignment = WRAP
        sheet.merge_cells(start_row=row, start_column=2, end_row=row, end_column=4)
        sheet.row_dimensions[row].height = 18
        row += 1
    row = _subtitle(sheet, row + 1, "Compliance levels used in Part 1")
    for level, meaning in LEVELS:
        sheet.cell(row, 2, level).font = Font(name="Calibri", size=11, bold=True)
        sheet.cell(row, 3, meaning).alignment = WRAP
        row += 1
    row = _subtitle(sheet, row + 1, "Supplier")
    for caption in ("Name of Supplier", "Name and position of signatory", "Date"):
        sheet.cell(row, 2, caption)
        sheet.cell(row, 3).fill = _fill(INPUT)
        sheet.cell(row, 3).border = BOX
        row += 1
    row = _subtitle(sheet, row + 1, "Progress (filled in automatically)")
    sheet.cell(row, 2, "Part 1, compliance levels chosen")
    sheet.cell(row, 3, '=COUNTIF(Requirements!C8:C60,"*compliant")').alignment = Alignment(horizontal="left")
    sheet.cell(row + 1, 2, "Part 2, questions answered")
    formula = "=COUNTA('Security and privacy'!C8:C60)"
    sheet.cell(row + 1, 3, formula).alignment = Alignment(horizontal="left")


def _subtitle(sheet: Worksheet, row: int, text: str) -> int:
    cell = sheet.cell(row, 1, text)
    cell.font = Font(name="Calibri", size=12, bold=True, color=TEAL)
    sheet.merge_cells(start_row=row, start_column=1, end_row=row, end_column=4)
    return row + 1


def _question_sheet(
    sheet: Worksheet,
    layout: dict[str, Any],
    questions: list[dict[str, Any]],
    customer: str,
    rfp: dict[str, Any],
) -> None:
    columns = len(layout["header"])
    sheet.sheet_properties.tabColor = TEAL
    _print_set_up(sheet, rfp)
    for index, width in enumerate(layout["widths"]):
        sheet.column_dimensions["ABCDE"[index]].width = width
    _band(sheet, columns, (customer, layout["title"], f"Tender {rfp['reference']}: {rfp['title']}"))
    note = sheet.cell(5, 1, "Please write in the yellow cells only. See the sheet “Instructions”.")
    note.font = Font(name="Calibri", size=11, italic=True, color=GREY)
    sheet.merge_cells(start_row=5, start_column=1, end_row=5, end_column=columns)
    for column, text in enumerate(layout["header"], start=1):
        cell = sheet.cell(HEADER_ROW, column, text)
        cell.font = Font(name="Calibri", size=11, bold=True, color="FFFFFF")
        cell.fill = _fill(TEAL)
        cell.border = BOX
        cell.alignment = Alignment(vertical="center", wrap_text=True)
    sheet.row_dimensions[HEADER_ROW].height = 26
    sheet.freeze_panes = f"C{HEADER_ROW + 1}"
    sheet.print_title_rows = f"{HEADER_ROW}:{HEADER_ROW}"
    validation = DataValidation("list", formula1=layout["choices"], allow_blank=True)
    validation.showErrorMessage = validation.showInputMessage = True
    validation.errorTitle, validation.error = (
        "Not in the list",
        "Please choose one of the values in the list.",
    )
    validation.promptTitle, validation.prompt = layout["header"][2], "Choose from the list."
    sheet.add_data_validation(validation)
    row, section = HEADER_ROW, None
    for question in questions:
        row += 1
        if question["section"] != section:
            section = question["section"]
            _section_row(sheet, row, section, columns)
            row += 1
        if row != question["row"]:
            raise ValueError(
                f"{question['identifier']} is labelled row {question['row']} but would be written to {row}."
            )
        _question_row(sheet, row, question, layout)
        validation.add(sheet.cell(row, 3).coordinate)
    last = row
    red = FormulaRule(
        formula=[f'OR(C{HEADER_ROW + 1}="Not compliant",C{HEADER_ROW + 1}="No")'], font=Font(color="B3261E")
    )
    sheet.conditional_formatting.add(f"C{HEADER_ROW + 1}:C{last}", red)
    sheet.print_area = f"A1:{'ABCDE'[columns - 1]}{last}"


def _section_row(sheet: Worksheet, row: int, section: str, columns: int) -> None:
    for column in range(1, columns + 1):
        sheet.cell(row, column).fill = _fill(PALE)
        sheet.cell(row, column).border = BOX
    cell = sheet.cell(row, 1, section)
    cell.font = Font(name="Calibri", size=12, bold=True, color=NAVY)
    cell.alignment = Alignment(vertical="center", indent=1)
    sheet.merge_cells(start_row=row, start_column=1, end_row=row, end_column=columns)
    sheet.row_dimensions[row].height = 24


def _question_row(sheet: Worksheet, row: int, question: dict[str, Any], layout: dict[str, Any]) -> None:
    sheet.cell(row, 1, question["identifier"]).font = Font(name="Calibri", size=11, bold=True, color=NAVY)
    sheet.cell(row, 2, question["text"])
    for column in range(1, len(layout["header"]) + 1):
        cell = sheet.cell(row, column)
        cell.alignment = WRAP
        cell.border = BOX
        if column > 2:
            cell.fill = _fill(INPUT)
            cell.protection = Protection(locked=False)
    lines = -(-len(question["text"]) // (layout["widths"][1] - 4))
    # Excel does not fit a row to wrapped text when a file is opened, so the height is set here.
    sheet.row_dimensions[row].height = 15.5 * max(lines, 3) + 4
