"""Which extension is read by which parser; each parser's libraries are imported only when it is used."""

from collections.abc import Callable
from importlib import import_module

from core.words import gettext as _
from rag.parsing.document import ParsedDocument
from rag.parsing.errors import ParsingError

_PARSERS = {
    "pdf": ("rag.parsing.pdf", "parse_pdf"),
    "docx": ("rag.parsing.docx", "parse_docx"),
    "doc": ("rag.parsing.doc", "parse_doc"),
    "pptx": ("rag.parsing.pptx", "parse_pptx"),
    "xlsx": ("rag.parsing.spreadsheet", "parse_xlsx"),
    "csv": ("rag.parsing.spreadsheet", "parse_csv"),
    "md": ("rag.parsing.markdown", "parse_markdown"),
    "html": ("rag.parsing.html", "parse_html"),
    "htm": ("rag.parsing.html", "parse_html"),
    "txt": ("rag.parsing.plain_text", "parse_plain_text"),
}
SUPPORTED_EXTENSIONS = tuple(_PARSERS)


def normalise_extension(extension: str) -> str:
    """`.PDF` or `pdf` as `pdf`; raises ParsingError for a format that nothing here reads."""
    normalised = extension.lower().lstrip(".")
    if normalised not in _PARSERS:
        raise ParsingError(
            _("Files of this kind cannot be read. Upload one of: %(extensions)s."),
            extensions=", ".join(SUPPORTED_EXTENSIONS),
        )
    return normalised


def parse_document(content: bytes, *, extension: str) -> ParsedDocument:
    """Parse in this process, without limits: for trusted content and for the parser's own process.

    Raises ParsingError with a sentence for the user; damaged files may raise what their library raises.
    """
    module, function = _PARSERS[normalise_extension(extension)]
    parser: Callable[[bytes], ParsedDocument] = getattr(import_module(module), function)
    return parser(content)
