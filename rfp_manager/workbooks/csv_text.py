"""A .csv as text with its dialect: where each field stands, so that one can be replaced and the rest left alone.

Reading, writing and the proof all go by the fields found here: another parser would count other rows.
"""

import codecs
import re
from dataclasses import dataclass, field
from functools import cached_property
from typing import IO

from core.words import format_number
from core.words import gettext as _
from rfp_manager.workbooks.archive import MEGABYTE, WorkbookError
from rfp_manager.workbooks.foreign_formats import refuse_foreign_format
from rfp_manager.workbooks.garbage import without_collection

LARGEST_CSV = 64 * MEGABYTE
MOST_ROWS = 250_000
MOST_FIELDS = 1_000_000

_DELIMITERS = ",;\t|"
_DECLARED = re.compile(r"sep=(.)(?:\r\n|\r|\n)", re.IGNORECASE)
_SAMPLE = 64 * 1024
# Possessive: where a quote is never closed, a pattern that could try again keeps a hundred bytes for each letter.
_IN_QUOTES = r'"[^"]*+(?:""[^"]*+)*+"'
_QUOTED = re.compile(rf"({_IN_QUOTES})(.*)", re.DOTALL)
# A zip, an old Office file, and what is text but no table: PDF, RTF, HTML, XML.
_FOREIGN = re.compile(
    rb"PK(?:\x03\x04|\x05\x06|\x07\x08)|\xd0\xcf\x11\xe0|%PDF-|\{\\rtf|"
    rb"(?:\xef\xbb\xbf)?\s*<(?:!doctype|html|table|\?xml)\b",
    re.IGNORECASE,
)
_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)


@dataclass(frozen=True, slots=True)
class CsvField:
    """Where a field stands in the text: quotes included, blanks around the quotes not."""

    start: int
    end: int
    quoted: bool


@dataclass(frozen=True, slots=True)
class CsvRow:
    """A record: its fields, and where it ends before its line break."""

    fields: list[CsvField]
    end: int


@dataclass
class CsvText:
    """The decoded file. `mark` is its byte order mark, b"" for none."""

    text: str
    codec: str
    mark: bytes
    delimiter: str
    _rows: list[CsvRow] = field(default_factory=list, repr=False)

    @property
    def rows(self) -> list[CsvRow]:
        if not self._rows:
            self._rows = split_rows(self.text, self.delimiter)
        return self._rows

    @cached_property
    def line_break(self) -> str:
        found = re.search(r"\r\n|\n|\r", self.text)
        return found[0] if found else "\r\n"

    def value(self, field: CsvField) -> str:
        """What the field says, without its quotes, and without NUL, which no database takes in a text."""
        written = self.text[field.start : field.end]
        quoted = _QUOTED.fullmatch(written) if field.quoted else None
        said = quoted[1][1:-1].replace('""', '"') + quoted[2] if quoted else written
        return said.replace("\0", "")

    def encode(self, text: str) -> bytes:
        return self.mark + text.encode(self.codec)


def is_csv(file: IO[bytes]) -> bool:
    """Text, and none of the other kinds of document. A program or a picture holds NUL bytes."""
    file.seek(0)
    head = file.read(_SAMPLE)
    if not head.strip() or _FOREIGN.match(head):
        return False
    return b"\0" not in head or head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))


def read_csv(source: IO[bytes]) -> CsvText:
    """Decode a .csv and find its delimiter. Raises WorkbookError when it is no text or too large."""
    source.seek(0)
    data = source.read(LARGEST_CSV + 1)
    if len(data) > LARGEST_CSV:
        raise WorkbookError(
            _(
                "The CSV file is larger than %(megabytes)s MB. Remove the rows that ask nothing and upload "
                "it again."
            )
            % {"megabytes": LARGEST_CSV // MEGABYTE}
        )
    if not data.strip():
        raise WorkbookError(_("The file is empty. Check it where it came from and upload it again."))
    if data.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0")):
        refuse_foreign_format(data[:8])
        raise WorkbookError(
            _("The file is named .csv but is an Excel workbook. Rename it to .xlsx and upload it.")
        )
    text, codec, mark = _decode(data)
    csv = CsvText(text, codec, mark, find_delimiter(text))
    with without_collection():
        csv._rows = split_rows(text, csv.delimiter)  # counted now, whoever looks at them first
    return csv


def split_rows(text: str, delimiter: str) -> list[CsvRow]:
    """The records of the text. A blank line is a record with one empty field.

    Raises WorkbookError as soon as there are too many: a file of commas or line breaks would fill the memory.
    Some programs write `1, "One, two"`: quotes count as such when there are only blanks before and after them.
    """
    stop, blanks = re.escape(delimiter), "" if delimiter == " " else " *"
    one_field = re.compile(
        rf"{blanks}(?P<quoted>{_IN_QUOTES}){blanks}(?=[{stop}\r\n]|\Z)"
        rf"|{_IN_QUOTES}[^{stop}\r\n]*|[^{stop}\r\n]*"
    )
    rows: list[CsvRow] = []
    position = 0
    fields: list[CsvField] = []
    left = MOST_FIELDS
    while position < len(text) or fields:
        match = one_field.match(text, position)
        end = match.end() if match else position
        if match and match["quoted"] is not None:
            fields.append(CsvField(*match.span("quoted"), quoted=True))
        else:
            fields.append(CsvField(position, end, text.startswith('"', position) and end - position > 1))
        position = end
        left -= 1
        if left < 0:
            raise _too_many(_("%(most)s cells") % {"most": format_number(MOST_FIELDS)})
        if text.startswith(delimiter, position):
            position += len(delimiter)
            continue
        rows.append(CsvRow(fields, position))
        if len(rows) > MOST_ROWS:
            raise _too_many(_("%(most)s rows") % {"most": format_number(MOST_ROWS)})
        fields = []
        if position >= len(text):
            break
        position += 2 if text.startswith("\r\n", position) else 1
    return rows


def find_delimiter(text: str) -> str:
    """The delimiter that cuts the first rows most evenly; a `sep=` line, as Excel writes it, decides."""
    declared = _DECLARED.match(text)
    if declared:
        return declared[1]
    sample = text[:_SAMPLE]
    best, best_score = ",", 0.0
    for delimiter in _DELIMITERS:
        widths = [len(row.fields) for row in split_rows(sample, delimiter)][:200]
        if len(sample) < len(text):
            widths = widths[:-1] or widths
        if not widths:  # a byte order mark and nothing after it
            break
        usual = max(set(widths), key=widths.count)
        score = (usual - 1) * widths.count(usual) / len(widths) + (max(widths) > 1) * 0.01
        if score > best_score:
            best, best_score = delimiter, score
    return best


def _decode(data: bytes) -> tuple[str, str, bytes]:
    for mark, codec in _MARKS:
        if data.startswith(mark):
            try:
                return data[len(mark) :].decode(codec), codec, mark
            except UnicodeDecodeError as error:
                raise _no_text() from error
    if b"\0" in data:
        raise _no_text()
    for codec in ("utf-8", "cp1252", "latin-1"):
        try:
            return data.decode(codec), codec, b""
        except UnicodeDecodeError:
            continue
    raise _no_text()


def _too_many(what: str) -> WorkbookError:
    return WorkbookError(
        _("The CSV file has more than %(what)s. Remove the rows that ask nothing and upload it again.")
        % {"what": what}
    )


def _no_text() -> WorkbookError:
    return WorkbookError(
        _(
            "The file is named .csv but does not hold text. Open it in Excel or LibreOffice, choose File > Save As > "
            "CSV UTF-8 or Excel Workbook (.xlsx) and upload that."
        )
    )
