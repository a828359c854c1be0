"""Small question workbooks, made as a customer would."""

from io import BytesIO

from django.core.files.uploadedfile import SimpleUploadedFile
from openpyxl import Workbook
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.worksheet.datavalidation import DataValidation

QUESTIONS = [
    ("Access", "A-1", "Does the service support single sign-on with SAML 2.0?"),
    ("Access", "A-2", "Is multi-factor authentication enforced for administrators?"),
    ("Access", "A-3", "How long are access logs kept?"),
    ("Data", "D-1", "Is customer data encrypted at rest?"),
    ("Data", "D-2", "In which countries is customer data stored?"),
    ("Data", "D-3", "Can the vendor read the customer's data?"),
    ("Continuity", "C-1", "What is the recovery time objective of the service?"),
    ("Continuity", "C-2", "How often are backups tested?"),
]


def question_workbook(questions: list[tuple[str, str, str]] | None = None) -> bytes:
    """An instructions sheet, and a sheet of questions with a dropdown and a comment column."""
    book = Workbook()
    notes = book.active
    notes.title = "Instructions"
    notes["A1"] = "Please answer every question on the next sheet and return this file by e-mail."
    sheet = book.create_sheet("Questions")
    sheet.append(["No.", "Topic", "Requirement", "Compliant", "Comment"])
    for cell in sheet[1]:
        cell.font = Font(bold=True, color="FFFFFF")
        cell.fill = PatternFill("solid", fgColor="1F3864")
    for topic, identifier, text in questions or QUESTIONS:
        sheet.append([identifier, topic, text])
        sheet.cell(sheet.max_row, 3).alignment = Alignment(wrap_text=True)
    choices = DataValidation(type="list", formula1='"Yes,No,Partially"', allow_blank=True)
    choices.add(f"D2:D{sheet.max_row}")
    sheet.add_data_validation(choices)
    sheet.freeze_panes = "A2"
    sheet.column_dimensions["C"].width = 60
    target = BytesIO()
    book.save(target)
    return target.getvalue()


def uploaded(content: bytes | None = None, name: str = "questions.xlsx") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, question_workbook() if content is None else content)
