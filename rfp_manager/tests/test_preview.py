"""The preview shows the sheet's own grid: colours, sizes, merges, panes, hidden rows and columns."""

import io
import json
from typing import Any

import openpyxl
import pytest
from django.utils.translation import override
from openpyxl.styles import Alignment, Border, Color, Font, PatternFill, Side

from rfp_manager.tests.two_tables import long_sheet, two_tables
from rfp_manager.tests.workbook_factory import Sheet, build
from rfp_manager.workbooks.detection import detect_layout
from rfp_manager.workbooks.preview import BLOCK_ROWS, PreviewPages, write_preview
from rfp_manager.workbooks.preview.colours import tinted
from rfp_manager.workbooks.preview.marks import sheet_marks, tables_of
from rfp_manager.workbooks.reading import open_book


def preview(source: io.BytesIO) -> PreviewPages:
    with open_book(source) as book:
        return PreviewPages(write_preview(book, source))


def frame(pages: PreviewPages, sheet: int = 0) -> dict[str, Any]:
    return json.loads(pages.frame(sheet))


def saved(book: openpyxl.Workbook) -> io.BytesIO:
    target = io.BytesIO()
    book.save(target)
    target.seek(0)
    return target


def look_of(pages: PreviewPages, row: int, column: int, sheet: int = 0) -> dict[str, Any]:
    cells = json.loads(pages.block(sheet, (row - 1) // BLOCK_ROWS))[str(row)]
    cell = next(cell for cell in cells if cell[0] == column)
    return frame(pages, sheet)["looks"][cell[2]]


def test_texts_stand_in_their_cells() -> None:
    pages = preview(two_tables())
    assert frame(pages, 1)["name"] == "Form"
    block = json.loads(pages.block(1, 0))
    assert block["2"][0][:2] == [1, "A-01"]
    assert block["10"][2][1] == "Vendor response"
    assert "8" not in block


def test_colours_come_from_the_cell_the_theme_and_the_index() -> None:
    book = openpyxl.Workbook()
    sheet: Any = book.active
    for row, colour in enumerate([Color(rgb="FFFFE699"), Color(theme=4, tint=0.5999), Color(indexed=10)], 1):
        sheet.cell(row, 1, "x").fill = PatternFill("solid", fgColor=colour)
        sheet.cell(row, 1).font = Font(bold=True, italic=True, size=14, color="FF0070C0")
    pages = preview(saved(book))
    grounds = [look_of(pages, row, 1)["ground"] for row in (1, 2, 3)]
    assert grounds[0] == "#ffe699"
    assert grounds[2] == "#ff0000"
    # openpyxl writes Office's older theme, whose first accent is 4F81BD
    assert grounds[1] == tinted("4F81BD", "0.5999") == "#b9cde5"
    assert look_of(pages, 1, 1) == {
        "ground": "#ffe699", "bold": True, "italic": True, "size": 14.0, "ink": "#0070c0",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("ink", "ground", "shown"),
    [("8A99A3", "FFFFFF", "#606b72"), ("000000", "203040", "#999999"), ("595959", "FFFFFF", "#595959")],
)
def test_letters_are_shown_so_that_they_can_be_read(ink: str, ground: str, shown: str) -> None:
    book = openpyxl.Workbook()
    cell: Any = book.active.cell(1, 1, "x")
    cell.font, cell.fill = Font(color=f"FF{ink}"), PatternFill("solid", fgColor=f"FF{ground}")
    assert look_of(preview(saved(book)), 1, 1).get("ink", "#000000") == shown


def test_alignment_wrap_and_borders() -> None:
    book = openpyxl.Workbook()
    sheet: Any = book.active
    cell = sheet["B2"]
    cell.value = "text"
    cell.alignment = Alignment(horizontal="center", vertical="top", wrap_text=True)
    cell.border = Border(left=Side("thin"), bottom=Side("medium"))
    assert look_of(preview(saved(book)), 2, 2) == {
        "across": "center",
        "down": "top",
        "wrap": True,
        "borders": 9,
    }


def test_sizes_merges_panes_and_what_is_hidden() -> None:
    book = openpyxl.Workbook()
    sheet: Any = book.active
    sheet["A1"] = "Title"
    sheet.merge_cells("A1:D2")
    for row in range(3, 12):
        sheet.cell(row, 2, "a long text that wraps over several lines of its cell").alignment = Alignment(
            wrap_text=True
        )
    sheet.row_dimensions[4].height = 60
    sheet.row_dimensions[6].hidden = True
    sheet.column_dimensions["B"].width = 20
    sheet.column_dimensions["C"].hidden = True
    sheet.freeze_panes = "B3"
    sheet.sheet_view.rightToLeft = True
    found = frame(preview(saved(book)))
    heights = [height for count, height in found["heights"] for _ in range(count)]
    assert (found["frozen_rows"], found["frozen_columns"], found["right_to_left"]) == (2, 1, True)
    assert found["merges"] == [[1, 1, 2, 4]]
    assert found["widths"][1] == 145
    assert (heights[0], heights[3], heights[4]) == (20, 80, 3 * 19 + 2)
    assert (found["hidden_rows"], found["hidden_columns"]) == ([[6, 6]], [[3, 3]])
    assert len(heights) == found["rows"]


def test_a_large_sheet_is_cut_into_blocks() -> None:
    pages = preview(long_sheet(5_000))
    found = frame(pages)
    assert found["rows"] == 5_000 + 100 + 2 + 3
    assert found["blocks"] == -(-found["rows"] // BLOCK_ROWS)
    rows = [int(row) for block in range(found["blocks"]) for row in json.loads(pages.block(0, block))]
    assert rows == list(range(1, 5_103))
    assert max(len(pages.block(0, block)) for block in range(found["blocks"])) < 60_000


def test_a_page_that_does_not_exist_is_a_key_error() -> None:
    pages = preview(two_tables())
    with pytest.raises(KeyError):
        pages.frame(7)
    with pytest.raises(KeyError):
        pages.block(0, 9)


def test_a_csv_has_widths_by_its_texts() -> None:
    source = io.BytesIO(
        b"Id;Question\n1;Is data encrypted at rest in every data centre?\n2;Are backups tested?\n"
    )
    with open_book(source) as book:
        pages = PreviewPages(write_preview(book, source))
    assert frame(pages)["widths"][1] > frame(pages)["widths"][0]
    assert json.loads(pages.block(0, 0))["3"] == [[1, "2", 0], [2, "Are backups tested?", 0]]


def test_a_stray_cell_far_away_does_not_make_the_preview_vast() -> None:
    rows = [["Question", "Answer"], ["Is it safe?", ""], [*[""] * 700, "stray"]]
    found = frame(preview(build(Sheet("Form", rows))))
    assert found["columns"] == 300
    assert found["cut"] == 401


@pytest.mark.parametrize("language", ["en", "de", "fr"])
def test_why_a_column_was_chosen_is_known_in_every_language(language: str) -> None:
    with override(language):
        layout = detect_layout(two_tables()).sheets[1]
    reasons = sheet_marks(layout)["reasons"]
    answered = {answer.column for table in tables_of(layout) for answer in table.answer_columns}
    asked = {table.question_column for table in tables_of(layout)}
    assert set(reasons) >= answered | asked
    assert all(column in sentence for column, said in reasons.items() for sentence in said)
