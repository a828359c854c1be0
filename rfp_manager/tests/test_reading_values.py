"""The values read from the XML all at once are those of calamine, which reads what could only be guessed at."""

import io
from typing import Any
from xml.sax.saxutils import escape

import pytest
from hypothesis import given
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook

from rfp_manager.tests.package_builder import HEAD, MAIN, OFFICE, one_sheet
from rfp_manager.workbooks.package import WorkbookPackage
from rfp_manager.workbooks.reading import open_book
from rfp_manager.workbooks.reading.cell_values import cell_values
from rfp_manager.workbooks.reading.references import column_letters
from rfp_manager.workbooks.reading.shared_strings import read_shared_strings
from rfp_manager.workbooks.reading.sheet_xml import read_sheet_facts
from rfp_manager.workbooks.reading.styles import read_styles

SHARED = (
    "<si><t>Is data encrypted?</t></si>",
    '<si><t xml:space="preserve">  two \n lines </t></si>',
    '<si><r><t>partly </t></r><r><rPr><b/></rPr><t xml:space="preserve"> bold</t></r></si>',
    '<si><t>東京</t><rPh sb="0" eb="2"><t>トウキョウ</t></rPh></si>',
    "<si><t>a &lt; b &amp;#10; &#10;c&#x41; _x000D_ _x005F_x000D_</t></si>",
    "<si><t>line\r\nline\rline</t></si>",
    "<si><t></t></si>",
)
STYLES = (
    f'{HEAD}<styleSheet xmlns="{MAIN}"><numFmts count="2"><numFmt numFmtId="164" formatCode="0.000"/>'
    '<numFmt numFmtId="165" formatCode="yyyy-mm-dd"/></numFmts><fonts><font/></fonts><fills><fill/></fills>'
    '<cellXfs><xf numFmtId="0"/><xf numFmtId="164"/><xf numFmtId="10"/><xf numFmtId="165"/><xf numFmtId="14"/>'
    "</cellXfs></styleSheet>"
)
DATED = 3

texts = st.text(
    st.characters(exclude_categories=["Cs", "Cc", "Cn"], exclude_characters="\ufffe\uffff"), max_size=8
).map(lambda text: escape(text.strip()))
contents = st.one_of(
    st.integers(0, len(SHARED) - 1).map(lambda at: (' t="s"', f"<v>{at}</v>")),
    st.integers(-(10**18), 10**18).map(lambda number: ("", f"<v>{number}</v>")),
    st.floats(allow_nan=False, allow_infinity=False).map(
        lambda number: (' t="n"', f"<f>A1</f><v>{number!r}</v>")
    ),
    st.sampled_from([(' t="b"', "<v>1</v>"), (' t="b"', "<v>0</v>"), (' t="e"', "<v>#N/A</v>"), ("", "")]),
    texts.map(lambda text: (' t="str"', f'<f>A1&amp;"!"</f><v>{text}</v>')),
    texts.map(lambda text: (' t="inlineStr"', f"<is><t>{text}</t></is>")),
)
sheets = st.dictionaries(
    st.tuples(st.integers(1, 40), st.integers(1, 30)), st.tuples(contents, st.integers(-1, 2)), max_size=25
)


def workbook(
    cells: dict[tuple[int, int], tuple[tuple[str, str], int]], shared: tuple[str, ...] = SHARED
) -> bytes:
    rows: dict[int, list[str]] = {}
    for (row, column), ((kind, content), style) in sorted(cells.items()):
        look = f' s="{style}"' if style >= 0 else ""
        rows.setdefault(row, []).append(f'<c r="{column_letters(column)}{row}"{look}{kind}>{content}</c>')
    return one_sheet(
        "".join(f'<row r="{row}">{"".join(found)}</row>' for row, found in rows.items()),
        styles=STYLES,
        extra_relationships=f'<Relationship Id="rIdT" Type="{OFFICE}/sharedStrings" Target="sharedStrings.xml"/>',
        extra_parts={"xl/sharedStrings.xml": f'{HEAD}<sst xmlns="{MAIN}">{"".join(shared)}</sst>'},
    )


def read_at_once(data: bytes) -> list[list[Any]] | None:
    with WorkbookPackage.open(io.BytesIO(data)) as package:
        table = read_sheet_facts(package.read("xl/worksheets/sheet1.xml"), part="sheet").table
        strings = read_shared_strings(package.read("xl/sharedStrings.xml"))
        if table is None or table.contents is None or strings is None:
            return None
        values = cell_values(table.contents, strings, read_styles(package))
        return None if values is None else values.tolist()


def read_by_calamine(data: bytes) -> list[list[Any]]:
    return (
        CalamineWorkbook.from_filelike(io.BytesIO(data))
        .get_sheet_by_index(0)
        .to_python(skip_empty_area=False)
    )


@given(sheets)
def test_the_values_are_those_that_calamine_reads(cells):
    data = workbook(cells)
    found = read_at_once(data)
    if found is None:
        assert not cells
    else:
        assert repr(found) == repr(read_by_calamine(data))


@pytest.mark.parametrize(
    ("kind", "content", "style"),
    [
        ("", "<v>45000</v>", DATED),
        ("", "<v>45000</v>", DATED + 1),
        (' t="d"', "<v>2026-01-31</v>", 0),
        (' t="inlineStr"', "<is><r><t>two </t></r><r><t>runs</t></r></is>", 0),
        ("", "<v></v>", 0),
        ("", "<v>ten</v>", 0),
    ],
)
def test_what_takes_more_to_tell_is_left_to_calamine(kind: str, content: str, style: int):
    data = workbook({(1, 1): ((' t="s"', "<v>0</v>"), 0), (2, 1): ((kind, content), style)})
    assert read_at_once(data) is None
    with open_book(io.BytesIO(data)) as book:
        grid = book.grids[0]
        assert [grid.row(row) for row in range(1, grid.height + 1)] == read_by_calamine(data)


@pytest.mark.parametrize("style", [0, DATED])
def test_a_nul_in_a_cell_is_left_out(style: int):
    shared = ("<si><t>Is it_x0000_ safe?_x0000_</t></si>",)
    cells = {
        (1, 1): ((' t="s"', "<v>0</v>"), 0),
        (1, 2): ((' t="str"', "<v>_x0000_</v>"), 0),
        (1, 3): ((' t="inlineStr"', "<is><t>Yes_x0000_</t></is>"), 0),
        (1, 4): (("", "<v>45000</v>"), style),  # a date leaves the sheet to calamine
    }
    with open_book(io.BytesIO(workbook(cells, shared))) as book:
        assert book.grids[0].row(1)[:3] == ["Is it safe?", "", "Yes"]


def test_plain_texts_and_texts_with_runs_are_read_alike():
    plain = ("<si><t>one</t></si>", "<si><t>two</t></si>", "<si><t></t></si>")
    cells = {(at + 1, 1): ((' t="s"', f"<v>{at}</v>"), 0) for at in range(3)}
    assert read_at_once(workbook(cells, plain)) == [["one"], ["two"], [""]]
    assert read_at_once(workbook(cells, (*plain, SHARED[2]))) == [["one"], ["two"], [""]]


def test_values_over_many_blocks_are_one_sheet():
    kinds = [(' t="s"', "<v>0</v>"), ("", "<v>7</v>"), ("", "<v>0.25</v>"), (' t="str"', "<v>word</v>")]
    cells = {
        (row, column): (kinds[(row + column) % 4], 1) for row in range(1, 4_000) for column in (1, 2, 28)
    }
    data = workbook(cells)
    assert read_at_once(data) == read_by_calamine(data)
