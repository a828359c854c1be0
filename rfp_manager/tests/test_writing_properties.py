"""Whatever the workbook looks like, filling changes the filled cells and nothing else; judged by lxml alone."""

import re
from dataclasses import dataclass
from typing import Any
from xml.sax.saxutils import escape, quoteattr

from hypothesis import example, given, settings
from hypothesis import strategies as st
from lxml import etree

from rfp_manager.tests.filling import contents, fill
from rfp_manager.tests.package_builder import HEAD, MAIN, OFFICE, package_parts, zipped
from rfp_manager.workbooks.package import WorkbookError
from rfp_manager.workbooks.writing.addresses import cell_name, parse_cell
from rfp_manager.workbooks.writing.report import Status

LAST_ROW, LAST_COLUMN = 1_048_576, 16_384
STYLES = (
    f'{HEAD}<styleSheet xmlns="{MAIN}"><cellXfs count="3"><xf/><xf applyAlignment="1"/>'
    '<xf><protection locked="0"/></xf></cellXfs></styleSheet>'
)
STRINGS = f'{HEAD}<sst xmlns="{MAIN}"><si><t>Yes</t></si><si><r><t>No</t></r></si></sst>'

texts = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=40)
values = st.one_of(texts, st.integers(-(10**9), 10**9), st.floats(-1e6, 1e6, width=32), st.booleans())
row_numbers = st.one_of(st.integers(1, 12), st.sampled_from([511, 1_000, LAST_ROW]))
column_numbers = st.one_of(st.integers(1, 6), st.sampled_from([26, 27, 702, 703, LAST_COLUMN]))
addresses = st.builds(cell_name, row_numbers, column_numbers)


@dataclass(frozen=True)
class Spelling:
    """How a program writes its sheets: the namespace's prefix, whether addresses and spans are stated."""

    prefix: str
    addressed: bool
    spans: bool
    comments: bool


spellings = st.builds(
    Spelling, st.sampled_from(["", "x:", "main-1:"]), st.booleans(), st.booleans(), st.booleans()
)


@st.composite
def cell_contents(draw: st.DrawFn) -> tuple[str, str]:
    """The attributes and the inside of a cell, as `{p}` spells the prefix."""
    kind = draw(st.sampled_from(["blank", "number", "shared", "inline", "formula", "array", "text"]))
    text = escape(draw(st.text("abc &<>é漢", max_size=8)))
    attributes, inside = {
        "blank": ("", ""),
        "number": ("", "<{p}v>4.5</{p}v>"),
        "shared": (' t="s"', f"<{{p}}v>{draw(st.integers(0, 1))}</{{p}}v>"),
        "inline": (' t="inlineStr"', f"<{{p}}is><{{p}}t>{text}</{{p}}t></{{p}}is>"),
        "formula": (' t="str"', f"<{{p}}f>A1&amp;B1</{{p}}f><{{p}}v>{text}</{{p}}v>"),
        "array": ("", '<{p}f t="array" ref="C3:D4">ROW()</{p}f><{p}v>1</{p}v>'),
        "text": (' t="str" cm="1"', f"<{{p}}v>{text}</{{p}}v>"),
    }[kind]
    style = draw(st.sampled_from(["", ' s="1"', ' s="2"']))
    return style + attributes, inside


@st.composite
def sheets(draw: st.DrawFn) -> str:
    """A worksheet in some spelling, with rows, cells, merges, dropdowns and protection or without."""
    spelling: Spelling = draw(spellings)
    p = spelling.prefix
    rows: dict[int, dict[int, tuple[str, str]]] = draw(
        st.dictionaries(
            st.integers(1, 10), st.dictionaries(st.integers(1, 6), cell_contents(), max_size=5), max_size=6
        )
    )
    written = []
    for number, cells in sorted(rows.items()):
        hidden = draw(
            st.sampled_from(["", ' hidden="1"', ' ht="15" customHeight="1"', ' s="1" customFormat="1"'])
        )
        spans = ' spans="1:6"' if spelling.spans else ""
        stated = f' r="{number}"' if spelling.addressed else ""
        inside = "".join(
            f"<{p}c{f' r={quoteattr(cell_name(number, column))}' if spelling.addressed else ''}{attributes}"
            f"{f'>{content.format(p=p)}</{p}c>' if content else '/>'}"
            for column, (attributes, content) in sorted(cells.items())
        )
        comment = '<!-- <row r="1"> -->' if spelling.comments else ""
        written.append(f"{comment}<{p}row{stated}{spans}{hidden}>{inside}</{p}row>")
    data = f"<{p}sheetData>{''.join(written)}</{p}sheetData>" if written else f"<{p}sheetData/>"
    before = draw(st.sampled_from(["", f'<{p}dimension ref="A1:F10"/>']))
    columns = draw(
        st.sampled_from(["", f'<{p}cols><{p}col min="2" max="3" width="30" style="1"/></{p}cols>'])
    )
    protection = draw(st.sampled_from(["", "", f'<{p}sheetProtection sheet="1"/>']))
    merges = draw(
        st.sampled_from(["", f'<{p}mergeCells count="1"><{p}mergeCell ref="B2:C3"/></{p}mergeCells>'])
    )
    rules = draw(
        st.sampled_from(
            [
                "",
                f'<{p}dataValidations count="1"><{p}dataValidation type="list" sqref="D1:D9">'
                f'<{p}formula1>"Yes,No,3"</{p}formula1></{p}dataValidation></{p}dataValidations>',
            ]
        )
    )
    name = f"xmlns:{p[:-1]}" if p else "xmlns"
    return (
        f'{HEAD}<{p}worksheet {name}="{MAIN}" xmlns:r="{OFFICE}">{before}{columns}{data}{protection}{merges}{rules}'
        f'<{p}pageMargins left="0.7" right="0.7"/></{p}worksheet>'
    )


def workbook(sheet: str) -> bytes:
    office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    return zipped(
        package_parts(
            {"S": sheet, "Other": sheet},
            styles=STYLES,
            extra_relationships=f'<Relationship Id="rIdT" Type="{office}/sharedStrings" Target="sharedStrings.xml"/>',
            extra_parts={"xl/sharedStrings.xml": STRINGS, "xl/media/image1.png": b"\x89PNG\r\n\x1a\n"},
        )
    )


def dissected(xml: bytes) -> tuple[dict[tuple[int, int], bytes], dict[int, dict[str, str]], bytes]:
    """Cells and row attributes by place, and everything else of the sheet, as bytes."""
    root = etree.fromstring(xml)
    data = root.find(f"{{{MAIN}}}sheetData")
    cells, rows, row_number = {}, {}, 0
    for row in data.findall(f"{{{MAIN}}}row"):
        row_number = int(row.get("r") or row_number + 1)
        rows[row_number] = {key: value for key, value in row.attrib.items() if key != "spans"}
        column = 0
        for cell in row.findall(f"{{{MAIN}}}c"):
            place = parse_cell(cell.get("r")) if cell.get("r") else None
            column = place[1] if place else column + 1
            assert (row_number, column) not in cells, "a cell stands there twice"
            cell.tail = None
            cells[row_number, column] = etree.tostring(cell)
    assert list(cells) == sorted(cells), "rows and cells ascend"
    for element in list(data):
        if isinstance(element.tag, str):
            data.remove(element)
    for dimension in root.findall(f"{{{MAIN}}}dimension"):
        dimension.set("ref", "")
    return cells, rows, etree.tostring(root, method="c14n", with_comments=False)


def read(cell: bytes) -> Any:
    """A cell's value by the format's own rules."""
    element = etree.fromstring(cell)
    kind, value = element.get("t", "n"), element.findtext(f"{{{MAIN}}}v")
    assert element.find(f"{{{MAIN}}}f") is None
    if kind == "inlineStr":
        text = "".join(t.text or "" for t in element.iter(f"{{{MAIN}}}t"))
        return re.sub("_x([0-9A-Fa-f]{4})_", lambda match: chr(int(match[1], 16)), text)
    return bool(int(value)) if kind == "b" else float(value)


@settings(max_examples=100, deadline=None)
@given(sheets(), st.dictionaries(addresses, values, min_size=1, max_size=6))
def test_filling_changes_nothing_but_the_filled_cells(sheet: str, answers: dict[str, Any]):
    book = workbook(sheet)
    filled, report = fill(book, answers)
    before, after = contents(book), contents(filled)
    rewritten = {name for name in before if before[name] != after[name]}
    assert rewritten <= {"xl/worksheets/sheet1.xml", "xl/workbook.xml"}
    assert list(before) == list(after)
    old_cells, old_rows, old_rest = dissected(before["xl/worksheets/sheet1.xml"])
    new_cells, new_rows, new_rest = dissected(after["xl/worksheets/sheet1.xml"])
    written = {parse_cell(answer.cell): answer.value for answer in report.written}
    for place in old_cells.keys() | new_cells.keys():
        if place not in written:
            assert old_cells.get(place) == new_cells.get(place)
    for place, value in written.items():
        assert read(new_cells[place]) == value
        if place in old_cells:
            assert etree.fromstring(old_cells[place]).get("s") == etree.fromstring(new_cells[place]).get("s")
    assert {number: new_rows[number] for number in old_rows} == old_rows
    assert new_rest == old_rest


@settings(max_examples=40, deadline=None)
@given(sheets(), st.dictionaries(addresses, values, min_size=1, max_size=6))
def test_every_answer_has_one_outcome_and_what_was_refused_is_untouched(sheet: str, answers: dict[str, Any]):
    book = workbook(sheet)
    filled, report = fill(book, answers)
    assert [outcome.cell for outcome in report.outcomes] == list(answers)
    taken = {answer.cell for answer in report.written}
    assert {outcome.written_to for outcome in report.with_status(Status.FILLED)} == taken
    if not taken:
        assert contents(filled) == contents(book)


@settings(max_examples=40, deadline=None)
@given(sheets(), st.dictionaries(addresses, values, min_size=1, max_size=5))
def test_filling_twice_with_the_same_answers_is_filling_once(sheet: str, answers: dict[str, Any]):
    once, report = fill(workbook(sheet), answers)
    twice, again = fill(once, {answer.cell: answer.value for answer in report.written})
    assert contents(once) == contents(twice)
    assert again.filled == len(report.written)


@given(st.binary(max_size=400))
@example(b"\xef\xbb\xbf")
@example(b"\xff\xfe")
def test_bytes_that_are_no_workbook_end_in_a_sentence(data: bytes):
    refused_or_csv(data)


@settings(max_examples=100, deadline=None)
@given(st.data())
def test_a_damaged_workbook_ends_in_a_sentence_or_is_filled_all_the_same(data: st.DataObject):
    book = bytearray(workbook(f'<worksheet xmlns="{MAIN}"><sheetData/></worksheet>'))
    for _ in range(data.draw(st.integers(1, 4))):
        book[data.draw(st.integers(0, len(book) - 1))] = data.draw(st.integers(0, 255))
    refused_or_csv(bytes(book[: data.draw(st.integers(0, len(book)))]))


def refused_or_csv(data: bytes) -> None:
    try:
        fill(data, {"A1": "text"})
    except WorkbookError as error:
        assert str(error).endswith((".", "?")), "a sentence"
