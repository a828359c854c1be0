"""Word 97-2003 documents, by way of their conversion to docx."""

import struct
import tempfile
from pathlib import Path

from doc2docx import convert
from doc2docx.errors import Doc2DocxError, EncryptedDocumentError

from core.words import gettext as _
from rag.parsing.document import ParsedDocument
from rag.parsing.docx import parse_docx
from rag.parsing.errors import PROTECTED, ParsingError


def parse_doc(content: bytes) -> ParsedDocument:
    """The document's text as `parse_docx` reads it after the conversion."""
    with tempfile.TemporaryDirectory(prefix="parse-doc-") as folder:
        source, target = Path(folder, "source.doc"), Path(folder, "target.docx")
        source.write_bytes(content)
        try:
            convert(source, target)
            converted = target.read_bytes()
        except EncryptedDocumentError as error:
            raise ParsingError(PROTECTED) from error
        except (Doc2DocxError, ValueError, LookupError, struct.error) as error:
            raise ParsingError(
                _(
                    "This Word 97-2003 document cannot be read. Open it in Word or LibreOffice, save it as "
                    ".docx, and upload that."
                )
            ) from error
    return parse_docx(converted)
