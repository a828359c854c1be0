"""Bytes of text formats to text, the same way on every machine."""

import codecs

from core.words import gettext_noop
from rag.parsing.document import Remark

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_GUESSED = Remark(
    gettext_noop(
        "The file does not say how its letters are encoded; if some look wrong, save it as UTF-8 and upload it again."
    )
)


def decode_text(content: bytes, *, declared: str | None = None) -> tuple[str, tuple[Remark, ...]]:
    """The text and the warnings about it. Order: byte order mark, UTF-8, `declared`, a guess."""
    for mark, encoding in _MARKS:
        if content.startswith(mark):
            return content.decode(encoding, errors="replace"), ()
    try:
        return content.decode("utf-8"), ()
    except UnicodeDecodeError:
        pass
    if declared:
        try:
            return content.decode(declared), ()
        except (LookupError, UnicodeDecodeError):
            pass
    return content.decode(_guess_encoding(content), errors="replace"), (_GUESSED,)


def _guess_encoding(content: bytes) -> str:
    # Imported here: most files are UTF-8, and the parser's process should start quickly.
    from charset_normalizer import from_bytes

    best = from_bytes(content[:200_000]).best()
    return best.encoding if best is not None else "cp1252"
