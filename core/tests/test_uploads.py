import zipfile
from io import BytesIO

import pytest

from core.uploads import MAX_NAME_CHARACTERS, UploadRefused, check_upload, clean_filename

PDF = b"%PDF-1.4\n%%EOF\n"
EXE = b"MZ\x90\x00\x03\x00\x00\x00" + bytes(64)
OLD_OFFICE = bytes.fromhex("d0cf11e0a1b11ae1") + bytes(64)


def office(*names: str) -> bytes:
    buffer = BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name in names:
            archive.writestr(name, "<x/>")
    return buffer.getvalue()


DOCX = office("[Content_Types].xml", "word/document.xml")


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("report.pdf", "report.pdf"),
        ("../../etc/x.pdf", "x.pdf"),
        ("C:\\Users\\alice\\offer.docx", "offer.docx"),
        ("a\r\nSet-Cookie: x.pdf", "a Set-Cookie_ x.pdf"),
        ("nul\x00l.pdf", "null.pdf"),
        ("invoice\u202efdp.exe", "invoicefdp.exe"),
        ("zero\u200bwidth\ufeff.md", "zerowidth.md"),
        ("tag\U000e0041s.txt", "tags.txt"),
        ("\u00dcbersicht \U0001f680.md", "\u00dcbersicht \U0001f680.md"),
        ("U\u0308bersicht.md", "\u00dcbersicht.md"),
        ("a.pdf.html", "a.pdf.html"),
        ("", "file"),
        ("///", "file"),
        (".pdf", "file.pdf"),
        ("...", "file"),
    ],
)
def test_a_name_loses_what_could_mislead_or_break(given: str, kept: str) -> None:
    assert clean_filename(given) == kept


@pytest.mark.parametrize("letter", ["a", "\u00fc", "\U0001f680"])
def test_a_long_name_is_cut_and_keeps_its_extension(letter: str) -> None:
    name = clean_filename(letter * 300 + ".xlsx")
    assert name.endswith(f"{letter}.xlsx")
    assert len(name) <= MAX_NAME_CHARACTERS
    assert len(name.encode()) <= 240


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.pdf", PDF),
        ("a.PDF", PDF),
        ("a.docx", DOCX),
        ("a.pptx", office("[Content_Types].xml", "ppt/presentation.xml")),
        ("a.xlsx", office("[Content_Types].xml", "xl/workbook.xml")),
        ("a.doc", OLD_OFFICE),
        ("a.md", b"# Title\n"),
        ("a.txt", "\u00fcber".encode("cp1252")),
        ("a.csv", "a;b\n1;2\n".encode("utf-16")),
        ("a.html", b"<!doctype html><p>Hello"),
    ],
)
def test_a_file_that_is_what_its_name_says_is_taken(name: str, content: bytes) -> None:
    check_upload(content, filename=name)


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("a.pdf", b"", "empty"),
        ("a.exe", EXE, "cannot be read"),
        ("README", b"hello", "cannot be read"),
        ("a.pdf", EXE, "a Windows program"),
        ("a.pdf", DOCX, "zip archive"),
        ("a.pdf", b"%PDF-1.4\n<html><script>alert(1)</script>", "at once"),
        ("a.docx", EXE, "a Windows program"),
        ("a.docx", OLD_OFFICE, "password"),
        ("a.docx", DOCX[:-30], "damaged"),
        ("a.docx", office("[Content_Types].xml", "xl/workbook.xml"), "no .docx file"),
        ("a.docx", office("notes.txt"), "no .docx file"),
        ("a.doc", DOCX, "zip archive"),
        ("a.txt", EXE, "a Windows program"),
        ("a.md", b"text\x00text", "not a text file"),
        ("a.html", PDF, "a PDF"),
    ],
)
def test_a_file_that_is_something_else_is_refused_in_words(name: str, content: bytes, says: str) -> None:
    with pytest.raises(UploadRefused, match=says):
        check_upload(content, filename=name)


def test_a_file_over_the_limit_is_refused_with_the_limit(settings) -> None:
    settings.UPLOAD_MAX_BYTES = 2 * 1024 * 1024
    with pytest.raises(UploadRefused, match=r"has 3\.0 MB; the limit is 2 MB"):
        check_upload(b"a" * 3 * 1024 * 1024, filename="a.txt")
