"""Styles and formulas read all at once are those that a parser finds, or are not read that way at all."""

from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from rfp_manager.workbooks.reading.cell_table import NO_STYLE, CellTable
from rfp_manager.workbooks.reading.references import column_letters, column_number
from rfp_manager.workbooks.reading.sheet_xml import read_sheet_facts

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
CONTENTS = ("<v>1</v>", "<f>A1</f><v>2</v>", '<f t="shared" si="0"/><v>3</v>', "<is><t>a &gt; b</t></is>", "")

cells = st.tuples(st.integers(1, 800), st.integers(-1, 99_999), st.sampled_from(CONTENTS), st.booleans())
rows = st.dictionaries(
    st.integers(1, 1_048_576),
    st.lists(cells, max_size=6, unique_by=lambda cell: cell[0]).map(sorted),
    max_size=6,
)


def sheet(found: dict[int, list[tuple[int, int, str, bool]]], *, type_first: bool = False) -> bytes:
    written = []
    for number, row in sorted(found.items()):
        inside = []
        for column, style, content, typed in row:
            attributes = [f' s="{style}"' if style >= 0 else "", ' t="str"' if typed else ""]
            start = f'<c r="{column_letters(column)}{number}"' + "".join(
                reversed(attributes) if type_first else attributes
            )
            inside.append(f"{start}>{content}</c>" if content else f"{start}/>")
        look = ' s="7" customFormat="1"' if number % 2 else ""
        written.append(f'<row r="{number}" spans="1:9"{look}>{"".join(inside)}</row>')
    return f'<worksheet xmlns="{MAIN}"><sheetData>{"".join(written)}</sheetData></worksheet>'.encode()


def parsed(data: bytes) -> tuple[dict[tuple[int, int], int], set[tuple[int, int]]]:
    styles, formulas = {}, set()
    for cell in etree.fromstring(data).iter(f"{{{MAIN}}}c"):
        letters = cell.get("r").rstrip("0123456789")
        place = (int(cell.get("r")[len(letters) :]), column_number(letters))
        styles[place] = int(cell.get("s", "0"))
        if cell.find(f"{{{MAIN}}}f") is not None:
            formulas.add(place)
    return styles, formulas


def held(
    table: CellTable, places: set[tuple[int, int]]
) -> tuple[dict[tuple[int, int], int], set[tuple[int, int]]]:
    styles = {place: style for place in places if (style := table.style(*place)) is not None}
    formulas = {(row, column) for row in table.rows for column in table.formula_columns(row)}
    return styles, formulas


@given(rows)
def test_the_table_holds_what_a_parser_finds(found: dict[int, list[tuple[int, int, str, bool]]]):
    data = sheet(found)
    table = read_sheet_facts(data, part="sheet").table
    styles, formulas = parsed(data)
    if table is None:
        assert not styles
        return
    everywhere = {(row, column) for row in found for column in range(1, 802)}
    assert held(table, everywhere) == (styles, formulas)
    for column in {column for _, column in styles}:
        assert table.styles_of(column, list(found)) == [styles.get((row, column), NO_STYLE) for row in found]
        assert table.formula_rows(column) == {row for row, c in formulas if c == column}


@given(rows)
def test_a_style_behind_the_type_is_not_overlooked(found: dict[int, list[tuple[int, int, str, bool]]]):
    data = sheet(found, type_first=True)
    facts = read_sheet_facts(data, part="sheet")
    styles, formulas = parsed(data)
    assert {place: facts.style(*place) for place in styles} == styles
    assert {(row, column) for row in found for column in facts.formula_columns(row)} == formulas


def test_many_blocks_are_read_as_one():
    found = {n: [(1, n % 50, "<v>1</v>", False), (2, -1, CONTENTS[n % 4], True)] for n in range(1, 9_000)}
    data = sheet(found)
    table = read_sheet_facts(data, part="sheet").table
    assert table is not None
    assert held(table, {(row, column) for row in found for column in (1, 2)}) == parsed(data)
