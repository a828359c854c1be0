"""The package around the sheets: copied byte for byte, in order, whatever kind of zip it came in."""

import io
import struct
import zipfile

import openpyxl
import pytest

from rfp_manager.tests.filling import contents, fill, read_back
from rfp_manager.tests.package_builder import (
    MAIN,
    OFFICE,
    PACKAGE,
    one_sheet,
    package_parts,
    part,
    sheet_xml,
    zipped,
)
from rfp_manager.workbooks.archive import Archive

ROWS = '<row r="1"><c r="A1"><v>1</v></c></row>'


def raw_entries(workbook: bytes) -> dict[str, tuple[bytes, tuple[int, ...], int, int, int]]:
    """Per entry: its compressed bytes, date, flags, method and attributes."""
    archive = Archive(io.BytesIO(workbook))
    found = {}
    for entry in archive.entries:
        info = entry.info
        name_size, extra_size = struct.unpack_from("<2H", workbook, info.header_offset + 26)
        at = info.header_offset + 30 + name_size + extra_size
        packed = workbook[at : at + info.compress_size]
        found[entry.name] = (packed, info.date_time, info.flag_bits, info.compress_type, info.external_attr)
    return found


def test_untouched_entries_keep_their_compressed_bytes_dates_and_flags():
    book = io.BytesIO()
    with zipfile.ZipFile(book, "w") as archive:
        for number, (name, content) in enumerate(package_parts({"S": sheet_xml(ROWS)}).items()):
            info = zipfile.ZipInfo(name, (1999, 1, 1 + number, 2, 3, 4))
            info.compress_type = zipfile.ZIP_STORED if number % 2 else zipfile.ZIP_DEFLATED
            info.external_attr = 0o640 << 16
            info.comment = b"kept"
            archive.writestr(info, content, compresslevel=9)
        archive.writestr("xl/media/", b"")
        archive.comment = b"the customer's own"
    filled, report = fill(book.getvalue(), {"A1": "x"})
    before, after = raw_entries(book.getvalue()), raw_entries(filled)
    assert list(before) == list(after)
    assert [name for name in before if before[name] != after[name]] == ["xl/worksheets/sheet1.xml"]
    with zipfile.ZipFile(io.BytesIO(filled)) as archive:
        assert archive.testzip() is None
        assert archive.comment == b"the customer's own"
        assert {info.comment for info in archive.infolist()[:-1]} == {b"kept"}
        assert archive.getinfo("xl/worksheets/sheet1.xml").date_time == (1999, 1, 5, 2, 3, 4)
    assert report.rewritten == ["xl/worksheets/sheet1.xml"]


class Unseekable(io.RawIOBase):
    """A stream that can only be written on, which makes zipfile use data descriptors."""

    def __init__(self) -> None:
        self.data = bytearray()

    def writable(self) -> bool:
        return True

    def write(self, data) -> int:
        self.data += data
        return len(data)


def test_data_descriptors_are_carried_along():
    stream = Unseekable()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in package_parts({"S": sheet_xml(ROWS)}).items():
            archive.writestr(name, content)
    book = bytes(stream.data)
    assert all(flags & 8 for _, _, flags, _, _ in raw_entries(book).values())
    filled, _ = fill(book, {"A1": "x"})
    assert filled.count(b"PK\x07\x08") == book.count(b"PK\x07\x08") - 1
    assert read_back(filled, "S", "A1") == "x"


def test_zip64_records_are_understood_and_kept():
    book = io.BytesIO()
    with zipfile.ZipFile(book, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in package_parts({"S": sheet_xml(ROWS)}).items():
            with archive.open(name, "w", force_zip64=True) as entry:
                entry.write(content)
    filled, _ = fill(_with_zip64_directory(book.getvalue()), {"A1": "x"})
    with zipfile.ZipFile(io.BytesIO(filled)) as archive:
        assert archive.testzip() is None
    assert read_back(filled, "S", "A1") == "x"


def _with_zip64_directory(data: bytes) -> bytes:
    """The same archive with every offset and the end record in their 64-bit forms."""
    archive = Archive(io.BytesIO(data))
    directory = b""
    for entry in archive.entries:
        name_size, _, _ = struct.unpack_from("<3H", entry.record, 28)
        extra = struct.pack("<2HQ", 1, 8, entry.info.header_offset)
        head = bytearray(entry.record[:46])
        struct.pack_into("<H", head, 30, len(extra))
        struct.pack_into("<L", head, 42, 0xFFFFFFFF)
        directory += bytes(head) + entry.record[46 : 46 + name_size] + extra
    at = data.index(b"PK\x01\x02")
    count = len(archive.entries)
    end64 = struct.pack("<4sQ2H2L4Q", b"PK\x06\x06", 44, 45, 45, 0, 0, count, count, len(directory), at)
    locator = struct.pack("<4sLQL", b"PK\x06\x07", 0, at + len(directory), 1)
    end = struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, 0xFFFF, 0xFFFF, 0xFFFFFFFF, 0xFFFFFFFF, 0)
    return data[:at] + directory + end64 + locator + end


def test_sheets_are_found_through_relationships_not_by_number():
    parts = package_parts({"First": sheet_xml(ROWS), "Second": sheet_xml(ROWS)})
    rels = parts["xl/_rels/workbook.xml.rels"].decode()
    rels = rels.replace('Target="worksheets/sheet1.xml"', 'Target="TEMP"')
    rels = rels.replace('Target="worksheets/sheet2.xml"', 'Target="/xl/worksheets/sheet1.xml"')
    parts["xl/_rels/workbook.xml.rels"] = rels.replace(
        "TEMP", "./worksheets/../Worksheets/SHEET2.xml"
    ).encode()
    filled, report = fill(zipped(parts), {"B1": "mine"}, sheet="First")
    assert report.rewritten == ["xl/worksheets/sheet2.xml"]
    assert b"mine" in part(filled, "xl/worksheets/sheet2.xml")


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("", '<calcPr fullCalcOnLoad="1"/>'),
        ('<calcPr calcId="191029"/>', '<calcPr fullCalcOnLoad="1" calcId="191029"/>'),
        ('<calcPr calcId="1" fullCalcOnLoad="0"/>', '<calcPr calcId="1" fullCalcOnLoad="1"/>'),
        ('<calcPr calcId="1" fullCalcOnLoad="1"/>', '<calcPr calcId="1" fullCalcOnLoad="1"/>'),
        (
            '<definedNames><definedName name="a">S!$A$1</definedName></definedNames><oleSize ref="A1"/>',
            '</definedNames><calcPr fullCalcOnLoad="1"/><oleSize ref="A1"/>',
        ),
    ],
)
def test_a_workbook_with_formulas_is_told_to_recalculate(before, after):
    book = one_sheet('<row r="1"><c r="A1"><f>B1</f><v>0</v></c></row>', workbook_after_sheets=before)
    filled, report = fill(book, {"B1": 4})
    assert after in part(filled, "xl/workbook.xml").decode()
    assert any("calculates" in warning for warning in report.warnings)


def test_formulas_of_another_sheet_count_too():
    sheets = {"S": sheet_xml(ROWS), "Scores": sheet_xml('<row r="1"><c r="A1"><f>S!A1</f></c></row>')}
    filled, report = fill(zipped(package_parts(sheets)), {"A1": 4})
    assert report.rewritten == ["xl/workbook.xml", "xl/worksheets/sheet1.xml"]
    assert b'fullCalcOnLoad="1"' in part(filled, "xl/workbook.xml")


def test_a_workbook_without_formulas_keeps_its_workbook_part():
    _, report = fill(one_sheet(ROWS), {"A1": 4})
    assert report.rewritten == ["xl/worksheets/sheet1.xml"]
    assert report.warnings == []


def test_prefixed_workbook_part_is_told_to_recalculate():
    parts = package_parts({"S": sheet_xml('<row r="1"><c r="A1"><f>B1</f></c></row>')})
    parts["xl/workbook.xml"] = (
        f'<w:workbook xmlns:w="{MAIN}" xmlns:r="{OFFICE}"><w:sheets><w:sheet name="S" sheetId="1" r:id="rId1"/>'
        "</w:sheets></w:workbook>"
    ).encode()
    filled, _ = fill(zipped(parts), {"B1": 1})
    assert b'</w:sheets><w:calcPr fullCalcOnLoad="1"/></w:workbook>' in part(filled, "xl/workbook.xml")


def test_signed_workbook_is_filled_with_a_warning():
    book = one_sheet(ROWS, extra_parts={"_xmlsignatures/sig1.xml": "<Signature/>"})
    filled, report = fill(book, {"A1": 4})
    assert contents(filled)["_xmlsignatures/sig1.xml"] == b"<Signature/>"
    assert any("signature" in warning for warning in report.warnings)


def test_macros_drawings_comments_and_unknown_parts_are_untouched():
    extra = {
        "xl/vbaProject.bin": b"\xd0\xcf macros \x00\xff",
        "xl/drawings/drawing1.xml": "<not read at all",
        "xl/comments1.xml": "<comments/>",
        "customXml/item1.xml": "<a>\r\n</a>",
        "xl/media/image1.png": bytes(range(256)) * 40,
    }
    book = one_sheet(ROWS, extra_parts=extra)
    filled, report = fill(book, {"A1": 4})
    before, after = contents(book), contents(filled)
    assert {name for name in before if before[name] != after[name]} == {"xl/worksheets/sheet1.xml"}
    for proof in report.parts:
        assert (proof.before == proof.after) == (proof.change == "untouched")
        assert len(proof.before or "") == 64


def test_chart_sheet_has_no_cells_to_fill():
    parts = package_parts({"S": sheet_xml(ROWS), "Chart": f'<chartsheet xmlns="{MAIN}"/>'})
    rels = parts["xl/_rels/workbook.xml.rels"].decode()
    parts["xl/_rels/workbook.xml.rels"] = rels.replace(
        'worksheet" Target="worksheets/sheet2', 'chartsheet" Target="worksheets/sheet2'
    ).encode()
    _, report = fill(zipped(parts), {"A1": 4}, sheet="Chart")
    assert report.outcomes[0].status == "unknown cell"


# openpyxl, which only reads here, says of either file that it would drop what Excel 2010 added.
@pytest.mark.filterwarnings("ignore:.*extension is not supported and will be removed:UserWarning")
def test_conditional_formats_rules_links_and_pictures_of_a_real_writer_survive(tmp_path):
    import xlsxwriter

    path = tmp_path / "made.xlsx"
    with xlsxwriter.Workbook(str(path)) as made:
        sheet = made.add_worksheet("S")
        sheet.write_rich_string("A1", "plain ", made.add_format({"bold": True}), "bold")
        sheet.write_formula("C1", "=COUNTA(B:B)", None, 0)
        sheet.merge_range("A3:B4", "merged")
        sheet.conditional_format("B1:B9", {"type": "data_bar", "data_bar_2010": True})
        sheet.data_validation("B2", {"validate": "list", "source": ["Yes", "No"]})
        sheet.write_comment("A1", "a note")
        sheet.write_url("A6", "https://example.com/")
        sheet.set_row(6, None, None, {"hidden": True})
        sheet.insert_textbox("E2", "a shape")
        sheet.add_table("G1:H3")
    book = path.read_bytes()
    filled, report = fill(book, {"B2": "Yes", "B7": "hidden row", "D9": "new"})
    before, after = contents(book), contents(filled)
    assert {name for name in before if before[name] != after[name]} == set(report.rewritten)
    assert report.rewritten == ["xl/worksheets/sheet1.xml"], "this writer asks for recalculation by itself"
    old, new = openpyxl.load_workbook(io.BytesIO(book))["S"], openpyxl.load_workbook(io.BytesIO(filled))["S"]
    assert new["B2"].value == "Yes"
    assert new.row_dimensions[7].hidden
    assert new.merged_cells.ranges == old.merged_cells.ranges
    tail = part(book, "xl/worksheets/sheet1.xml").partition(b"</sheetData>")[2]
    assert part(filled, "xl/worksheets/sheet1.xml").endswith(b"</sheetData>" + tail)


def test_relationships_of_a_sheet_are_not_needed_to_fill_it():
    book = one_sheet(
        ROWS,
        extra_parts={
            "xl/worksheets/_rels/sheet1.xml.rels": (
                f'<Relationships xmlns="{PACKAGE}"><Relationship Id="r1" Type="{OFFICE}/hyperlink" '
                'Target="https://example.com/" TargetMode="External"/></Relationships>'
            )
        },
    )
    _, report = fill(book, {"A1": 1})
    assert report.filled == 1
