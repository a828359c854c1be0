"""What a file must pass before it is parsed: its name, first bytes and structure tell the same story."""

import re

from core.words import gettext as _
from core.words import gettext_noop
from rag.parsing.archive_checks import check_office_archive
from rag.parsing.errors import PROTECTED, ParsingError

OLE_MAGIC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ZIP_MAGIC = b"PK\x03\x04"
_A_PDF = gettext_noop("a PDF")
_RICH_TEXT = gettext_noop("a rich text document")
_PROGRAM = gettext_noop("a program")
_PICTURE = gettext_noop("a picture")
_ARCHIVE = gettext_noop("a compressed archive")
_FOREIGN_MAGIC = (
    (b"MZ", gettext_noop("a Windows program")),
    (b"\x7fELF", _PROGRAM),
    (b"\xcf\xfa\xed\xfe", _PROGRAM),
    (b"%PDF-", _A_PDF),
    (_ZIP_MAGIC, gettext_noop("a zip archive or an Office document")),
    (b"PK\x05\x06", gettext_noop("an empty zip archive")),
    (OLE_MAGIC, gettext_noop("an Office document of the old format, or one with a password")),
    (b"{\\rtf", _RICH_TEXT),
    (b"\x89PNG", _PICTURE),
    (b"\xff\xd8\xff", _PICTURE),
    (b"GIF8", _PICTURE),
    (b"\x1f\x8b", _ARCHIVE),
    (b"7z\xbc\xaf\x27\x1c", _ARCHIVE),
    (b"Rar!", _ARCHIVE),
)
_OFFICE = {"docx", "pptx", "xlsx"}
_HTML_MARKS = (b"<!doctype html", b"<html", b"<script", b"<body", b"<iframe")
# Marks that are letters: a text may begin with "MZ" or "GIF8" and is a text all the same.
_TEXTUAL = (_A_PDF, _RICH_TEXT)
_BINARY = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f]")
_UTF16_MARKS = (b"\xff\xfe", b"\xfe\xff")


def check_content(content: bytes, *, extension: str) -> None:
    """Raise ParsingError, with a sentence that says what to do, unless the file is what its name says.

    Nothing is unpacked here beyond the head of each XML part of an Office document. It runs in the parser's
    own process: even a directory of a zip archive may be made to harm its reader.
    """
    if not content.strip(b"\0 \t\r\n"):
        raise ParsingError(_("This file is empty. Check that it was saved completely and upload it again."))
    if extension in _OFFICE:
        _check_office(content, extension)
    elif extension == "doc":
        _check_old_word(content)
    elif extension == "pdf":
        _check_pdf(content)
    else:
        _check_text(content, extension)


def _what_it_is(content: bytes) -> str | None:
    return next((name for magic, name in _FOREIGN_MAGIC if content.startswith(magic)), None)


def _mismatch(content: bytes, extension: str) -> ParsingError:
    found = _what_it_is(content)
    return ParsingError(
        _(
            "This file is named .%(extension)s, but it is %(found)s. Save it in its own program as .%(extension)s "
            "and upload that."
        )
        if found
        else _(
            "This file is named .%(extension)s, but its content is something else. Save it in its own program as "
            ".%(extension)s and upload that."
        ),
        extension=extension,
        found=found,
    )


def _check_office(content: bytes, extension: str) -> None:
    if content.startswith(OLE_MAGIC):
        if "EncryptedPackage".encode("utf-16-le") in content:
            raise ParsingError(PROTECTED)
        raise ParsingError(
            _(
                "This file is named .%(extension)s, but it has the format of Office 97-2003. Open it, save it as "
                ".%(extension)s, and upload the new file."
            ),
            extension=extension,
        )
    if not content.startswith(_ZIP_MAGIC):
        raise _mismatch(content, extension)
    check_office_archive(content, extension)


def _check_old_word(content: bytes) -> None:
    if not content.startswith(OLE_MAGIC):
        if content.startswith(_ZIP_MAGIC):
            raise ParsingError(
                _("This file is named .doc, but it is a newer document. Rename it to .docx and retry.")
            )
        raise _mismatch(content, "doc")
    if "EncryptedPackage".encode("utf-16-le") in content:
        raise ParsingError(PROTECTED)
    if "WordDocument".encode("utf-16-le") not in content:
        raise ParsingError(
            _("This file is named .doc, but it is no Word document. Save it as .docx and upload that.")
        )
    if _word_says_encrypted(content):
        raise ParsingError(PROTECTED)


def _word_says_encrypted(content: bytes) -> bool:
    """Bit 8 of the flags in the Word file's own header (MS-DOC, FibBase.fEncrypted)."""
    for offset in range(512, min(len(content), 4_000_000) - 12, 512):
        if content[offset : offset + 2] == b"\xec\xa5":
            return bool(int.from_bytes(content[offset + 10 : offset + 12], "little") & 0x0100)
    return False


def _check_pdf(content: bytes) -> None:
    if not content.startswith(b"%PDF-"):
        if b"%PDF-" in content[:1024] and not _looks_like_html(content):
            raise ParsingError(
                _("This PDF has foreign bytes before its beginning. Print it to a new PDF and upload that.")
            )
        raise _mismatch(content, "pdf")
    if _looks_like_html(content):
        raise ParsingError(
            _(
                "This file is a PDF and a web page at once, which is a known disguise. Print it to a new PDF and "
                "upload that."
            )
        )
    if b"%%EOF" not in content and b"startxref" not in content:
        raise ParsingError(
            _("This PDF is cut off: its end is missing. Get a complete copy and upload it again.")
        )


def _looks_like_html(content: bytes) -> bool:
    head = content[:1024].lower()
    return any(mark in head for mark in _HTML_MARKS)


def _check_text(content: bytes, extension: str) -> None:
    found = _what_it_is(content)
    if found and (found in _TEXTUAL or _BINARY.search(content[:1024])):
        raise _mismatch(content, extension)
    if extension in ("html", "htm"):
        if b"%PDF-" in content[:1024]:
            raise ParsingError(
                _(
                    "This file is a web page and a PDF at once, which is a known disguise. Save the page again and "
                    "upload that."
                )
            )
        if b"<" not in content and b"<" not in content.replace(b"\0", b""):
            raise ParsingError(
                _("This file is named .html, but it is plain text. Rename it to .txt and upload it again.")
            )
    if b"\0" in content[:65_536] and not content.startswith(_UTF16_MARKS):
        raise ParsingError(
            _(
                "This file is named .%(extension)s, but it is not text. Check that it is the right file; text is best "
                "saved as UTF-8."
            ),
            extension=extension,
        )
