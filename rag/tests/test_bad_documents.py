"""Every bad document gets a sentence that says what is wrong with it, and harms nothing; the next one is read."""

import stat
import zipfile
from collections.abc import Callable
from io import BytesIO

import pytest

from rag.parsing import ParsingError, ParsingLimits, parse_document_isolated
from rag.parsing.archive_checks import check_office_archive
from rag.parsing.checks import check_content
from rag.tests import hostile_files as hostile
from rag.tests.office_files import repacked, sample_office
from rag.tests.old_word_files import old_word_document

DOCX, PDF = sample_office("docx"), hostile.PLAIN_PDF
HTML = b"<!doctype html><html><body><p>Hello</p></body></html>"
OLE = bytes.fromhex("d0cf11e0a1b11ae1")

SMALL = ParsingLimits(cpu_seconds=5, wall_seconds=20, memory_bytes=600_000_000)

REFUSED: list[tuple[str, str, bytes | Callable[[], bytes], str]] = [
    ("nothing", "pdf", b"", "is empty"),
    ("blanks", "txt", b" \r\n\t\n", "is empty"),
    ("NULs", "docx", bytes(100), "is empty"),
    ("program as PDF", "pdf", hostile.EXE, "it is a Windows program"),
    ("program as Word", "docx", hostile.EXE, "it is a Windows program"),
    ("program as text", "txt", hostile.EXE, "it is a Windows program"),
    ("page as PDF", "pdf", HTML, "its content is something else"),
    ("PDF as page", "html", PDF, "it is a PDF"),
    ("page and PDF", "pdf", PDF[:9] + b"<html><script>alert(1)</script>" + PDF[9:], "a web page at once"),
    ("page before PDF", "html", HTML[:30] + PDF, "a PDF at once"),
    ("cut PDF", "pdf", PDF[:400], "its end is missing"),
    ("PDF that needs a password", "pdf", lambda: hostile.encrypted_pdf(to_open="x"), "protected by a password"),
    ("pages in a circle", "pdf", hostile.circular_pages_pdf, "damaged|scan"),
    ("10,000 pages", "pdf", lambda: hostile.many_pages_pdf(10_000), "10,000 pages; 5,000 is the most"),
    ("PDF of noise", "pdf", b"%PDF-1.7\n" + bytes(range(256)) * 40 + b"%%EOF", "damaged"),
    ("cut Word", "docx", DOCX[: len(DOCX) // 2], "damaged or cut off"),
    ("zip as Word", "docx", hostile.zipped([("a.txt", b"a")]), "is a zip archive"),
    ("archives in archives", "docx", hostile.nested_archive, "is a zip archive"),
    ("workbook as Word", "docx", lambda: sample_office("xlsx"), "another kind of Office document"),
    ("old Word as new", "docx", old_word_document("x"), "format of Office 97-2003"),
    ("protected Word", "docx", OLE + bytes(512) + "EncryptedPackage".encode("utf-16-le"), "by a password"),
    ("protected old Word", "doc", hostile.encrypted_word, "protected by a password"),
    ("new Word as old", "doc", DOCX, "Rename it to .docx"),
    ("other old file as Word", "doc", OLE + bytes(600), "no Word document"),
    ("cut old Word", "doc", old_word_document("x")[:3000], "cannot be read"),
    ("outside file", "docx", lambda: hostile.with_document_type("docx", hostile.XXE, b"&file;"), "known attack"),
    ("outside file", "pptx", lambda: hostile.with_document_type("pptx", hostile.XXE, b"&file;"), "known attack"),
    ("laughs", "docx", lambda: hostile.with_document_type("docx", hostile.BILLION_LAUGHS, b"&l9;"), "known attack"),
    ("laughs", "xlsx", lambda: hostile.with_document_type("xlsx", hostile.BILLION_LAUGHS, b"&l9;"), "known attack"),
    ("a way up", "docx", lambda: hostile.with_entry("docx", "../../evil.xml"), "known attack"),
    ("a way to the root", "docx", lambda: hostile.with_entry("docx", "/etc/evil"), "known attack"),
    ("a drive", "docx", lambda: hostile.with_entry("docx", "c:\\evil.xml"), "known attack"),
    ("a link", "docx", lambda: hostile.with_entry("docx", "word/l.xml", link_to="/etc/passwd"), "known attack"),
    ("one name twice", "docx", lambda: hostile.with_entry("docx", "WORD/document.xml"), "known attack"),
    ("a bursting document", "docx", hostile.bursting_docx, "unpacks to far more"),
    ("a million rows", "xlsx", hostile.million_row_workbook, "more cells than can be"),
    ("an understating archive", "docx", hostile.understating_archive, "damaged"),
    ("bytes as text", "csv", b"a,b\n\x00\x01\x02", "it is not text"),
    ("text as page", "html", b"just text", "Rename it to .txt"),
    ("unknown format", "odt", b"x", "cannot be read. Upload one of"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("extension", "content", "says"),
    [case[1:] for case in REFUSED],
    ids=[f"{case[0]} ({case[1]})" for case in REFUSED],
)
def test_is_refused_in_words(extension: str, content: bytes | Callable[[], bytes], says: str) -> None:
    with pytest.raises(ParsingError, match=says):
        parse_document_isolated(content() if callable(content) else content, extension=extension)


READ: list[tuple[str, str, bytes | Callable[[], bytes]]] = [
    ("PDF that only restricts printing", "pdf", lambda: hostile.encrypted_pdf(to_open="")),
    ("circular cross-references", "pdf", hostile.circular_xref_pdf),
    ("entities in a PDF's metadata", "pdf", hostile.entity_bomb_in_metadata_pdf),
    ("text that begins like a program", "txt", b"MZ Backups run every night."),
    ("text that begins like a picture", "md", b"GIF89 is a format. Backups run every night."),
    ("a script shown as text", "md", b"#!/bin/sh\nBackups run every night."),
    ("UTF-16 text", "txt", "Backups run every night.".encode("utf-16")),
    ("links to other places", "docx", lambda: _with_external_template()),
]


@pytest.mark.parametrize(
    ("extension", "content"), [case[1:] for case in READ], ids=[case[0] for case in READ]
)
def test_odd_but_harmless_is_read(extension: str, content: bytes | Callable[[], bytes]) -> None:
    parsed = parse_document_isolated(content() if callable(content) else content, extension=extension)
    assert "Backups run every night" in " ".join(block.text for block in parsed.blocks)


def _with_external_template() -> bytes:
    """A document that asks for its template from another host, which is never asked."""
    relations = (
        b'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" '
        b'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/attachedTemplate" '
        b'Target="http://127.0.0.1:9/evil.dotm" TargetMode="External"/></Relationships>'
    )
    return repacked(DOCX, changes={"word/_rels/settings.xml.rels": relations}, extra=True)


def test_a_compressed_bomb_in_a_pdf_ends_in_words_and_the_next_file_is_read() -> None:
    with pytest.raises(ParsingError, match=r"more memory than allowed|longer than 5 seconds"):
        parse_document_isolated(hostile.flate_bomb_pdf(), extension="pdf", limits=SMALL)
    parsed = parse_document_isolated(PDF, extension="pdf")
    assert parsed.blocks[0].text == "Backups run every night and are kept for 35 days."


def test_ten_thousand_entries_are_too_many() -> None:
    many = hostile.zipped((f"word/{number}.bin", b"") for number in range(10_001))
    with pytest.raises(ParsingError, match="unpacks to far more"):
        check_office_archive(many, "docx")


def test_an_encrypted_entry_is_a_password() -> None:
    content = bytearray(DOCX)
    position = content.index(b"PK\x01\x02")
    content[position + 8] |= 1
    with pytest.raises(ParsingError, match="protected by a password"):
        check_content(bytes(content), extension="docx")


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-be"])
def test_a_document_type_in_another_encoding_is_seen(encoding: str) -> None:
    xml = '<?xml version="1.0" encoding="UTF-16"?><!-- c --><!DOCTYPE x [<!ENTITY a "b">]><x/>'.encode(
        encoding
    )
    with pytest.raises(ParsingError, match="known attack"):
        check_content(repacked(DOCX, changes={"word/styles.xml": xml}), extension="docx")


def test_a_comment_that_is_long_enough_to_hide_a_document_type_is_refused() -> None:
    xml = b"<!--" + b"x" * 70_000 + b'--><!DOCTYPE x [<!ENTITY a "b">]><x/>'
    with pytest.raises(ParsingError, match="known attack"):
        check_content(repacked(DOCX, changes={"word/styles.xml": xml}), extension="docx")


def test_honest_documents_pass() -> None:
    for extension in ("docx", "pptx", "xlsx"):
        check_content(sample_office(extension), extension=extension)
    with zipfile.ZipFile(BytesIO(DOCX)) as archive:
        assert not any(stat.S_ISLNK(entry.external_attr >> 16) for entry in archive.infolist())
