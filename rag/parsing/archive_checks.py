"""Checks of an Office document's zip archive that are made before anything is unpacked."""

import posixpath
import re
import stat
import zipfile
from io import BytesIO

from core.words import gettext as _
from core.words import gettext_noop
from rag.parsing.errors import PROTECTED, ParsingError

MAX_ENTRIES = 10_000
MAX_UNPACKED_BYTES = 400_000_000
MAX_PART_BYTES = 200_000_000
# XML packs well (a repetitive sheet reaches 1:60); beyond this, and above the floor, it is made to burst.
MAX_RATIO = 150
RATIO_FLOOR_BYTES = 30_000_000
_HEAD_BYTES = 65_536
_MAIN_TYPES = {
    "docx": b"wordprocessingml",
    "pptx": b"presentationml",
    "xlsx": b"spreadsheetml",
}
_PROGRAMS = {"docx": "Word", "pptx": "PowerPoint", "xlsx": "Excel"}
# What may stand before the root element of a part: a declaration, comments, instructions, white space.
_PROLOG = re.compile(rb"(?:\xef\xbb\xbf)?(?:\s+|<\?.*?\?>|<!--.*?-->)*", re.DOTALL)
_DAMAGED = gettext_noop(
    "This file is damaged or cut off. Open it in its program, save it again, and upload the new file."
)
_UNSAFE = gettext_noop(
    "This file holds entries that no Office program writes, which is a known attack. Open it in its program, "
    "save it again, and upload the new file."
)
_BOMB = gettext_noop(
    "This file unpacks to far more than its size allows. If it is genuine, remove empty rows or pictures, "
    "save it again, and upload that."
)


def check_office_archive(content: bytes, extension: str) -> None:
    """Raise ParsingError unless the archive is a plausible, harmless package of `extension`'s kind."""
    try:
        with zipfile.ZipFile(BytesIO(content)) as archive:
            _check_entries(archive.infolist(), len(content))
            _check_parts(archive, extension)
    except (zipfile.BadZipFile, EOFError, ValueError, NotImplementedError, OSError) as error:
        raise ParsingError(_DAMAGED) from error


def _check_entries(entries: list[zipfile.ZipInfo], packed: int) -> None:
    if len(entries) > MAX_ENTRIES:
        raise ParsingError(_BOMB)
    unpacked = sum(entry.file_size for entry in entries)
    if (
        unpacked > MAX_UNPACKED_BYTES
        or max((entry.file_size for entry in entries), default=0) > MAX_PART_BYTES
    ):
        raise ParsingError(_BOMB)
    if unpacked > RATIO_FLOOR_BYTES and unpacked > MAX_RATIO * packed:
        raise ParsingError(_BOMB)
    names = [entry.filename.lower() for entry in entries]
    if len(set(names)) != len(names):
        raise ParsingError(_UNSAFE)
    for entry in entries:
        name = entry.filename.replace("\\", "/")
        if name.startswith("/") or ".." in name.split("/") or ":" in name.split("/")[0]:
            raise ParsingError(_UNSAFE)
        if stat.S_ISLNK(entry.external_attr >> 16):
            raise ParsingError(_UNSAFE)
        if entry.flag_bits & 0x1:
            raise ParsingError(PROTECTED)


def _check_parts(archive: zipfile.ZipFile, extension: str) -> None:
    names = {name.lower(): name for name in archive.namelist()}
    types = names.get("[content_types].xml")
    if types is None:
        raise ParsingError(
            _(
                "This file is a zip archive, not a .%(extension)s document. Unpack it and upload the documents in it."
            ),
            extension=extension,
        )
    with archive.open(types) as part:
        declared = part.read(1_000_000)
    if _MAIN_TYPES[extension] not in declared.replace(b"\0", b""):
        raise ParsingError(
            _(
                "This file is named .%(extension)s, but it is another kind of Office document. Open it in "
                "%(program)s, save it as .%(extension)s, and upload that."
            ),
            extension=extension,
            program=_PROGRAMS[extension],
        )
    for name in names.values():
        if posixpath.splitext(name)[1].lower() in (".xml", ".rels", ".vml"):
            with archive.open(name) as part:
                _check_head(part.read(_HEAD_BYTES))


def _check_head(head: bytes) -> None:
    """No part of an Office document has a document type; one that has is after the parser's entities."""
    if head.startswith((b"\xff\xfe", b"\xfe\xff")) or head[:2] in (b"<\0", b"\0<"):
        head = head.replace(b"\0", b"").lstrip(b"\xff\xfe")
    prolog = _PROLOG.match(head)
    rest = head[prolog.end() :] if prolog else head
    if not rest:
        if len(head) >= _HEAD_BYTES:
            raise ParsingError(_UNSAFE)
        return
    if rest.startswith(b"<!") or (rest.startswith(b"<?") and len(head) >= _HEAD_BYTES):
        raise ParsingError(_UNSAFE)
