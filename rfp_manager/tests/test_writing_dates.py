"""A dropdown of dates takes the date that the reader offered, and writes the number that the workbook keeps it as."""

import io

import pytest

from rfp_manager.tests.filling import fill, sheet_after, statuses
from rfp_manager.tests.package_builder import HEAD, MAIN, package_parts, sheet_xml, zipped
from rfp_manager.workbooks.reading import open_book
from rfp_manager.workbooks.reading.allowed_values import AllowedValues
from rfp_manager.workbooks.writing.dates import serial_of

STYLES = (
    f'{HEAD}<styleSheet xmlns="{MAIN}"><numFmts count="2"><numFmt numFmtId="165" formatCode="dd/mm/yyyy"/>'
    '<numFmt numFmtId="166" formatCode="hh:mm"/></numFmts><fonts><font/></fonts><fills><fill/></fills>'
    '<cellXfs><xf numFmtId="0"/><xf numFmtId="165"/><xf numFmtId="166"/></cellXfs></styleSheet>'
)
RULE = (
    '<dataValidations count="1"><dataValidation type="list" sqref="C2:C9">'
    "<formula1>$H$1:$H$5</formula1></dataValidation></dataValidations>"
)


def form(*, from_1904: bool = False) -> bytes:
    days = (44620, 44712) if from_1904 else (46082, 46174)
    cells = [f' s="1"><v>{days[0]}</v>', f' s="1"><v>{days[1]}.5</v>', ' s="2"><v>0.354166666666667</v>']
    cells.append(' s="1" t="d"><v>2026-12-24</v>')
    rows = "".join(f'<row r="{at}"><c r="H{at}"{cell}</c></row>' for at, cell in enumerate(cells, 1))
    parts = package_parts({"S": sheet_xml(rows, after=RULE)}, styles=STYLES)
    if from_1904:
        book = parts["xl/workbook.xml"]
        parts["xl/workbook.xml"] = book.replace(b"<sheets>", b'<workbookPr date1904="1"/><sheets>')
    return zipped(parts)


def offered(workbook: bytes) -> tuple[str, ...]:
    with open_book(io.BytesIO(workbook)) as book:
        grid = book.grids[0]
        return AllowedValues(book, grid).of(grid.facts.rules[0], 2, 3) or ()


@pytest.mark.parametrize("from_1904", [False, True])
def test_each_date_that_is_offered_is_taken(from_1904: bool) -> None:
    workbook = form(from_1904=from_1904)
    options = offered(workbook)
    assert options[:2] == ("2026-03-01", "2026-06-01T12:00:00")
    answers = {f"C{row}": option for row, option in enumerate(options, 2)}
    _, report = fill(workbook, answers)
    assert set(statuses(report).values()) == {"filled"}
    after = sheet_after(workbook, answers)
    assert f'<c r="C2"><v>{44620 if from_1904 else 46082}</v></c>' in after
    assert f'<c r="C3"><v>{44712 if from_1904 else 46174}.5</v></c>' in after
    assert '<c r="C4"><v>0.354166666666667</v></c>' in after


def test_another_date_is_refused() -> None:
    _, report = fill(form(), {"C2": "2026-03-02", "C3": "2026-06-01", "C4": "2026-02-30", "C5": "12:99"})
    assert set(statuses(report).values()) == {"not in the list"}


@pytest.mark.parametrize(
    ("text", "serial"),
    [
        ("1900-01-01", 1),
        ("1900-02-28", 59),
        ("1900-03-01", 61),
        ("2026-03-01 06:00", 46082.25),
        ("18:00", 0.75),
        ("2026-03", None),
        ("2026-03-0112:00", None),
        ("12", None),
        ("", None),
        ("March", None),
    ],
)
def test_dates_have_the_numbers_that_excel_gives_them(text: str, serial: float | None) -> None:
    assert serial_of(text, from_1904=False) == serial
