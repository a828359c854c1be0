"""What an uploaded file may be called and what it must be, before anything of it is stored or parsed."""

import unicodedata
import zipfile
from collections.abc import Collection
from io import BytesIO

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.exceptions import SpelunkerError
from core.words import format_number

MAX_NAME_CHARACTERS = 200
# File systems take 255 bytes of name, and a storage may add a suffix of its own.
MAX_NAME_BYTES = 240

TEXT_EXTENSIONS = frozenset({"csv", "md", "html", "htm", "txt"})
# The folder inside the package that makes a zip archive this kind of Office file.
OFFICE_FOLDERS = {"docx": "word/", "pptx": "ppt/", "xlsx": "xl/", "xlsm": "xl/"}
KNOWN_EXTENSIONS = TEXT_EXTENSIONS | OFFICE_FOLDERS.keys() | {"pdf", "doc"}

_OLE = bytes.fromhex("d0cf11e0a1b11ae1")
_SIGNATURES = {
    b"MZ": gettext_lazy("a Windows program"),
    b"\x7fELF": gettext_lazy("a program"),
    b"%PDF": gettext_lazy("a PDF"),
    b"PK\x03\x04": gettext_lazy("a zip archive or an Office file"),
    _OLE: gettext_lazy("an old Office file"),
    b"\x89PNG": gettext_lazy("an image"),
    b"\xff\xd8\xff": gettext_lazy("an image"),
    b"GIF8": gettext_lazy("an image"),
    b"\x1f\x8b": gettext_lazy("a compressed archive"),
    b"Rar!": gettext_lazy("a compressed archive"),
    b"7z\xbc\xaf": gettext_lazy("a compressed archive"),
}


class UploadRefused(SpelunkerError):
    """The file is not taken; the message says why and what to do. Nothing was stored."""


def clean_filename(name: str) -> str:
    """The name without folders, control, direction-override and zero-width characters.

    At most 200 characters, the extension kept. Never empty.
    """
    name = unicodedata.normalize("NFC", name).replace("\\", "/").rsplit("/", 1)[-1]
    # Cc: controls; Cf: zero-width, direction overrides and tags; Cs, Co, Cn: not characters at all.
    kept = (" " if character.isspace() else character for character in name)
    name = "".join(
        "_" if character in ':*?"<>|' else character
        for character in kept
        if unicodedata.category(character) not in {"Cc", "Cf", "Cs", "Co", "Cn"}
    )
    name = " ".join(name.split()).rstrip(". ")
    stem, dot, extension = name.rpartition(".")
    if not dot:
        stem, extension = name, ""
    suffix = f".{extension[:20]}" if extension else ""
    stem = stem.strip(". ") or "file"
    room = MAX_NAME_BYTES - len(suffix.encode())
    stem = stem[: MAX_NAME_CHARACTERS - len(suffix)].encode()[:room].decode(errors="ignore").rstrip()
    return stem + suffix


def check_upload(content: bytes, *, filename: str, allowed: Collection[str] = KNOWN_EXTENSIONS) -> None:
    """Raise UploadRefused unless extension, size and first bytes agree on a file that we can read.

    `allowed` are those of KNOWN_EXTENSIONS that are taken where it comes in; a refusal names them.
    The message speaks of "the file", so that whoever shows it can put the name in front.
    """
    check_size(len(content))
    extension = filename.rsplit(".", 1)[-1].lower() if "." in filename else ""
    if extension not in allowed:
        known = ", ".join(sorted(allowed))
        raise UploadRefused(
            _("This kind of file cannot be read here. Upload one of these: %(known)s.") % {"known": known}
        )
    if extension in TEXT_EXTENSIONS:
        _check_text(content)
    elif extension == "pdf":
        _check_pdf(content)
    elif extension == "doc":
        if not content.startswith(_OLE):
            raise _mismatch(content, _("an old Word document"))
    else:
        _check_office(content, extension)


def check_size(size: int) -> None:
    """Raise UploadRefused for an empty or too large file; cheaper than reading it."""
    if not size:
        raise UploadRefused(_("The file is empty. Check it on your computer and upload it again."))
    if size > settings.UPLOAD_MAX_BYTES:
        raise UploadRefused(too_large(format_number(size / 1_048_576, 1)))


def too_large(size: str) -> str:
    """Why a file of `size` MB, written as the person reads it, is not taken."""
    return _(
        "The file has %(size)s MB; the limit is %(limit)s MB. "
        "Split it, or ask an administrator to raise the limit."
    ) % {"size": size, "limit": format_number(settings.UPLOAD_MAX_BYTES / 1_048_576)}


def _check_pdf(content: bytes) -> None:
    if not content.startswith(b"%PDF-"):
        raise _mismatch(content, _("a PDF"))
    head = content[:1024].lower()
    if b"<html" in head or b"<script" in head or b"<!doctype" in head:
        raise UploadRefused(_("The file is a web page and a PDF at once. Save it anew as a plain PDF."))


def _check_office(content: bytes, extension: str) -> None:
    if content.startswith(_OLE):
        raise UploadRefused(
            _(
                "The file is protected by a password, or is an old Office file with a new name. "
                "Remove the password, or save it as .%(extension)s, and upload it again."
            )
            % {"extension": extension}
        )
    if not content.startswith(b"PK\x03\x04"):
        raise _mismatch(content, _("a .%(extension)s file") % {"extension": extension})
    try:
        with zipfile.ZipFile(BytesIO(content)) as archive:
            names = archive.namelist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError, EOFError) as error:
        raise UploadRefused(
            _("The file is damaged or incomplete. Open it in Office, save it again and upload that.")
        ) from error
    if "[Content_Types].xml" not in names or not any(
        name.startswith(OFFICE_FOLDERS[extension]) for name in names
    ):
        raise UploadRefused(
            _("The file is an archive, but no .%(extension)s file. Upload the document itself.")
            % {"extension": extension}
        )


def _check_text(content: bytes) -> None:
    if content.startswith(b"%PDF-"):
        raise _mismatch(content, _("a text file"))
    marked = content.startswith((b"\xff\xfe", b"\xfe\xff"))
    for encoding in ["utf-16"] if marked else ["utf-8", "cp1252"]:
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return
    raise _mismatch(content, _("a text file"))


def _mismatch(content: bytes, expected: str) -> UploadRefused:
    found = next(
        (kind for start, kind in _SIGNATURES.items() if content.startswith(start)),
        _("something that we do not know"),
    )
    return UploadRefused(
        _(
            "The file is not %(expected)s, though its name says so, but %(found)s. Upload the "
            "original document."
        )
        % {"expected": expected, "found": found}
    )
