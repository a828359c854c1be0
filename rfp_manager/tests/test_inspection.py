"""Hostile and hopeless workbooks: each is refused in a sentence, before it costs anything to read."""

import io
import stat
import zipfile

import pytest

from rfp_manager.tests.package_builder import HEAD, MAIN, OFFICE, one_sheet, package_parts, sheet_xml, zipped
from rfp_manager.workbooks import inspection
from rfp_manager.workbooks.archive import Archive, ArchiveLimits
from rfp_manager.workbooks.detection import detect_layout
from rfp_manager.workbooks.package import WorkbookError

ROWS = '<row r="1"><c r="A1"/></row>'


def million_rows() -> bytes:
    rows = "".join(f'<row r="{number}"/>' for number in range(1, 1_000_001))
    return one_sheet(rows)


def with_document_type() -> bytes:
    xml = f'{HEAD}<!DOCTYPE worksheet [<!ENTITY a "aaaa">]><worksheet xmlns="{MAIN}"><sheetData/></worksheet>'
    return zipped(package_parts({"S": xml}))


def with_name(name: str) -> bytes:
    return zipped(package_parts({"S": sheet_xml(ROWS)}) | {name: b"x"})


def with_part_twice() -> bytes:
    target = io.BytesIO(one_sheet(ROWS))
    with zipfile.ZipFile(target, "a") as archive:
        archive.writestr("XL/Workbook.xml", b"<workbook/>")
    return target.getvalue()


def with_link() -> bytes:
    target = io.BytesIO(one_sheet(ROWS))
    link = zipfile.ZipInfo("xl/link.xml")
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    with zipfile.ZipFile(target, "a") as archive:
        archive.writestr(link, "/etc/passwd")
    return target.getvalue()


def with_zeros() -> bytes:
    """A part of 32 MB in 32 KB."""
    target = io.BytesIO(one_sheet(ROWS))
    with zipfile.ZipFile(target, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/media/image.bin", bytes(32 * 1024 * 1024))
    return target.getvalue()


def with_locked_entries() -> bytes:
    data = bytearray(one_sheet(ROWS))
    for signature, flags in ((b"PK\x01\x02", 8), (b"PK\x03\x04", 6)):
        at = data.find(signature)
        while at >= 0:
            data[at + flags] |= 1
            at = data.find(signature, at + 1)
    return bytes(data)


@pytest.mark.parametrize(
    ("data", "filename", "word"),
    [
        (b"", "a.xlsx", "empty"),
        (b"plain text", "a.xlsx", "not an Excel workbook"),
        (b"\xd0\xcf\x11\xe0" + bytes(64), "a.xlsx", "password"),
        (one_sheet(ROWS), "a.xls", "old Excel format"),
        (one_sheet(ROWS), "a.ods", "OpenDocument"),
        (one_sheet(ROWS)[:-40], "a.xlsx", "incomplete"),
        (with_document_type(), "a.xlsx", "entities"),
        (with_name("../../evil.txt"), "a.xlsx", "outside"),
        (with_name("xl/inner.zip"), "a.xlsx", "archive"),
        (with_part_twice(), "a.xlsx", "two parts"),
        (with_link(), "a.xlsx", "outside"),
        (with_zeros(), "a.xlsx", "unpacks to 32 MB from almost nothing"),
        (with_locked_entries(), "a.xlsx", "encrypted"),
    ],
)
def test_what_is_wrong_is_said_in_a_sentence(data: bytes, filename: str, word: str):
    with pytest.raises(WorkbookError) as caught:
        inspection.check_workbook(data, filename=filename)
    assert word in str(caught.value)
    assert str(caught.value).endswith(".")


@pytest.mark.parametrize(
    ("limits", "word"),
    [
        (ArchiveLimits(entries=5), "more than 5 parts"),
        (ArchiveLimits(unpacked_bytes=1024 * 1024), "unpack to more than 1 MB"),
        (ArchiveLimits(file_bytes=1024), "larger than 0 MB"),
    ],
)
def test_what_an_archive_may_cost_is_checked_before_anything_is_unpacked(
    limits: ArchiveLimits, word: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def unpacked(*_: object) -> None:
        raise AssertionError("it was unpacked")

    monkeypatch.setattr(Archive, "open", unpacked)
    target = io.BytesIO(one_sheet(ROWS))
    with zipfile.ZipFile(target, "a") as archive:
        archive.writestr("xl/media/image.bin", bytes(2 * 1024 * 1024))
    with pytest.raises(WorkbookError, match=word):
        inspection.check_workbook(target.getvalue(), filename="a.xlsx", limits=limits)


def test_a_million_rows_are_refused_by_counting_them():
    with pytest.raises(WorkbookError, match="more than 250,000 rows"):
        inspection.check_workbook(million_rows(), filename="bomb.xlsx")


def test_a_cell_in_the_last_corner_is_counted_and_its_rectangle_never_built():
    corner = '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'
    book = one_sheet(ROWS + corner)
    facts = inspection.check_workbook(book, filename="corner.xlsx")
    assert (facts.sheets[0].rows, facts.sheets[0].cells) == (2, 2)
    with pytest.raises(WorkbookError, match="too large"):
        detect_layout(io.BytesIO(book))


def test_shared_texts_of_a_gigabyte_are_refused_by_what_the_directory_says(monkeypatch):
    megabyte = f'{HEAD}<sst xmlns="{MAIN}">{"<si><t>Is it safe?</t></si>" * 40_000}</sst>'
    book = one_sheet(
        ROWS,
        extra_relationships=f'<Relationship Id="rIdT" Type="{OFFICE}/sharedStrings" Target="sharedStrings.xml"/>',
        extra_parts={"xl/sharedStrings.xml": megabyte},
    )
    inspection.check_workbook(book, filename="texts.xlsx")
    monkeypatch.setattr(inspection, "MOST_SHARED_TEXT", 1024 * 1024)
    with pytest.raises(WorkbookError, match="take more than 1 MB"):
        inspection.check_workbook(book, filename="texts.xlsx")
