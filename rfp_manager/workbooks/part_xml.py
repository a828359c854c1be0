"""The XML of a package's parts, read without trusting who wrote it: no entities, no network, a known encoding."""

import re
from typing import Any

from lxml import etree

from core.words import gettext as _
from core.words import gettext_noop
from rfp_manager.workbooks.archive import MEGABYTE, WorkbookError

PARSED_PART_LIMIT = 64 * MEGABYTE
# No honest XML part has so much before its root element; a longer prolog is refused like entities are.
PROLOG_LIMIT = 64 * 1024
SAVE_AS_XLSX = gettext_noop(
    "Open it in Excel or LibreOffice, choose File > Save As > Excel Workbook (.xlsx) and upload that."
)
# What may stand before the root element: declaration, processing instructions, comments, space.
_PROLOG = re.compile(r"\ufeff?(?:\s+|<\?.*?\?>|<!--.*?-->)*", re.DOTALL)


def parse_xml(data: bytes, *, part: str) -> Any:
    """The root element of an XML document; a document type, and so every entity trick, is refused."""
    refuse_document_type(data, part=part)
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, remove_blank_text=False)
    try:
        root = etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise WorkbookError(
            _('The part "%(part)s" of the workbook is damaged.') % {"part": part} + " " + _(SAVE_AS_XLSX)
        ) from error
    if root.getroottree().docinfo.doctype:
        raise _entities_refused(part)
    return root


def refuse_document_type(head: bytes, *, part: str) -> None:
    """Refuse XML that declares a document type. The first PROLOG_LIMIT bytes of the part suffice."""
    text = head[:PROLOG_LIMIT].decode(xml_encoding(head), errors="replace")
    prolog = _PROLOG.match(text)
    start = prolog.end() if prolog else 0
    if text.startswith("<!", start) or start >= len(text) > 0:
        raise _entities_refused(part)


def _entities_refused(part: str) -> WorkbookError:
    return WorkbookError(
        _(
            'The part "%(part)s" of the workbook declares XML entities, which Excel never writes and '
            "which can be used for attacks. It was refused: ask the sender for the original."
        )
        % {"part": part}
    )


def xml_encoding(head: bytes) -> str:
    """The Python codec of an XML document, from its byte order mark or declaration (XML 1.0, appendix F)."""
    for mark, codec in ((b"\xef\xbb\xbf", "utf-8"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16")):
        if head.startswith(mark):
            return codec
    if head.startswith(b"<\0"):
        return "utf-16-le"
    if head.startswith(b"\0<"):
        return "utf-16-be"
    declared = re.match(rb"""<\?xml[^>]*?\bencoding\s*=\s*["']([A-Za-z0-9._-]+)["']""", head)
    if declared is None:
        return "utf-8"
    try:
        return "".encode(name := declared[1].decode("ascii").lower()).decode() or name
    except LookupError:
        raise WorkbookError(
            _("A part of the workbook is in an unknown encoding.") + " " + _(SAVE_AS_XLSX)
        ) from None


def anyone_may_edit(protected_range: Any) -> bool:
    """Of a protectedRange ("Allow Edit Ranges"): without a password anyone, with one only who knows it."""
    return not any(key in protected_range.attrib for key in ("password", "hashValue"))


def local_name(element: Any) -> str:
    """An element's name without its namespace ("" for comments and processing instructions)."""
    tag = element.tag
    return tag.rsplit("}", 1)[-1] if isinstance(tag, str) else ""
