"""A part's XML as a stream of blocks in which tags can be found by plain byte search.

Three problems are solved here once, so that no other module meets them:
- encoding: whatever the part is written in, its blocks are UTF-8, and what is written back is re-encoded;
- comments, CDATA sections and processing instructions: a *masked* block has fillers in their place, byte for
  byte, so that a `<row` found in it is a row and its offset is the true one; `unmasked` takes them out again;
- block borders: a masked block begins with `<` and holds whole tags only.
"""

import codecs
import re
from collections.abc import Iterable, Iterator
from typing import BinaryIO

from core.words import gettext as _
from rfp_manager.workbooks.archive import MEGABYTE, WorkbookError
from rfp_manager.workbooks.package import WorkbookPackage
from rfp_manager.workbooks.part_xml import refuse_document_type, xml_encoding

BLOCK = 256 * 1024
# A single tag, comment or text longer than this is no spreadsheet's.
LONGEST_CONSTRUCT = 16 * MEGABYTE

# The inside of a start tag after its name: attributes may hold ">" between their quotes.
ATTRIBUTES = rb"""[^>"']*(?:"[^"]*"[^>"']*|'[^']*'[^>"']*)*"""

_HIDDEN = re.compile(rb"<!--.*?-->|<!\[CDATA\[.*?\]\]>|<\?.*?\?>", re.DOTALL)
_CDATA = b"<![CDATA["
# Fillers are characters that XML forbids, so that no text of the customer's can be taken for one.
_HOLE, _LESS_THAN, _AMPERSAND = b"\x01", b"\x02", b"\x03"


class XmlPart:
    """One XML part of an open package; it can be streamed as often as needed."""

    def __init__(self, package: WorkbookPackage, part: str) -> None:
        self._package = package
        self.part = part
        with package.stream(part) as stream:
            head = stream.read(64 * 1024)
        refuse_document_type(head, part=part)
        self.codec = _exact_codec(xml_encoding(head), head)
        self._is_utf8 = codecs.lookup(self.codec).name in ("utf-8", "ascii")

    def blocks(self) -> Iterator[bytes]:
        """The content as UTF-8, in blocks of any length."""
        with self._package.stream(self.part) as stream:
            yield from _raw_blocks(stream) if self._is_utf8 else self._decoded(stream)

    def masked_blocks(self) -> Iterator[bytes]:
        """The same bytes, with fillers for what is not markup or text, cut at tags."""
        return masked(self.blocks())

    def encoded(self, blocks: Iterable[bytes]) -> Iterator[bytes]:
        """UTF-8 blocks in the part's own encoding; characters that it lacks become character references."""
        if self._is_utf8:
            yield from blocks
            return
        decoder = codecs.getincrementaldecoder("utf-8")()
        for block in blocks:
            yield decoder.decode(block).encode(self.codec, "xmlcharrefreplace")
        yield decoder.decode(b"", final=True).encode(self.codec, "xmlcharrefreplace")

    def _decoded(self, stream: BinaryIO) -> Iterator[bytes]:
        decoder = codecs.getincrementaldecoder(self.codec)()
        try:
            for block in _raw_blocks(stream):
                yield decoder.decode(block).encode()
            yield decoder.decode(b"", final=True).encode()
        except UnicodeDecodeError as error:
            raise WorkbookError(
                _(
                    'The part "%(part)s" of the workbook is damaged: its text cannot be decoded. Open the '
                    "workbook in Excel, save it as a new .xlsx file and upload that."
                )
                % {"part": self.part}
            ) from error


def may_hide(data: bytes) -> bool:
    """Whether comments, CDATA or instructions begin in it. The rare "!" and "?" are looked for before the "<"."""
    return (b"!" in data and b"<!" in data) or (b"?" in data and b"<?" in data)


def masked(blocks: Iterable[bytes]) -> Iterator[bytes]:
    """See XmlPart.masked_blocks."""
    held = b""
    for block in blocks:
        data = held + block if held else block
        cut = data.rfind(b"<")
        if may_hide(data):
            data = _HIDDEN.sub(_filler, data)
            unfinished = [at for opener in (b"<!", b"<?") if (at := data.find(opener)) >= 0]
            cut = min([data.rfind(b"<"), *unfinished])
        if cut > 0:
            yield data[:cut]
            held = data[cut:]
        else:
            held = data
        if len(held) > LONGEST_CONSTRUCT:
            raise WorkbookError(
                _(
                    "The workbook holds a piece of text far longer than Excel writes, so it was not read. Open it in "
                    "Excel, save it as a new .xlsx file and upload that."
                )
            )
    if held:
        yield held


def unmasked(data: bytes) -> bytes:
    """A piece of a masked block as XML again: the same to every reader, without comments and CDATA markup."""
    if _HOLE not in data:
        return data
    return data.replace(_HOLE, b"").replace(_LESS_THAN, b"&lt;").replace(_AMPERSAND, b"&amp;")


def _filler(match: re.Match[bytes]) -> bytes:
    found = match[0]
    if not found.startswith(_CDATA):
        return _HOLE * len(found)
    # The text of a CDATA section counts; only its markup goes, and what could look like a tag is renamed.
    text = found[len(_CDATA) : -3].replace(b"<", _LESS_THAN).replace(b"&", _AMPERSAND)
    return _HOLE * len(_CDATA) + text + _HOLE * 3


def _raw_blocks(stream: BinaryIO) -> Iterator[bytes]:
    while block := stream.read(BLOCK):
        yield block


def _exact_codec(codec: str, head: bytes) -> str:
    """The same codec with its byte order spelled out, so that a byte order mark is kept like any character."""
    if codecs.lookup(codec).name == "utf-8-sig":
        return "utf-8"
    if codecs.lookup(codec).name != "utf-16":
        return codec
    return "utf-16-be" if head.startswith((b"\xfe\xff", b"\0<")) else "utf-16-le"
