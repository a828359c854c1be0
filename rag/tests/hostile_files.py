"""Files that are broken or made to do harm, small enough to be made in memory."""

import io
import zipfile
import zlib
from collections.abc import Iterable

from reportlab.lib.pdfencrypt import StandardEncryption

from rag.tests.office_files import part_of, repacked, sample_office, xlsx_bytes
from rag.tests.old_word_files import old_word_document
from rag.tests.pdf_files import drawn_pdf, one_page_pdf, pdf_of_lines, raw_pdf, stream, text_stream

EXE = b"MZ\x90\x00\x03\x00\x00\x00" + bytes(64)
PLAIN_PDF = pdf_of_lines(["Backups run every night and are kept for 35 days."])
_LAUGHS = b"".join(b'<!ENTITY l%d "%s">' % (n, b"&l%d;" % (n - 1) * 10) for n in range(1, 10))
BILLION_LAUGHS = b'<!DOCTYPE x [<!ENTITY l0 "ha">' + _LAUGHS + b"]>"
XXE = b'<!DOCTYPE x [<!ENTITY file SYSTEM "file:///etc/passwd">]>'


def zipped(entries: Iterable[tuple[str, bytes]]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in entries:
            archive.writestr(name, content)
    return buffer.getvalue()


def with_document_type(extension: str, document_type: bytes, entity: bytes) -> bytes:
    """An Office document whose main part declares a document type and uses its entity."""
    part = {"docx": "word/document.xml", "pptx": "ppt/slides/slide1.xml", "xlsx": "xl/workbook.xml"}[
        extension
    ]
    content = sample_office(extension)
    xml = part_of(content, part)
    start = xml.index(b"?>") + 2 if xml.startswith(b"<?") else 0
    xml = xml[:start] + document_type + xml[start:].replace(b"Backups", entity)
    return repacked(content, changes={part: xml})


def with_entry(extension: str, name: str, *, link_to: str = "") -> bytes:
    """An Office document with one entry more, which may be a symbolic link."""
    buffer = io.BytesIO(sample_office(extension))
    with zipfile.ZipFile(buffer, "a") as archive:
        entry = zipfile.ZipInfo(name)
        if link_to:
            entry.external_attr = 0o120777 << 16
        archive.writestr(entry, link_to or "harm")
    return buffer.getvalue()


def nested_archive() -> bytes:
    inner = zipped([("bomb.txt", bytes(1_000_000))])
    return zipped([("a.zip", zipped([("b.zip", inner)])), ("document.docx", sample_office("docx"))])


def bursting_docx() -> bytes:
    """Some 100 KB that say that they unpack to 37 MB."""
    text = b"<w:p><w:r><w:t>spam</w:t></w:r></w:p>" * 1_000_000
    content = sample_office("docx")
    xml = part_of(content, "word/document.xml").replace(b"<w:body>", b"<w:body>" + text)
    return repacked(content, changes={"word/document.xml": xml})


def million_row_workbook() -> bytes:
    """A small file whose sheet has a million rows."""
    content = xlsx_bytes({"S": [["a"]]})
    name = "xl/worksheets/sheet1.xml"
    sheet = part_of(content, name)
    start, end = sheet.index(b"<sheetData>") + 11, sheet.index(b"</sheetData>")
    return repacked(
        content, changes={name: sheet[:start] + b"<row><c><v>1</v></c></row>" * 1_000_000 + sheet[end:]}
    )


def understating_archive() -> bytes:
    """An Office document whose directory says that its main part is tiny, although it is not."""
    content = bytearray(bursting_small())
    position = content.index(b"PK\x01\x02")
    while content[position + 46 : position + 46 + 17] != b"word/document.xml":
        position = content.index(b"PK\x01\x02", position + 4)
    content[position + 24 : position + 28] = (100).to_bytes(4, "little")
    return bytes(content)


def bursting_small() -> bytes:
    content = sample_office("docx")
    xml = part_of(content, "word/document.xml").replace(
        b"<w:body>", b"<w:body>" + b"<w:p><w:r><w:t>spam</w:t></w:r></w:p>" * 50_000
    )
    return repacked(content, changes={"word/document.xml": xml})


def encrypted_pdf(*, to_open: str) -> bytes:
    """With an owner's password always, and one that is needed to open it when `to_open` is not empty."""
    return drawn_pdf(
        lambda paper: paper.drawString(72, 700, "Backups run every night and are kept for 35 days."),
        encrypt=StandardEncryption(to_open, ownerPassword="owner", strength=128),
    )


def circular_xref_pdf() -> bytes:
    """The cross-reference table says that the table before it is itself."""
    start = PLAIN_PDF.rindex(b"startxref") + len(b"startxref\n")
    position = PLAIN_PDF[start:].split()[0]
    return PLAIN_PDF.replace(b"trailer\n<<", b"trailer\n<< /Prev " + position)


def circular_pages_pdf() -> bytes:
    return raw_pdf(
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [2 0 R 2 0 R] /Count 99 /Parent 2 0 R >>",
    )


def flate_bomb_pdf() -> bytes:
    """A page whose content is 400 MB of drawing nothing, twice compressed into a few kilobytes."""
    packer = zlib.compressobj(1)
    once = b"".join([*(packer.compress(b"0 0 m\n" * 166_666) for _ in range(400)), packer.flush()])
    return one_page_pdf(stream(zlib.compress(once), extra=b"/Filter [/FlateDecode /FlateDecode]"))


def entity_bomb_in_metadata_pdf() -> bytes:
    packet = b"<?xpacket begin?>" + BILLION_LAUGHS + b"<x>&l9;</x>"
    metadata = b"<< /Type /Metadata /Subtype /XML /Length %d >>\nstream\n%s\nendstream" % (
        len(packet),
        packet,
    )
    text = text_stream("Backups run every night and are kept for 35 days.")
    return one_page_pdf(text, metadata, catalog=b"/Metadata 6 0 R")


def many_pages_pdf(pages: int) -> bytes:
    kids = b" ".join([b"3 0 R"] * pages)
    return raw_pdf(
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [%s] /Count %d >>" % (kids, pages),
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] >>",
    )


def encrypted_word() -> bytes:
    return old_word_document("secret", encrypted=True)
