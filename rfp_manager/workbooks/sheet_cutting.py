"""Cutting a sheet's byte stream into what precedes the rows, each row, and what follows."""

import codecs
import hashlib
import re
from collections.abc import Iterator
from itertools import chain

from core.words import gettext as _
from rfp_manager.workbooks.archive import MEGABYTE, WorkbookError
from rfp_manager.workbooks.part_xml import xml_encoding

_LONGEST = 64 * MEGABYTE
_ROOT = re.compile(rb"<(?:([\w.\-]+):)?(?:worksheet|macrosheet)(?=[\s/>])(?:[^>\"']|\"[^\"]*\"|'[^']*')*>")
# How a replaced comment looks: an instruction that holds its digest.
_SETTLED = b"<?hidden "
_OPENER = re.compile(rb"<!|<\?(?!hidden )")
_HIDDEN = re.compile(rb"<!--.*?-->|<!\[CDATA\[.*?\]\]>|<\?.*?\?>", re.DOTALL)


class CutSheet:
    """One pass over a sheet: `head` and `lead` at once, then `rows()`, then `tail()`.

    `head` ends before sheetData's tag; `lead` is what stands between that tag and the first row; `root` is the
    start tag of the sheet, with its namespaces. All bytes are UTF-8, whatever the part is written in. Comments and
    processing instructions are replaced by their digests, so that they count and hide no tags; CDATA by plain text.
    """

    def __init__(self, stream: Iterator[bytes]) -> None:
        self._blocks = _without_hidden(_as_utf8(stream))
        data = b""
        root = opening = None
        while root is None or opening is None:
            more = next(self._blocks, b"")
            if not more or len(data) > _LONGEST:
                raise WorkbookError(_("A sheet of the filled workbook has no cells at all."))
            data += more
            root = _ROOT.search(data)
            if root is None:
                continue
            self.prefix = root[1] + b":" if root[1] else b""
            opening = re.search(rb"<" + re.escape(self.prefix) + rb"sheetData(?=[\s/>])[^>]*>", data)
        self.root = data[root.start() : root.end()]
        self.head = data[: opening.start()]
        self._row = b"<" + self.prefix + b"row"
        self._closing = b"</" + self.prefix + b"sheetData"
        self._held = data[opening.end() :]
        self._has_rows = not opening[0].endswith(b"/>")
        self.lead = self._read_lead() if self._has_rows else b""

    def rows(self) -> Iterator[bytes]:
        """Each row's bytes, from behind `<row` to the next row or the end of the rows."""
        while self._has_rows:
            end = self._held.find(self._closing)
            pieces = self._held[: end if end >= 0 else None].split(self._row)
            # What is held begins with a row, so the first piece is empty; the last may be unfinished.
            yield from pieces[1:] if end >= 0 else pieces[1:-1]
            if end >= 0:
                self._held = self._held[self._held.index(b">", end) + 1 :]
                self._has_rows = False
            else:
                self._held = self._row + pieces[-1]
                self._grow()

    def tail(self) -> Iterator[bytes]:
        """What follows sheetData; only after all rows have been taken."""
        yield self._held
        yield from self._blocks

    def _read_lead(self) -> bytes:
        while (at := _first(self._held, self._row, self._closing)) < 0:
            self._grow()
        lead, self._held = self._held[:at], self._held[at:]
        return lead

    def _grow(self) -> None:
        more = next(self._blocks, b"")
        if not more or len(self._held) > _LONGEST:
            raise WorkbookError(_("A sheet of the filled workbook ends in the middle of its cells."))
        self._held += more


def _first(data: bytes, *markers: bytes) -> int:
    return min((at for marker in markers if (at := data.find(marker)) >= 0), default=-1)


def _without_hidden(blocks: Iterator[bytes]) -> Iterator[bytes]:
    """The blocks, cut at tags, with everything replaced in which a `<` begins no tag."""
    held = b""
    for block in blocks:
        data = held + block
        cut = data.rfind(b"<")
        # "!" and "?" are rare and "<" is not, so they are looked for first.
        if (b"!" in data and b"<!" in data) or (b"?" in data and b"<?" in data):
            data = _HIDDEN.sub(_settled, data)
            open_at = [match.start() for match in _OPENER.finditer(data)][:1]
            cut = min([data.rfind(b"<"), *open_at])
        if cut > 0:
            yield data[:cut]
        held = data[max(cut, 0) :]
        if len(held) > _LONGEST:
            raise WorkbookError(_("A sheet of the filled workbook holds a comment without an end."))
    if held:
        yield held


def _settled(match: re.Match[bytes]) -> bytes:
    found = match[0]
    if found.startswith(b"<![CDATA["):
        text = found[len(b"<![CDATA[") : -len(b"]]>")]
        return text.replace(b"&", b"&amp;").replace(b"<", b"&lt;").replace(b">", b"&gt;")
    if found.startswith(_SETTLED):
        return found
    return _SETTLED + hashlib.sha256(found).hexdigest().encode() + b"?>"


def _as_utf8(stream: Iterator[bytes]) -> Iterator[bytes]:
    first = next(stream, b"")
    codec = xml_encoding(first)
    if codec == "utf-16":
        codec = "utf-16-le" if first.startswith(b"\xff\xfe") else "utf-16-be"
    if codecs.lookup(codec).name in ("utf-8", "ascii", "utf-8-sig"):
        yield first
        yield from stream
        return
    decoder = codecs.getincrementaldecoder(codec)()
    for block in chain([first], stream):
        yield decoder.decode(block).encode()
